import type { StoreUser } from '../../scripts/demo/influx';

/** A Grafana user for tests. */
export interface Person {
  readonly user: string;
  readonly password: string;
}

/** An access key of the local AWS. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** All that specs need to know of what was started for them. */
export interface WorldDescription {
  readonly grafanaUrl: string;
  /** Grafana's own administrator, who makes organizations and users. */
  readonly root: Person;
  /** The organization that is all set up: people in it, and an administrator of the plugin. */
  readonly admin: Person;
  readonly viewer: Person;
  /** The sidecar, and a port on which nothing answers. */
  readonly sidecar: { readonly url: string; readonly token: string; readonly nobodyUrl: string };
  /** Another sidecar, that nobody has set up. */
  readonly newcomer: { readonly url: string; readonly token: string };
  readonly influx: { readonly url: string; readonly reader: StoreUser; readonly admin: StoreUser };
  /** moto, behind what Flowscope sees of it. */
  readonly awsUrl: string;
  /** One that may do everything, and others that lack a permission. */
  readonly keys: Readonly<Record<'full' | 'withoutDelete' | 'withoutSubnets', AccessKey>>;
  /** What `flowscope generate` needs to write into a bucket, and where the ids of the made-up company are. */
  readonly generate: { readonly env: Readonly<Record<string, string>>; readonly inventoryFile: string };
  readonly company: {
    /** The source whose traffic reports show, its bucket and region. */
    readonly source: string;
    readonly bucket: string;
    readonly region: string;
    readonly accountIds: readonly string[];
    readonly accountNames: readonly string[];
    readonly vpcName: string;
    /** The description of an interface, as AWS names it. */
    readonly interfaceName: string;
    readonly interfaceId: string;
    /** A damaged object, and one with a line in it that is no record. */
    readonly quarantined: { readonly key: string };
    readonly quote: { readonly key: string; readonly line: string };
  };
}

const VARIABLE = 'FLOWSCOPE_E2E_WORLD';

/** The environment in which specs find the world. */
export function environmentOf(world: WorldDescription): Record<string, string> {
  return { GRAFANA_URL: world.grafanaUrl, [VARIABLE]: JSON.stringify(world) };
}

/** Whether a world was started already. */
export const isWorldThere = () => process.env[VARIABLE] !== undefined;

/** The world that was started for these specs. Throws when none was. */
export function describedWorld(): WorldDescription {
  const text = process.env[VARIABLE];
  if (text === undefined) {
    throw new Error('There is no world to test in: start the specs with npm run e2e');
  }
  return JSON.parse(text) as WorldDescription;
}
