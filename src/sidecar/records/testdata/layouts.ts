import { ACCOUNT, fileName, gzip, line, V2, type Case } from './case';

const OTHER = '999999999999';
const HIVE = (account: string, service = 'aws-service') =>
  `aws-account-id=${account}/${service}=vpcflowlogs/aws-region=eu-west-1/year=2026/month=03/day=03`;
const PLAIN = `AWSLogs/${ACCOUNT}/vpcflowlogs/eu-west-1/2026/03/03`;

/** Key up to the file name, by what is special about it, and the account it names. */
const FOLDERS: ReadonlyArray<readonly [name: string, folder: string, account?: string]> = [
  ['plain', `${PLAIN}/`],
  ['hourly', `${PLAIN}/11/`],
  ['Hive-compatible', `AWSLogs/${HIVE(ACCOUNT)}/`],
  ['Hive-compatible and hourly', `AWSLogs/${HIVE(ACCOUNT)}/hour=11/`],
  ['Hive-compatible, as the Transit Gateway guide writes it', `AWSLogs/${HIVE(ACCOUNT, 'service')}/`],
  ['below a prefix', `flow-logs/${PLAIN}/`],
  ['below a prefix of several levels that holds an account id', `${OTHER}/Test-East-lcl/eu/${PLAIN}/`],
  ['below a prefix that holds the word AWSLogs and an account id', `copy/AWSLogs/${OTHER}/of/${PLAIN}/`],
  ['below the id of an organisation', `AWSLogs/o-a1b2c3d4e5/${ACCOUNT}/vpcflowlogs/eu-west-1/2026/03/03/`],
  ["of another account than the file's: the path counts", `AWSLogs/${OTHER}/vpcflowlogs/eu-west-1/2026/03/03/`, OTHER],
  ["out of AWS's folders: the file name counts", 'downloads/'],
];

/** An object under each layout of keys. The records themselves name another account, which the key overrules. */
export const LAYOUTS: readonly Case[] = [
  ...FOLDERS.map(([name, folder, account = ACCOUNT], i) => ({
    name: `a key that is ${name}`,
    key: folder + fileName(0x100 + i),
    body: gzip(V2, line(V2, { 'account-id': '444455556666', bytes: i + 1 })),
    expected: { collected: { ok: 1, bytes: i + 1, packets: 1, exporters: [`${account}/eni-1235b8ca123456789`] } },
  })),
  {
    name: 'a key that names no account: the records count',
    key: 'renamed/logs.gz',
    body: gzip(V2, line(V2, { 'account-id': '444455556666' })),
    expected: { collected: { ok: 1, bytes: 40, packets: 1, exporters: ['444455556666/eni-1235b8ca123456789'] } },
  },
];
