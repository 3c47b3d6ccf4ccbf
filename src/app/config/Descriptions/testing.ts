import { accountInput } from '../../../contract/access';
import { readCidr, type Cidr } from '../../../contract/cidr';
import { removed } from '../../../contract/common';
import {
  account,
  accountList,
  descriptions,
  entityPage,
  scheduleChanged,
  setSchedule,
} from '../../../contract/descriptions';
import { job, type Job } from '../../../contract/jobs';
import { network, networkInput, networkPage } from '../../../contract/networks';
import { policyDocuments } from '../../../contract/policies';
import { sourcePage, type SourceView } from '../../../contract/sources';
import { answers, server } from '../../test/server';
import { sourceOf } from '../../test/sources';
import type { Account, Entity, Sync, SyncProgress, SyncRegion } from './Descriptions.utils';
import type { Network } from './Networks.utils';

export const NOW = Math.floor(Date.now() / 1000);

export const PROD: Account = {
  id: 'acc-1',
  name: 'prod',
  regions: ['eu-west-1'],
  hasSecret: false,
  version: 3,
  roleArn: 'arn:aws:iam::111122223333:role/describer',
};
export const LAB: Account = {
  id: 'acc-2',
  name: 'lab',
  regions: [],
  accessKeyId: 'AKIALAB',
  hasSecret: true,
  version: 1,
};
export const FROM_SOURCE: Account = {
  id: 'acc-3',
  name: 'shared',
  regions: [],
  sameAs: 'src-1',
  accessKeyId: 'AKIASRC',
  hasSecret: true,
  version: 1,
};

export const SOURCE = sourceOf({ name: 'flow logs', enabled: true, state: 'collecting' });

export const entity = (kind: Entity['kind'], id: string, more: Partial<Entity> = {}): Entity => ({
  kind,
  id,
  vpc: '-',
  subnet: '-',
  instance: '-',
  account: '111122223333',
  region: 'eu-west-1',
  firstSeen: NOW - 7 * 86_400,
  ...more,
});

export const named = (cidr: string, name: string, more: Partial<Network> = {}): Network => ({
  ...{ cidr, name, note: '', added: NOW - 3600, version: 1 },
  ...more,
});

export const region = (name: string, error?: string, account = 'prod'): SyncRegion => ({
  account,
  region: name,
  error,
  kinds: error ? {} : { interface: { found: 412, named: 400 }, vpc: { found: 3, named: 3 } },
});

const UNSYNCED: Sync = { hourly: true, version: 1, regions: [], nextRun: NOW + 1800 };

/** A sidecar as far as this tab knows it. A job is as far as the first of `jobs` says, until `advance` goes on to the next. */
export function sidecarWith({
  // Some of each: the pictures of empty states are large, and looking through them takes long.
  accounts = [PROD],
  sync = {} as Partial<Sync>,
  entities = [entity('vpc', 'vpc-9')],
  sources = [] as SourceView[],
  networks = [named('192.168.0.0/16', 'Office')],
  jobs = [] as Job[],
} = {}) {
  const state = { accounts, sync: { ...UNSYNCED, ...sync }, entities, networks };
  const asked = { bodies: [] as unknown[], searches: [] as string[], deleted: [] as string[], started: [] as string[] };
  const now = () => jobs[0];
  const begin = (what: string) => () => {
    asked.started.push(what);
    return now();
  };
  const saved = (id: string, version: number, body: unknown): Account => {
    asked.bodies.push(body);
    const { secretAccessKey, ...input } = accountInput.parse(body);
    const one: Account = { id, version, hasSecret: secretAccessKey !== undefined, ...input };
    state.accounts = [...state.accounts.filter((other) => other.id !== id), one];
    return one;
  };
  const savedNetwork = (body: unknown, more: Partial<Network>): Network => {
    asked.bodies.push(body);
    const input = networkInput.parse(body);
    const { cidr } = readCidr(input.cidr) as Cidr;
    const one = { added: NOW, version: 1, ...input, cidr, ...more };
    state.networks = [...state.networks.filter(({ cidr }) => cidr !== one.cidr), one];
    return one;
  };
  server.use(
    answers(networkPage, 'get', 'admin/networks', () => ({ items: state.networks, total: state.networks.length })),
    answers(network, 'post', 'admin/networks', async ({ request }) => savedNetwork(await request.json(), {})),
    answers(network, 'put', 'admin/networks', async ({ request }) => {
      const body = networkInput.parse(await request.json());
      const known = state.networks.find(({ cidr }) => cidr === body.cidr)!;
      expect(request.headers.get('If-Match')).toBe(`"${known.version}"`);
      return savedNetwork(body, { added: known.added, version: known.version + 1 });
    }),
    answers(removed, 'delete', 'admin/networks', ({ query }) => {
      asked.deleted.push(query.get('cidr')!);
      state.networks = state.networks.filter(({ cidr }) => cidr !== query.get('cidr'));
      return { stays: 'Traffic that was collected under it keeps it, with its name.' };
    }),
    answers(accountList, 'get', 'admin/accounts', () => ({ items: state.accounts })),
    answers(account, 'post', 'admin/accounts', async ({ request }) => saved('acc-new', 1, await request.json())),
    answers(account, 'put', 'admin/accounts/:id', async ({ params, request }) => {
      const known = state.accounts.find(({ id }) => id === params.id)!;
      expect(request.headers.get('If-Match')).toBe(`"${known.version}"`);
      return saved(known.id, known.version + 1, await request.json());
    }),
    answers(removed, 'delete', 'admin/accounts/:id', ({ params }) => {
      asked.deleted.push(String(params.id));
      state.accounts = state.accounts.filter(({ id }) => id !== params.id);
      return { stays: 'The descriptions that were read stay.' };
    }),
    answers(job, 'post', 'admin/accounts/:id/test', ({ params }) => begin(`test ${String(params.id)}`)()),
    answers(descriptions, 'get', 'admin/descriptions', () => state.sync),
    answers(scheduleChanged, 'put', 'admin/descriptions/schedule', async ({ request }) => {
      const { hourly } = setSchedule.parse(await request.json());
      state.sync = { ...state.sync, hourly, version: state.sync.version + 1 };
      return { hourly, version: state.sync.version };
    }),
    answers(job, 'post', 'admin/descriptions/sync', begin('sync')),
    answers(job, 'get', 'admin/jobs/:id', now),
    answers(policyDocuments, 'get', 'admin/descriptions/policies', {
      documents: [
        {
          id: 'descriptions',
          title: 'Policy for descriptions',
          use: 'Attach it to the role.',
          json: '{"Action":"ec2:DescribeVpcs"}',
          terraform: 'resource',
          awsCli: 'aws iam',
        },
      ],
    }),
    answers(sourcePage, 'get', 'admin/sources', { items: sources, total: sources.length }),
    answers(entityPage, 'get', 'admin/entities', ({ query }) => {
      asked.searches.push(query.toString());
      const wanted = (query.get('search') ?? '').toLowerCase();
      const kind = query.get('kind');
      const found = state.entities.filter(
        (one) => (!kind || one.kind === kind) && `${one.id} ${one.description}`.toLowerCase().includes(wanted)
      );
      const at = Number(query.get('cursor') ?? 0);
      const end = at + Number(query.get('limit'));
      const next = end < found.length ? { next: String(end) } : {};
      return { items: found.slice(at, end), total: found.length, ...next };
    })
  );
  return { asked, state, advance: () => void jobs.shift() };
}

const BASE = { id: 'job-1', started: NOW };

/** A region that is being read, with so many interfaces so far. */
export const reading = (name: string, found: number, of: number): SyncProgress => ({
  ...{ account: 'prod', region: name, kinds: { interface: { found, named: 0 } } },
  ...{ state: 'reading', of },
});

/** A sync that has read these; `reading`: what it reads besides. */
export const syncJob = (
  regions: SyncRegion[],
  ended?: 'ok' | 'failed',
  meanwhile: readonly SyncProgress[] = []
): Job => ({
  ...BASE,
  kind: 'sync',
  state: ended ? 'done' : 'running',
  progress: [
    ...meanwhile,
    ...regions.map((one): SyncProgress => ({ ...one, state: 'done', of: regions.length + meanwhile.length })),
  ],
  ...(ended && {
    finished: NOW,
    result: {
      ok: ended === 'ok',
      seconds: 2.1,
      regions,
      summary:
        ended === 'ok'
          ? 'AWS entities synced! 412 interfaces, 96 instances, 24 subnets, 3 VPCs, 2.1 s'
          : '1 of 2 syncs failed: ec2:DescribeVpcs is denied in us-east-1',
    },
  }),
});

const ACTIONS = ['DescribeNetworkInterfaces', 'DescribeInstances', 'DescribeSubnets', 'DescribeVpcs'];

/** A test that got so far; `denied`: the action that is denied. */
export const testJob = (calls: number, denied?: string): Job => ({
  ...BASE,
  kind: 'account-test',
  state: calls === 4 ? 'done' : 'running',
  progress: ACTIONS.slice(0, calls).map((name) => {
    const isDenied = name === denied;
    const said = `ec2:${name} ${isDenied ? 'is denied' : 'allowed'} in eu-west-1 for account 111122223333`;
    return { region: 'eu-west-1', action: `ec2:${name}`, state: isDenied ? 'fail' : 'pass', message: said };
  }),
  ...(calls === 4 && { finished: NOW, result: { passed: denied === undefined } }),
});
