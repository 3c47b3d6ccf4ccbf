/**
 * 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16, fc00::/7 and fe80::/10, as AWS writes addresses:
 * IPv6 in small letters, without zeros in front of a group.
 */
const PRIVATE =
  /^(?:10\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/;

/** Whether an address or prefix, as AWS writes it, is of a range that is used in many networks at once. */
export function isPrivateAddress(address: string): boolean {
  return PRIVATE.test(address);
}
