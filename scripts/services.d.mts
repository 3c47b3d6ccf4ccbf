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

/** A sentence for people: shown without a stack trace. */
export class ServiceError extends Error {}

/** `dir` holds data, configuration and log; with the same `dir` and `port` it comes back as it was. */
export function startInflux(options: { dir: string; port?: number; settings?: string }): Promise<Service>;
/** `dir` takes the log; the AWS in it is empty and lives in memory. */
export function startMoto(options: { dir: string; port?: number }): Promise<Service>;
export function startGrafana(options: {
  home: string;
  dir: string;
  dist: string;
  provisioning: string;
  env?: Record<string, string>;
}): Promise<Service>;
/** Ends everything that was started, the newest first. */
export function stopAll(): Promise<void>;
export function freePort(): Promise<number>;

/** These find a command, or install it; they throw a ServiceError that says what to do. */
export function ensureNpmPackages(): Promise<void>;
export function ensureInflux(): Promise<string>;
export function ensureMoto(): Promise<string>;
export function ensureChromium(): Promise<string>;
export function bundledNode(): string;
