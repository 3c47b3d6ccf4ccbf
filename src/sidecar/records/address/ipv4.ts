const DOT = 0x2e;

/** Bytes that must follow the beginning of an address: {@link readIPv4} reads four bytes per octet. */
export const IPV4_ROOM = 16;

/** The address that {@link readIPv4} read last, as 32 bits: its second result. */
export const ipv4 = new Int32Array(1);

/**
 * Reads the IPv4 address that begins at `start` into {@link ipv4}. Returns the length of its text; 0 if there is none or it
 * has leading zeros. Anything but a digit may follow. The view must hold {@link IPV4_ROOM} bytes from `start` on.
 */
export function readIPv4(view: DataView, start: number): number {
  let address = 0;
  let at = start;
  for (let octet = 0; octet < 4; octet++) {
    const bytes = view.getInt32(at, true);
    const digits = bytes ^ 0x30303030;
    // The top bit of each byte that is no digit.
    const others = (((digits & 0x7f7f7f7f) + 0x76767676) | digits) & 0x80808080;
    const first = digits & 0xff;
    let value = first;
    let separator;
    if ((others & 0x8080) !== 0) {
      if ((others & 0x80) !== 0) {
        return 0;
      }
      separator = (bytes >>> 8) & 0xff;
      at += 2;
    } else if ((others & 0x800000) !== 0) {
      value = first * 10 + ((digits >>> 8) & 0xff);
      separator = (bytes >>> 16) & 0xff;
      at += 3;
      if (first === 0) {
        return 0;
      }
    } else {
      value = first * 100 + ((digits >>> 8) & 0xff) * 10 + ((digits >>> 16) & 0xff);
      separator = bytes >>> 24;
      at += 4;
      if (others === 0 || first === 0 || value > 255) {
        return 0;
      }
    }
    if (separator !== DOT && octet < 3) {
      return 0;
    }
    address = (address << 8) | value;
  }
  ipv4[0] = address;
  return at - 1 - start;
}

/** Whether `text[start, end)` is an IPv4 address, which is then in {@link ipv4}. */
export function isIPv4(text: Uint8Array, start: number, end: number): boolean {
  // Of no text the reader would say that it has read all of it.
  if (end === start || end - start > 15) {
    return false;
  }
  padded.fill(0).set(text.subarray(start, end));
  return readIPv4(paddedView, 0) === end - start;
}

const padded = new Uint8Array(2 * IPV4_ROOM);
const paddedView = new DataView(padded.buffer);

/** `10.0.0.1`. `address`: as 32 bits. */
export function ipv4Text(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}
