/** What exporters are called: apart from their schemas, as the command line loads no zod for it. */

/** The VPC, subnet or interface of an exporter, by the exporter's id: exporters are called after their account and that. */
export const exporterPlace = (id: string) => id.slice(id.indexOf('/') + 1);

interface Named {
  readonly id: string;
  readonly alias?: string;
  readonly name?: string;
}

/** What people know an exporter by: what they call it, else its description in AWS, else its VPC, subnet or interface. */
export const exporterTitle = ({ alias, name, id }: Named) => alias ?? name ?? exporterPlace(id);
