/** The VPC, subnet or interface of an exporter, by the exporter's id: exporters are called after their account and that. */
export const exporterPlace = (id: string) => id.slice(id.indexOf('/') + 1);
