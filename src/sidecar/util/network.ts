import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, type ProxyEnv } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, isIPv4 } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { CommandFailed } from './commandError';

/** How this process reaches AWS and InfluxDB: through which proxy, and whose certificates it trusts. */

type Env = Readonly<NodeJS.ProcessEnv>;
type Protocol = 'http:' | 'https:';

/** The proxy that requests go through. `url` is without user and password: it may be shown. */
export interface Proxy {
  /** The variable that names it: `HTTPS_PROXY`. */
  readonly setting: string;
  readonly url: string;
}

/** What a proxy did not do, as a part of a sentence, and what to do, as sentences. */
export interface ProxyFault {
  readonly what: string;
  readonly toDo: string;
}

/** Never reached through a proxy, which would take them for itself. */
const LOOPBACK = ['localhost', '127.0.0.0-127.255.255.255', '::1'];
const SWITCHES = ['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'] as const;

/**
 * Options for each agent that calls AWS or InfluxDB, by HTTPS_PROXY, HTTP_PROXY and NO_PROXY (lower case first, as everywhere);
 * trusts what FLOWSCOPE_CA_FILE holds from then on. Throws {@link CommandFailed} for a setting that cannot be followed: it
 * would be ignored.
 */
export function agentOptions(env: Env = process.env): { readonly proxyEnv?: ProxyEnv } {
  for (const name of SWITCHES) {
    if (!/^(true|false)?$/i.test(env[name] ?? '')) {
      throw new CommandFailed(`${name} is true or false, not "${env[name]}".`);
    }
  }
  trustCaFile(env.FLOWSCOPE_CA_FILE);
  const [http, https] = [proxyUrl('http:', env), proxyUrl('https:', env)];
  if (http === undefined && https === undefined) {
    return {};
  }
  refuseOldNode(`${https?.setting ?? http?.setting}`);
  return {
    proxyEnv: { http_proxy: http?.url.href, https_proxy: https?.url.href, no_proxy: exceptions(env).join(',') },
  };
}

const agents = new Map<string, HttpAgent>();

/** The agent for requests of that protocol, which keeps connections. Throws as {@link agentOptions} does. */
export function agentFor(protocol: Protocol): HttpAgent {
  const options = agentOptions();
  const kind = JSON.stringify([protocol, options]);
  const agent =
    agents.get(kind) ?? new (protocol === 'https:' ? HttpsAgent : HttpAgent)({ keepAlive: true, ...options });
  agents.set(kind, agent);
  return agent;
}

/** The proxy through which a URL is called; undefined when it is called directly. */
export function proxyOf({ protocol, hostname, port }: URL, env: Env = process.env): Proxy | undefined {
  const proxy = proxyUrl(protocol as Protocol, env);
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const withPort = `${host}:${port || (protocol === 'https:' ? 443 : 80)}`;
  return proxy && !exceptions(env).some((entry) => isExcepted(entry, host, withPort)) ? shown(proxy) : undefined;
}

/** All proxies that are set, whichever are used. */
export function proxies(env: Env = process.env): Proxy[] {
  return (['https:', 'http:'] as const).flatMap((protocol) => proxyUrl(protocol, env) ?? []).map(shown);
}

interface ProxySetting {
  readonly setting: string;
  readonly url: URL;
}

/** Without user and password, and without the slash that a URL ends with. */
const shown = ({ setting, url }: ProxySetting): Proxy => ({ setting, url: url.origin });

function proxyUrl(protocol: Protocol, env: Env): ProxySetting | undefined {
  const upper = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const setting = env[upper.toLowerCase()] ? upper.toLowerCase() : upper;
  const given = env[setting]?.trim();
  if (!given) {
    return undefined;
  }
  const text = given.includes('://') ? given : `http://${given}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || !canDecode(url.username) || !canDecode(url.password)) {
    // Not as it was given: it may hold a password.
    throw new CommandFailed(
      `${setting} must look like http://proxy.example:3128, or http://USER:PASSWORD@proxy.example:3128 with a % in either as %25.`
    );
  }
  return { setting, url };
}

function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * What is called directly, as Node reads it. As for curl and Go, a name stands for all below it, too, and an address may be a
 * CIDR, both of which Node does not know.
 */
function exceptions(env: Env): string[] {
  const given = (env.no_proxy || env.NO_PROXY || '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  return [...LOOPBACK, ...given.map((entry) => (/^[a-z0-9_]/.test(entry) ? exception(entry) : entry))];
}

function exception(entry: string): string {
  const [address, bits] = entry.split('/');
  if (bits !== undefined && isIPv4(address) && /^\d+$/.test(bits) && Number(bits) <= 32) {
    const size = 2 ** (32 - Number(bits));
    const first = Math.floor(toNumber(address) / size) * size;
    return `${toAddress(first)}-${toAddress(first + size - 1)}`;
  }
  return isIP(entry) || /[:/]/.test(entry) || /^[\d.]+-[\d.]+$/.test(entry) ? entry : `.${entry}`;
}

const toNumber = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (number: number) => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');

/** As Node's agents decide. Source: `shouldUseProxy` in lib/internal/http.js of Node 24. */
function isExcepted(entry: string, host: string, withPort: string): boolean {
  const [first, last] = entry.split('-');
  return (
    ['*', host, withPort].includes(entry) ||
    (entry.startsWith('.') && `.${host}`.endsWith(entry)) ||
    (entry.startsWith('*.') && host.endsWith(entry.slice(1))) ||
    (isIPv4(host) &&
      isIPv4(first) &&
      isIPv4(last ?? '') &&
      toNumber(first) <= toNumber(host) &&
      toNumber(host) <= toNumber(last))
  );
}

/** Both came with Node 24.5, before which they would be ignored. */
function refuseOldNode(setting: string): void {
  if (typeof setDefaultCACertificates !== 'function') {
    throw new CommandFailed(`${setting} takes Node 24.5 or newer, and this is ${process.version}.`);
  }
}

/** What Node trusts by itself, with NODE_EXTRA_CA_CERTS. */
let trustedByNode: string[] | undefined;
let trustedFile: string | undefined;

function trustCaFile(path: string | undefined): void {
  if (trustedFile === (path || undefined)) {
    return;
  }
  refuseOldNode('FLOWSCOPE_CA_FILE');
  trustedByNode ??= getCACertificates('default');
  setDefaultCACertificates([...trustedByNode, ...(path ? authoritiesIn(path).map(String) : [])]);
  trustedFile = path || undefined;
}

/** The certificates in FLOWSCOPE_CA_FILE. Throws {@link CommandFailed} when it has none. */
export function authoritiesIn(path: string): X509Certificate[] {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFailed(
      `FLOWSCOPE_CA_FILE names ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`
    );
  }
  try {
    const found = pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
    if (found.length > 0) {
      return found.map((one) => new X509Certificate(one));
    }
  } catch {
    // Said below, as of a file without any.
  }
  throw new CommandFailed(
    `FLOWSCOPE_CA_FILE names ${path}, which must hold certificates as PEM, and nothing that is damaged.`
  );
}

/** The parts of Node's errors that matter here. */
interface SocketError {
  readonly code?: string;
  readonly message?: string;
  readonly hostname?: string;
  readonly address?: string;
  readonly port?: number;
  readonly statusCode?: number;
  /** Of the AWS SDK, for an answer. */
  readonly $metadata?: { readonly httpStatusCode?: number };
  /** Of one that stands for several: a name may have several addresses. */
  readonly errors?: readonly SocketError[];
}

/** What a failed request says about the proxy; undefined when it is not to blame. `url`: what was called, where that is known. */
export function proxyFault(error: unknown, url?: URL): ProxyFault | undefined {
  const { env } = process;
  const { code = '', message = '', statusCode, $metadata } = (error ?? {}) as SocketError;
  if (code === 'ERR_PROXY_TUNNEL') {
    const [, target] = / tunnel to (\S+) via/.exec(message) ?? [];
    return tunnelFault(proxyUrl('https:', env), target, statusCode);
  }
  if ($metadata?.httpStatusCode === 407) {
    return tunnelFault(proxyUrl('http:', env), undefined, 407);
  }
  const isDirect = url !== undefined && proxyOf(url) === undefined;
  const proxy = isDirect ? undefined : proxyThatFailed(error as SocketError, env);
  return (
    proxy && {
      what: `the proxy ${shown(proxy).url} does not answer (${code})`,
      toDo: `Start it, or correct ${proxy.setting}; what is to be called without it goes into NO_PROXY.`,
    }
  );
}

/** What the answer of a proxy means that stands in the place of the answer that was asked for. `status`: of HTTP. */
export function proxyAnswer({ setting, url }: Proxy, target: string, status: number): ProxyFault {
  const given = `http://USER:PASSWORD@${new URL(url).host}`;
  if (status === 407) {
    return {
      what: `the proxy ${url} asks for a user and password, or does not accept those it was given (407)`,
      toDo: `Set ${setting}=${given}, with a % in either as %25.`,
    };
  }
  return status === 403
    ? {
        what: `the proxy ${url} refuses to call ${target} (403)`,
        toDo: 'Allow it there, or name the host in NO_PROXY if it can be reached without the proxy.',
      }
    : {
        what: `the proxy ${url} cannot reach ${target} (${status})`,
        toDo: "Look at the proxy's log; name the host in NO_PROXY if it can be reached without the proxy.",
      };
}

function tunnelFault(proxy: ProxySetting | undefined, target = 'its host', status?: number): ProxyFault {
  const { setting, url } = proxy ? shown(proxy) : { setting: 'HTTPS_PROXY', url: 'http://proxy.example' };
  return status === undefined
    ? {
        what: `the proxy ${url} ended the connection or did not answer in time`,
        toDo: `See that it is an HTTP proxy that allows CONNECT, or correct ${setting}.`,
      }
    : proxyAnswer({ setting, url }, target, status);
}

/** The proxy that a connection could not be opened to. */
function proxyThatFailed(error: SocketError | undefined, env: Env): ProxySetting | undefined {
  const { hostname, address, port } = error?.errors?.[0] ?? error ?? {};
  return (['https:', 'http:'] as const)
    .flatMap((protocol) => proxyUrl(protocol, env) ?? [])
    .find(({ url }) => {
      const itsPort = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
      const itsHost = url.hostname.replace(/^\[|\]$/g, '');
      // Of a connection that is refused, Node tells the address and not the name.
      return (
        hostname === itsHost || (port === itsPort && (isIP(itsHost) ? address === itsHost : address !== undefined))
      );
    });
}
