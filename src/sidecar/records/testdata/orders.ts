import { VPC_FIELDS } from '../fields';
import { ACCOUNT, EXPORTER, gzip, IDLE, keyOf, line, type Case } from './case';

const FORMATS = [2, 3, 4, 5, 7, 8, 9, 10, 11];
const REQUIRED = ['interface-id', 'start', 'log-status'];
const namesOf = (is: (version: number) => boolean) =>
  VPC_FIELDS.filter(({ version }) => is(version)).map(({ name }) => name);

function ordered(name: string, number: number, columns: readonly string[]): Case {
  const header = columns.join(' ');
  const has = (column: string) => columns.includes(column);
  const exporter = has('vpc-id') ? EXPORTER : `${ACCOUNT}/eni-1235b8ca123456789`;
  return {
    name,
    key: keyOf(number),
    body: gzip(header, line(header, { bytes: 400, packets: 4 }), line(header, IDLE), line(header)),
    expected: {
      collected: {
        ok: 2,
        bytes: has('bytes') ? 440 : 0,
        packets: has('packets') ? 5 : 0,
        reasons: { nodata: 1 },
        exporters: [exporter],
      },
    },
  };
}

/** For each version of the format: all fields up to it, backwards, and what it brought with what is required, by name. */
export const ORDERS: readonly Case[] = FORMATS.flatMap((format) => [
  ordered(
    `version ${format}, all fields backwards`,
    0x4000 + format,
    namesOf((version) => version <= format).reverse()
  ),
  ordered(
    `version ${format}, its own fields and the required ones, in alphabetical order`,
    0x5000 + format,
    [...new Set([...namesOf((version) => version === format), ...REQUIRED])].sort()
  ),
]);
