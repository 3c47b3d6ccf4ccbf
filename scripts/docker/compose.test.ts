import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { parse } from 'yaml';
import { PLUGIN_ID } from '../../src/contract/names';
import { capture } from '../lib/commands';
import { findCompose } from '../lib/install';
import { MACHINES_ATTACHED_AGO } from '../lib/moto';

/** The part of a service that is read here. */
interface ComposeService {
  readonly build?: { readonly target: string };
  readonly image: string;
  readonly user: string;
  readonly profiles?: readonly string[];
  readonly restart: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly volumes: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string; readonly required?: boolean }>>;
  readonly secrets?: readonly string[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const read = (path: string) => readFileSync(path, 'utf8');
const { services, volumes, secrets } = parse(read('docker-compose.yml'), { merge: true }) as ComposeFile;
const dockerfile = read('Dockerfile');
const { influxdb, flowscope, grafana, aws, demo } = services;
const all = Object.entries(services);
/** Those that go on running. */
const running = all.filter(([, { restart }]) => restart !== 'no');
const mounts = all.flatMap(([name, service]) =>
  service.volumes.map((volume) => {
    const [source, target, mode] = volume.split(':');
    return { name, source, target, mode };
  })
);

/** The variables of Flowscope that a text names. */
const namesIn = (text: string) => new Set(text.match(/FLOWSCOPE_[A-Z_]+/g));
const valuesOf = ({ environment = {} }: ComposeService) => Object.entries(environment);
/** One word of a file. */
const wordOf = (path: string, pattern: RegExp) => pattern.exec(read(path))?.[1];

describe('docker-compose.yml', () => {
  it('is what Docker Compose takes, where it is installed, without and with the demo', async () => {
    // `npm run check:compose` gets it.
    const [command, ...args] = (await findCompose()) ?? [];
    for (const profile of command === undefined ? [] : [[], ['--profile', 'demo']]) {
      expect(await capture(command, [...args, ...profile, 'config', '--quiet'])).toMatchObject({ code: 0, output: '' });
    }
  });

  it.each(all)('gives %s no root and nothing to write but its volumes', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      user: expect.stringMatching(/^[1-9]\d*:\d+$/),
    });
  });

  it.each(running)('starts %s again, and asks for its health', (_, { restart, healthcheck }) => {
    expect(restart).toBe('unless-stopped');
    expect(healthcheck.test?.[0]).toBe('CMD');
  });

  it('pins what it takes from elsewhere, to the versions that the code is tested with', () => {
    const own = all.filter(([, { build }]) => build === undefined).map(([, { image }]) => image);
    expect(own.filter((image) => !/:\d+\.\d+\.\d+$/.test(image))).toEqual([]);
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string }> };
    expect(wordOf('Dockerfile', /^ARG NODE_VERSION=(.*)$/m)).toBe(lock.packages['node_modules/node'].version);
    expect(wordOf('Dockerfile', /^ARG GRAFANA_VERSION=(.*)$/m)).toBe(
      lock.packages['node_modules/@grafana/runtime'].version
    );
  });

  it('builds stages that the Dockerfile has', () => {
    const stages = [...dockerfile.matchAll(/^FROM .* AS (\w+)$/gm)].map(([, name]) => name);
    const targets = all.flatMap(([, { build }]) => (build === undefined ? [] : [build.target]));
    expect(targets.filter((target) => !stages.includes(target))).toEqual([]);
  });

  it('waits for services that are there; what waits for one of a profile does without it', () => {
    const waits = all.flatMap(([name, { depends_on = {}, profiles }]) =>
      Object.entries(depends_on).map(([other, { condition, required }]) => ({
        name,
        other,
        condition,
        required,
        profiles,
      }))
    );
    expect(waits.filter(({ other }) => services[other] === undefined)).toEqual([]);
    expect(
      waits.filter(({ other, profiles, required }) => services[other].profiles && !profiles && required !== false)
    ).toEqual([]);
    const conditionOf = (other: string) =>
      services[other].restart === 'no' ? 'service_completed_successfully' : 'service_healthy';
    expect(waits.filter(({ other, condition }) => condition !== conditionOf(other))).toEqual([]);
  });

  it('declares each volume that is used, and no other, and mounts what is in the repository', () => {
    const named = new Set(mounts.flatMap(({ source }) => (source.startsWith('.') ? [] : [source])));
    expect([...named].sort()).toEqual(Object.keys(volumes).sort());
    const missing = mounts.filter(({ source }) => source.startsWith('.') && !existsSync(source));
    expect(missing).toEqual([]);
  });

  it('sets variables that somebody reads', () => {
    const variables = read('src/sidecar/service/environment.ts');
    const provisioning = ['datasources', 'plugins']
      .map((name) => read(`provisioning/${name}/flowscope.yaml`))
      .join('\n');
    const readers: Array<[ComposeService, Set<string>]> = [
      [flowscope, namesIn(variables)],
      [demo, namesIn(variables + read('scripts/demo/compose.ts'))],
      [grafana, namesIn(provisioning)],
    ];
    for (const [service, known] of readers) {
      const names = [...valuesOf(service).map(([name]) => name), ...namesIn(service.entrypoint?.join(' ') ?? '')];
      const ours = names.filter((name) => name.startsWith('FLOWSCOPE_')).map((name) => name.replace(/_FILE$/, ''));
      expect(ours.filter((name) => !known.has(name))).toEqual([]);
    }
    const wanted = [...namesIn(provisioning)].filter(
      (name) => !(name in grafana.environment!) && !grafana.entrypoint!.join(' ').includes(`${name}=`)
    );
    expect(wanted).toEqual([]);
  });

  it('holds no secret, and each service sees those that it reads', () => {
    const given = all.flatMap(([name, service]) =>
      valuesOf(service)
        .filter(
          ([variable, value]) =>
            /PASSWORD|TOKEN|SECRET|ACCESS_KEY/.test(variable) && !String(value).startsWith('/run/secrets/')
        )
        .map(([variable]) => `${name} ${variable}`)
    );
    // Of AWS: a file's name in itself.
    expect(given).toEqual([]);
    for (const [name, service] of all) {
      const text = JSON.stringify([service.entrypoint, service.environment]);
      const paths = new Set(text.match(/\/run\/secrets\/[a-z-]+/g));
      const seen = [
        ...mounts.flatMap(({ name: owner, target, mode }) => (owner === name && mode === 'ro' ? [target] : [])),
        ...(service.secrets ?? []).map((secret) => `/run/secrets/${secret}`),
      ].filter((path) => path.startsWith('/run/secrets/'));
      expect([name, seen.sort()]).toEqual([name, [...paths].sort()]);
    }
    expect(secrets['aws-credentials'].file).toBe('${FLOWSCOPE_AWS_CREDENTIALS:-/dev/null}');
  });

  it('has the ports and addresses that belong together', () => {
    const port = wordOf('src/sidecar/service/apiServer.ts', /DEFAULT_LISTEN = '127\.0\.0\.1:(\d+)'/);
    expect(flowscope.environment!.FLOWSCOPE_LISTEN).toBe(`0.0.0.0:${port}`);
    expect(grafana.environment!.FLOWSCOPE_SIDECAR_URL).toBe(`http://flowscope:${port}`);
    expect(flowscope.healthcheck.test!.at(-1)).toContain(`http://127.0.0.1:${port}/healthz`);
    expect(dockerfile).toContain(`EXPOSE ${port}\n`);
    expect(dockerfile).toContain(`http://127.0.0.1:${port}/healthz`);
    const urls = [flowscope, grafana, demo].map(({ environment }) => environment!.FLOWSCOPE_INFLUX_URL);
    expect(new Set(urls)).toEqual(new Set(['http://influxdb:8086']));
    expect(influxdb.healthcheck.test!.at(-1)).toBe('http://127.0.0.1:8086/ping');
    expect(demo.environment!.FLOWSCOPE_DEMO_AWS_URL).toBe('http://aws:5000');
    expect(aws.healthcheck.test!.at(-1)).toContain('http://127.0.0.1:5000/moto-api/');
    expect(all.flatMap(([, { ports = [] }]) => ports)).toEqual(['127.0.0.1:3000:3000']);
  });

  it('has users and a database that belong together', () => {
    const users = [flowscope, demo].map(({ environment }) => environment!.FLOWSCOPE_INFLUX_USERNAME);
    const { INFLUXDB_ADMIN_USER, INFLUXDB_READ_USER, INFLUXDB_DB } = influxdb.environment!;
    expect(new Set(users)).toEqual(new Set([INFLUXDB_ADMIN_USER]));
    expect(grafana.environment!.FLOWSCOPE_INFLUX_READ_USERNAME).toBe(INFLUXDB_READ_USER);
    expect(wordOf('provisioning/datasources/flowscope.yaml', /dbName: (\w+)/)).toBe(INFLUXDB_DB);
    expect(read('src/sidecar/store/influx.ts')).toContain(`FLOWSCOPE_INFLUX_DATABASE ?? '${INFLUXDB_DB}'`);
  });

  it('has the plugin where Grafana looks for it, and lets its database be written while it is read', () => {
    expect(dockerfile).toContain(`/flowscope/dist /usr/share/grafana-plugins/${PLUGIN_ID}\n`);
    expect(dockerfile).toContain('ENV GF_PATHS_PLUGINS=/usr/share/grafana-plugins\n');
    expect(grafana.environment).toMatchObject({
      GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: PLUGIN_ID,
      GF_DATABASE_WAL: 'true',
    });
  });

  it('starts what the image of the sidecar has', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?:--from=\w+ )?(\S+) (\/opt\/flowscope\/\S+)$/gm)];
    const targets = copied.map(([, , target]) => target);
    expect(services.secrets.entrypoint!.filter((word) => word.startsWith('/'))).toEqual([targets[1]]);
    expect(dockerfile).toContain(`ENTRYPOINT ["node", "${posix.join(targets[0], 'flowscope.mjs')}"]`);
    // Files of the repository; what is built comes from a stage.
    expect(copied.filter(([line, source]) => !line.includes('--from') && !existsSync(source))).toEqual([]);
    expect(existsSync('scripts/demo/compose.ts')).toBe(true);
    expect(dockerfile).toContain('"scripts/demo/compose.ts"');
  });

  it('keeps the data where the service writes it, and has folders in the image that belong to its user', () => {
    const writable = mounts.filter(({ source, mode }) => !source.startsWith('.') && mode !== 'ro');
    const made = namesOfFolders(dockerfile);
    const ofImages = writable.filter(({ name }) => ['secrets', 'flowscope', 'demo'].includes(name));
    expect(ofImages.filter(({ target }) => !made.has(target))).toEqual([]);
    expect(flowscope.environment!.FLOWSCOPE_DATA_DIR).toBe('/var/lib/flowscope');
    expect(posix.dirname(demo.environment!.FLOWSCOPE_DEMO_CONFIG!)).toBe('/run/demo');
    expect(flowscope.environment!.AWS_CONFIG_FILE).toBe(demo.environment!.FLOWSCOPE_DEMO_CONFIG);
  });

  it('lets the machines of the demo be as old as npm run demo does', () => {
    expect(aws.environment!.MOTO_ATTACHED_AGO).toBe(String(MACHINES_ATTACHED_AGO));
    const mounted = mounts.find(({ name }) => name === 'aws')!;
    expect(mounted.target).toBe(aws.environment!.PYTHONPATH);
    expect(existsSync(join(mounted.source, 'sitecustomize.py'))).toBe(true);
  });
});

/** The folders that the Dockerfile makes for the user node. */
function namesOfFolders(text: string): Set<string> {
  const lines = [...text.matchAll(/install -d -o node -g node -m \d+ ([^\\&\n]+)/g)];
  return new Set(lines.flatMap(([, folders]) => folders.trim().split(/\s+/)));
}

describe('the secrets between the services', () => {
  const dir = mkdtempSync(join(tmpdir(), 'flowscope-secrets-'));

  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('are made once, each its own', async () => {
    const names = ['influx-admin', 'token'];
    names.forEach((name) => mkdirSync(join(dir, name)));
    const make = () => capture(process.execPath, ['scripts/docker/makeSecrets.mjs', dir]);
    const values = () => names.map((name) => read(join(dir, name, 'value')));
    expect(await make()).toMatchObject({ code: 0, stdout: 'Made the secret influx-admin\nMade the secret token\n' });
    const made = values();
    expect(made.every((value) => /^[0-9a-f]{64}$/.test(value))).toBe(true);
    expect(new Set(made).size).toBe(2);
    expect(await make()).toMatchObject({ code: 0, output: '' });
    expect(values()).toEqual(made);
    expect(readdirSync(join(dir, 'token'))).toEqual(['value']);
  });
});
