/** Finds the programs that the demo, the tests and the benchmark need; installs what is missing if this machine lets us. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { capture, run, which, type Captured } from './commands';
import { lastLines, ServiceError } from './processes';

/** Below node_modules, which git, linters and jest ignore. */
const MOTO_FOLDER = 'node_modules/.cache/flowscope/moto';
const MOTO_PACKAGE = 'moto[server,s3,ec2,sts,sqs]>=5.2,<6';
/** What tests of docs/aws take besides: CloudFormation's linter and its models in moto, a parser of Terraform's language, the AWS CLI. */
const AWS_TOOLS = [
  'moto[server,s3,ec2,sts,sqs,iam,cloudformation]>=5.2,<6',
  'cfn-lint>=1.30,<2',
  'python-hcl2>=7,<8',
  'awscli>=1.40,<2',
];
const FLOWLOGS_READER_FOLDER = 'node_modules/.cache/flowscope/flowlogs-reader';
const FLOWLOGS_READER_PACKAGE = 'flowlogs_reader==5.0.1';
const SCHEMATHESIS_FOLDER = 'node_modules/.cache/flowscope/schemathesis';
const SCHEMATHESIS_PACKAGE = 'schemathesis>=4.32,<5';
const COMPOSE_FOLDER = 'node_modules/.cache/flowscope/compose';
const COMPOSE_MODULE = 'github.com/docker/compose/v2';
const COMPOSE_VERSION = 'v2.40.3';
const ACTIONLINT_FOLDER = 'node_modules/.cache/flowscope/actionlint';
const ACTIONLINT_MODULE = 'github.com/rhysd/actionlint';
const ACTIONLINT_VERSION = 'v1.7.8';
const INFLUX_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/opt/influxdb@1/bin',
  '/opt/homebrew/opt/influxdb@1/bin',
];
const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const LOCK_TRIES = 60;
const LOCK_WAIT_MS = 5_000;
const ERROR_LINES = 10;

/** The packages of a program in the package managers of Debian and macOS. */
interface SystemPackage {
  readonly title: string;
  readonly apt: readonly string[];
  readonly brew?: readonly string[];
}

/** Reports progress on standard error, so that the output of commands stays clean. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The command that starts InfluxDB 1.x. Throws a ServiceError if it cannot be installed. */
export async function ensureInflux(): Promise<string> {
  const command =
    (await findInflux()) ??
    (await installPackage({ title: 'InfluxDB', apt: ['influxdb'], brew: ['influxdb@1'] }), await findInflux());
  if (command === undefined) {
    throw new ServiceError(
      'InfluxDB 1.x is missing: put its influxd on the PATH (Debian and Ubuntu: apt-get install influxdb; macOS: brew install influxdb@1)'
    );
  }
  return command;
}

async function findInflux(): Promise<string | undefined> {
  const command = which('influxd', INFLUX_FOLDERS);
  return command !== undefined && /InfluxDB v?1\./.test((await capture(command, ['version'])).output)
    ? command
    : undefined;
}

/** The command that starts moto's server, the local AWS. Throws a ServiceError if it cannot be installed. */
export async function ensureMoto(): Promise<string> {
  const own = resolve(MOTO_FOLDER, 'bin', 'moto_server');
  const works = async (command: string) => (await capture(command, ['--help'])).code === 0;
  // Our own first: it may have more of AWS in it.
  for (const command of [own, which('moto_server')]) {
    if (command !== undefined && (await works(command))) {
      return command;
    }
  }
  say('Installing moto, a local AWS, below node_modules');
  const output = await installFromPyPI(MOTO_FOLDER, MOTO_PACKAGE);
  if (!(await works(own))) {
    throw new ServiceError(`moto was installed but does not start:\n${lastLines(output, ERROR_LINES)}`);
  }
  return own;
}

/** The folder with `cfn-lint`, `hcl2tojson`, `aws` and a moto that knows CloudFormation. Throws a ServiceError if they cannot be installed. */
export async function ensureAwsTools(): Promise<string> {
  const bin = resolve(MOTO_FOLDER, 'bin');
  const works = async () =>
    (await capture(resolve(bin, 'python'), ['-c', 'import awscli, cfnlint, hcl2, moto'])).code === 0;
  if (!(await works())) {
    say('Installing cfn-lint, python-hcl2 and the AWS CLI beside moto');
    const output = await installFromPyPI(MOTO_FOLDER, ...AWS_TOOLS);
    if (!(await works())) {
      throw new ServiceError(
        `cfn-lint, python-hcl2 and awscli were installed but do not start:\n${lastLines(output, ERROR_LINES)}`
      );
    }
  }
  return bin;
}

/** A Python that has flowlogs_reader, against which the benchmark compares. Throws a ServiceError if it cannot be installed. */
export async function ensureFlowlogsReader(): Promise<string> {
  const python = resolve(FLOWLOGS_READER_FOLDER, 'bin', 'python');
  if ((await capture(python, ['-c', 'import flowlogs_reader'])).code !== 0) {
    say('Installing flowlogs_reader from PyPI below node_modules, to compare with');
    await installFromPyPI(FLOWLOGS_READER_FOLDER, FLOWLOGS_READER_PACKAGE);
  }
  return python;
}

/** The command of schemathesis, which makes up requests to an API. Throws a ServiceError if it cannot be installed. */
export async function ensureSchemathesis(): Promise<string> {
  const command = resolve(SCHEMATHESIS_FOLDER, 'bin', 'schemathesis');
  if ((await capture(command, ['--version'])).code !== 0) {
    say('Installing schemathesis from PyPI below node_modules');
    await installFromPyPI(SCHEMATHESIS_FOLDER, SCHEMATHESIS_PACKAGE);
  }
  return command;
}

/** A Chromium for browser tests. Throws a ServiceError if it cannot be installed. */
export async function ensureChromium(): Promise<string> {
  const find = () => CHROMIUM_NAMES.map((name) => which(name)).find((command) => command !== undefined);
  const command = find() ?? (await installPackage({ title: 'Chromium', apt: ['chromium'] }), find());
  if (command === undefined) {
    throw new ServiceError('Chromium is missing: put chromium or google-chrome on the PATH');
  }
  return command;
}

/** How Docker Compose v2 is called here, which `docker compose config` needs no engine for; undefined if it is not installed. */
export async function findCompose(): Promise<readonly string[] | undefined> {
  const commands = [['docker', 'compose'], ['docker-compose'], [resolve(COMPOSE_FOLDER, 'docker-compose')]];
  for (const [command, ...args] of commands) {
    // The version that Debian packages as docker-compose is the old v1; one that was built without a number says dev.
    if (/Docker Compose version (v?[2-9]|dev)/.test((await capture(command, [...args, 'version'])).output)) {
      return [command, ...args];
    }
  }
  return undefined;
}

/** Docker Compose v2, built from its Go module if it is missing. Throws a ServiceError if it cannot be. */
export async function ensureCompose(): Promise<readonly string[]> {
  const found = await findCompose();
  if (found !== undefined) {
    return found;
  }
  const program = { title: 'Docker Compose', command: 'docker-compose', module: COMPOSE_MODULE, path: 'cmd' };
  return [await buildWithGo({ ...program, folder: COMPOSE_FOLDER, version: COMPOSE_VERSION })];
}

/** The command of actionlint, where it is installed or was built. */
export async function findActionlint(): Promise<string | undefined> {
  const own = resolve(ACTIONLINT_FOLDER, 'actionlint');
  return which('actionlint') ?? ((await capture(own, ['-version'])).code === 0 ? own : undefined);
}

/** actionlint, which reads GitHub's workflows, built from its Go module if it is missing. Throws a ServiceError if it cannot be. */
export async function ensureActionlint(): Promise<string> {
  const program = { title: 'actionlint', command: 'actionlint', module: ACTIONLINT_MODULE, path: 'cmd/actionlint' };
  return (
    (await findActionlint()) ?? buildWithGo({ ...program, folder: ACTIONLINT_FOLDER, version: ACTIONLINT_VERSION })
  );
}

/** A program in a Go module. `path`: of its package in the module. */
interface GoProgram {
  readonly title: string;
  readonly command: string;
  readonly module: string;
  readonly path: string;
  readonly version: string;
  readonly folder: string;
}

/** Builds a program into a folder of its own; resolves to its command. Throws a ServiceError if Go is missing or the build fails. */
async function buildWithGo({ title, command, module, path, version, folder }: GoProgram): Promise<string> {
  const goCommand = which('go', ['/usr/local/go/bin']);
  if (goCommand === undefined) {
    throw new ServiceError(`${title} is missing: install it, or Go, from which it is built here`);
  }
  say(`Building ${title} ${version} from its Go module below node_modules, which takes minutes`);
  const cwd = resolve(folder);
  await mkdir(cwd, { recursive: true });
  await writeFile(resolve(cwd, 'go.mod'), 'module flowscope/built\n');
  const go = async (...args: string[]) => {
    const { code, output } = await capture(goCommand, args, { cwd });
    if (code !== 0) {
      throw new ServiceError(`go ${args[0]} of ${module} failed:\n${lastLines(output, ERROR_LINES)}`);
    }
  };
  await go('get', `${module}@${version}`);
  await go('build', '-o', command, `${module}/${path}`);
  return resolve(cwd, command);
}

/** Installs Python packages into a virtual environment of their own; resolves to the output of pip. */
async function installFromPyPI(folder: string, ...names: string[]): Promise<string> {
  await makeVirtualEnvironment(folder);
  const pip = resolve(folder, 'bin', 'pip');
  const { code, output } = await capture(pip, ['install', '--quiet', '--disable-pip-version-check', ...names]);
  if (code !== 0) {
    throw new ServiceError(`${names.join(', ')} could not be installed with pip:\n${lastLines(output, ERROR_LINES)}`);
  }
  return output;
}

async function makeVirtualEnvironment(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const make = () => capture('python3', ['-m', 'venv', '--clear', folder]);
  let result = await make();
  if (result.code !== 0) {
    await installPackage({ title: 'Python', apt: ['python3', 'python3-venv'], brew: ['python3'] });
    result = await make();
  }
  if (result.code !== 0) {
    const details = lastLines(result.output, ERROR_LINES);
    throw new ServiceError(
      `Python 3 with venv is missing (Debian and Ubuntu: apt-get install python3-venv):\n${details}`
    );
  }
}

/** Installs with the package manager of this machine. Does nothing where there is none, or where we may not use it. */
async function installPackage({ title, apt, brew }: SystemPackage): Promise<void> {
  const asRoot = await rootPrefix();
  if (which('apt-get') !== undefined && asRoot !== undefined) {
    say(`Installing ${title} (apt-get install ${apt.join(' ')})`);
    await aptGet(asRoot, ['update']);
    const { code, output } = await aptGet(asRoot, ['install', '-y', '--no-install-recommends', ...apt]);
    if (code !== 0) {
      throw new ServiceError(`apt-get install ${apt.join(' ')} failed:\n${lastLines(output, ERROR_LINES)}`);
    }
  } else if (brew !== undefined && process.platform === 'darwin' && which('brew') !== undefined) {
    say(`Installing ${title} (brew install ${brew.join(' ')})`);
    if ((await run('brew', ['install', '--quiet', ...brew])) !== 0) {
      throw new ServiceError(`brew install ${brew.join(' ')} failed: see above`);
    }
  }
}

/** What to put before a command so that it runs as root; undefined if that takes a password. */
async function rootPrefix(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) {
    return [];
  }
  return which('sudo') !== undefined && (await capture('sudo', ['-n', 'true'])).code === 0 ? ['sudo', '-n'] : undefined;
}

/** Runs apt-get; waits for its lock while another apt is running, as on a machine that has just started. */
async function aptGet(asRoot: readonly string[], args: readonly string[]): Promise<Captured> {
  const [command, ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', ...args];
  for (let attempt = 1; ; attempt++) {
    const result = await capture(command, rest);
    if (result.code === 0 || attempt === LOCK_TRIES || !/Could not get lock|Unable to lock/.test(result.output)) {
      return result;
    }
    if (attempt === 1) {
      say('Waiting for another apt to finish');
    }
    await sleep(LOCK_WAIT_MS);
  }
}
