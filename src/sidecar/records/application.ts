const TCP = 6;
const UDP = 17;
const NO_PROTOCOL = 256;
const PORTS = 65536;

/** Whether flows of this IANA protocol number have ports: TCP and UDP. */
export function hasPorts(protocol: number): boolean {
  return protocol === TCP || protocol === UDP;
}

/**
 * The code of an application: the protocol and, for TCP and UDP, the lower of the two ports, which is mostly the server's.
 * `undefined` stands for what the flow log does not say.
 */
export function applicationCode(protocol: number | undefined, port: number | undefined): number {
  return (protocol ?? NO_PROTOCOL) * (PORTS + 1) + (port === undefined ? 0 : port + 1);
}

/** Whether the code is of TCP. */
export function isTcp(code: number): boolean {
  return code >= TCP * (PORTS + 1) && code < (TCP + 1) * (PORTS + 1);
}

/** `tcp/443`, `udp/53`, `tcp` (port unknown), `protocol/1` (others by IANA number), `-` (protocol unknown). */
export function applicationText(code: number): string {
  const protocol = Math.floor(code / (PORTS + 1));
  const port = (code % (PORTS + 1)) - 1;
  if (protocol === NO_PROTOCOL) {
    return '-';
  }
  const name = protocol === TCP ? 'tcp' : protocol === UDP ? 'udp' : `protocol/${protocol}`;
  return port < 0 ? name : `${name}/${port}`;
}
