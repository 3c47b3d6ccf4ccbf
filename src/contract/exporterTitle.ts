/** Titles of exporters. Not in the file of the schemas, because the command line uses them without loading zod. */

/** The VPC, subnet or interface in an exporter's id, which is `account/place`. */
export const exporterPlace = (id: string) => id.slice(id.indexOf('/') + 1);

interface Named {
  readonly id: string;
  readonly alias?: string;
  readonly name?: string;
}

/** Display name of an exporter: its alias, else its description in AWS, else its VPC, subnet or interface. */
export const exporterTitle = ({ alias, name, id }: Named) => alias ?? name ?? exporterPlace(id);
