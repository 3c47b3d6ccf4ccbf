/** A program that we started; it ends with us at the latest. */
export interface Service {
  /** Where it answers, on loopback. */
  url: string;
  port: number;
  pid: number;
  logFile: string;
  /** Ends it and waits until it has ended. */
  stop(): Promise<void>;
}

/** A program that we started, before it is known to answer. */
export interface Running {
  pid: number;
  /** How it ended. */
  exited: Promise<string>;
  stop(): Promise<void>;
}

/** A sentence for people: shown without a stack trace. */
export class ServiceError extends Error {}

/** `dir` holds data, configuration and log; with the same `dir` and `port` it comes back as it was. */
export function startInflux(options: {
  dir: string;
  port?: number;
  /** It asks for passwords. */
  isAuthenticated?: boolean;
  settings?: string;
}): Promise<Service>;
/** `dir` takes the log; the AWS in it is empty and lives in memory. */
export function startMoto(options: { dir: string; port?: number }): Promise<Service>;
export function startGrafana(options: {
  home: string;
  dir: string;
  dist: string;
  provisioning: string;
  env?: Record<string, string>;
}): Promise<Service>;
/** A program of any kind whose output goes to a file. */
export function startService(options: {
  name: string;
  command: string;
  args: readonly string[];
  logFile: string;
  env?: NodeJS.ProcessEnv;
}): Running;
/** Waits until it answers over HTTP; throws a ServiceError with the end of its log when it ends or stays silent. */
export function waitUntilAnswering(service: Running, url: string, logFile: string, timeoutMs: number): Promise<void>;
/** Starts a service again when somebody else took the port that was free a moment ago. */
export function retryOnTakenPort<T>(start: () => Promise<T>): Promise<T>;
/** Ends everything that was started, the newest first. */
export function stopAll(): Promise<void>;
/** From now on a signal ends what was started, then us. */
export function endOnSignals(): void;
/** Whether a signal told us to end: what fails from now on fails because of that. */
export function isEnding(): boolean;
export function freePort(): Promise<number>;

/** Runs a command to its end; `code` is 127 when there is no such command. It ends with us at the latest. */
export function capture(
  command: string,
  args: readonly string[],
  options?: { env?: NodeJS.ProcessEnv; cwd?: string }
): Promise<{ code: number; stdout: string; output: string }>;
/** Runs a command whose output goes where ours goes; returns its exit code. */
export function run(
  command: string,
  args: readonly string[],
  options?: { env?: NodeJS.ProcessEnv; cwd?: string }
): Promise<number>;
/** The full path of a command; undefined when it is nowhere. */
export function which(name: string, folders?: readonly string[]): string | undefined;
/** Our environment without settings for other AWS accounts or another Flowscope, and with `env`. */
export function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv;

/** These find a command, or install it; they throw a ServiceError that says what to do. */
export function ensureNpmPackages(): Promise<void>;
export function ensureInflux(): Promise<string>;
/** A Python that has the package. */
export function ensureFlowlogsReader(): Promise<string>;
export function ensureMoto(): Promise<string>;
export function ensureChromium(): Promise<string>;
export function bundledNode(): string;
