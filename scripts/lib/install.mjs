/** Finds what the demo and the tests need, and installs what is missing the way this machine offers. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ServiceError } from './processes.mjs';
import { capture, run, which } from './run.mjs';

/** Below node_modules, which git, linters and jest leave alone. */
const MOTO_FOLDER = 'node_modules/.cache/flowscope/moto';
const MOTO_PACKAGE = 'moto[server,s3,ec2,sts,sqs]>=5.2,<6';
const FLOWLOGS_READER_FOLDER = 'node_modules/.cache/flowscope/flowlogs-reader';
const FLOWLOGS_READER_PACKAGE = 'flowlogs_reader==5.0.1';
const LOCK_TRIES = 60;
const LOCK_WAIT_MS = 5_000;

/** Says what is going on, one line each. Standard error: what commands print stays clean. */
function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Runs `npm ci` when node_modules is missing or is not what package-lock.json says. */
export async function ensureNpmPackages() {
  if (await isInstalled()) {
    return;
  }
  say('Installing npm packages (npm ci)');
  if ((await run('npm', ['ci', '--no-audit', '--no-fund'])) !== 0) {
    throw new ServiceError('npm ci failed: see above. Is the npm registry reachable?');
  }
}

/** Equal times are not enough: a checkout touches package-lock.json without changing it. */
async function isInstalled() {
  const hidden = 'node_modules/.package-lock.json';
  try {
    const [wanted, present] = await Promise.all(['package-lock.json', hidden].map((file) => stat(file)));
    if (present.mtimeMs >= wanted.mtimeMs) {
      return true;
    }
    const [lock, installed] = await Promise.all(
      ['package-lock.json', hidden].map(async (file) => JSON.parse(await readFile(file, 'utf8')).packages)
    );
    return Object.entries(lock).every(
      ([path, entry]) =>
        path === '' || entry.optional || entry.devOptional || entry.peer || installed[path]?.version === entry.version
    );
  } catch {
    return false;
  }
}

/** @returns {Promise<string>} the command that starts InfluxDB 1.x */
export async function ensureInflux() {
  const folders = ['/usr/sbin', '/usr/local/sbin', '/usr/local/opt/influxdb@1/bin', '/opt/homebrew/opt/influxdb@1/bin'];
  const find = async () => {
    const command = which('influxd', folders);
    return command !== undefined && isVersion1((await capture(command, ['version'])).output) ? command : undefined;
  };
  let command = await find();
  if (command === undefined) {
    await installPackage({ title: 'InfluxDB', apt: ['influxdb'], brew: ['influxdb@1'] });
    command = await find();
  }
  if (command === undefined) {
    throw new ServiceError(
      'InfluxDB 1.x is missing: put its influxd on the PATH (Debian and Ubuntu: apt-get install influxdb; macOS: brew install influxdb@1)'
    );
  }
  return command;
}

function isVersion1(text) {
  return /InfluxDB v?1\./.test(text);
}

/** @returns {Promise<string>} the command that starts moto's server */
export async function ensureMoto() {
  const own = resolve(MOTO_FOLDER, 'bin', 'moto_server');
  const works = async (command) => command !== undefined && (await capture(command, ['--help'])).code === 0;
  for (const command of [which('moto_server'), own]) {
    if (await works(command)) {
      return command;
    }
  }
  say('Installing moto, a local stand-in for AWS, below node_modules');
  const output = await installFromPyPI(MOTO_FOLDER, MOTO_PACKAGE);
  if (!(await works(own))) {
    throw new ServiceError(`moto was installed but does not start:\n${lastLines(output)}`);
  }
  return own;
}

/** @returns {Promise<string>} a Python that has flowlogs_reader, which the benchmark measures against */
export async function ensureFlowlogsReader() {
  const python = resolve(FLOWLOGS_READER_FOLDER, 'bin', 'python');
  if ((await capture(python, ['-c', 'import flowlogs_reader'])).code !== 0) {
    say('Installing flowlogs_reader from PyPI below node_modules, to measure against');
    await installFromPyPI(FLOWLOGS_READER_FOLDER, FLOWLOGS_READER_PACKAGE);
  }
  return python;
}

/**
 * Installs a Python package into a virtual environment of its own.
 * @returns {Promise<string>} what pip said
 */
async function installFromPyPI(folder, name) {
  await makeVirtualEnvironment(folder);
  const pip = resolve(folder, 'bin', 'pip');
  const { code, output } = await capture(pip, ['install', '--quiet', '--disable-pip-version-check', name]);
  if (code !== 0) {
    throw new ServiceError(`${name} could not be installed with pip:\n${lastLines(output)}`);
  }
  return output;
}

async function makeVirtualEnvironment(folder) {
  await mkdir(join(folder, '..'), { recursive: true });
  const make = () => capture('python3', ['-m', 'venv', '--clear', folder]);
  let result = await make();
  if (result.code !== 0) {
    await installPackage({ title: 'Python', apt: ['python3', 'python3-venv'], brew: ['python3'] });
    result = await make();
  }
  if (result.code !== 0) {
    throw new ServiceError(
      `Python 3 with venv is missing (Debian and Ubuntu: apt-get install python3-venv):\n${lastLines(result.output)}`
    );
  }
}

/** @returns {Promise<string>} a Chromium for browser tests */
export async function ensureChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const find = () => names.map((name) => which(name)).find((command) => command !== undefined);
  const command = find() ?? (await installPackage({ title: 'Chromium', apt: ['chromium'] }), find());
  if (command === undefined) {
    throw new ServiceError('Chromium is missing: put chromium or google-chrome on the PATH');
  }
  return command;
}

/** Installs by the machine's package manager when we may; else leaves it to the caller to say what is missing. */
async function installPackage({ title, apt, brew }) {
  const asRoot = await rootPrefix();
  if (which('apt-get') !== undefined && asRoot !== undefined) {
    say(`Installing ${title} (apt-get install ${apt.join(' ')})`);
    await aptGet(asRoot, ['update']);
    const { code, output } = await aptGet(asRoot, ['install', '-y', '--no-install-recommends', ...apt]);
    if (code !== 0) {
      throw new ServiceError(`apt-get install ${apt.join(' ')} failed:\n${lastLines(output)}`);
    }
  } else if (brew !== undefined && process.platform === 'darwin' && which('brew') !== undefined) {
    say(`Installing ${title} (brew install ${brew.join(' ')})`);
    if ((await run('brew', ['install', '--quiet', ...brew])) !== 0) {
      throw new ServiceError(`brew install ${brew.join(' ')} failed: see above`);
    }
  }
}

/** What comes before a command so that root runs it; undefined when that takes a password. */
async function rootPrefix() {
  if (process.getuid?.() === 0) {
    return [];
  }
  return which('sudo') !== undefined && (await capture('sudo', ['-n', 'true'])).code === 0 ? ['sudo', '-n'] : undefined;
}

/** Another apt may be at work, as on a machine that has just started: waits for its lock. */
async function aptGet(asRoot, args) {
  const [command, ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', ...args];
  for (let attempt = 1; ; attempt++) {
    const result = await capture(command, rest);
    if (result.code === 0 || attempt === LOCK_TRIES || !/Could not get lock|Unable to lock/.test(result.output)) {
      return result;
    }
    if (attempt === 1) {
      say('Waiting for another apt to finish');
    }
    await new Promise((done) => setTimeout(done, LOCK_WAIT_MS));
  }
}

function lastLines(text) {
  return text.trimEnd().split('\n').slice(-10).join('\n');
}

/** @returns {string} the Node that came with the npm packages: the version that Flowscope needs, whatever the machine has */
export function bundledNode() {
  const command = resolve('node_modules/.bin/node');
  if (!existsSync(command)) {
    throw new ServiceError('node_modules/.bin/node is missing: run npm ci, with install scripts allowed');
  }
  return command;
}
