import { ipv4, isIPv4 } from './ipv4';

const DOT = 0x2e;
const COLON = 0x3a;
const ZERO = 0x30;

/** The eight groups of the IPv6 address that {@link readIPv6} read last. */
export const ipv6Groups = new Uint16Array(8);

/**
 * Reads the IPv6 address `text[start, end)` into {@link ipv6Groups}. Returns false if it is none; an address with a zone
 * (`%eth0`) is none.
 */
export function readIPv6(text: Uint8Array, start: number, end: number): boolean {
  let count = 0;
  let gap = -1;
  let at = start;
  if (text[at] === COLON) {
    if (text[++at] !== COLON) {
      return false;
    }
  }
  while (at < end) {
    if (text[at] === COLON && at > start) {
      // The second colon of `::`, which may stand in one place only.
      if (gap >= 0) {
        return false;
      }
      gap = count;
      at++;
      continue;
    }
    if (count === 8) {
      return false;
    }
    const from = at;
    let group = 0;
    for (let digit = hexDigit(text[at]); digit >= 0 && at < end; digit = hexDigit(text[++at])) {
      group = (group << 4) | digit;
    }
    if (at > end || at === from) {
      return false;
    }
    if (at < end && text[at] === DOT) {
      return count <= 6 && readTail(text, from, end, count) && fillGap(count + 2, gap);
    }
    if (at - from > 4) {
      return false;
    }
    ipv6Groups[count++] = group;
    if (at < end) {
      if (text[at] !== COLON || ++at === end) {
        return false;
      }
    }
  }
  return fillGap(count, gap);
}

/** Reads the last 32 bits, which may be written as IPv4, into groups `count` and `count + 1`. */
function readTail(text: Uint8Array, start: number, end: number, count: number): boolean {
  if (!isIPv4(text, start, end)) {
    return false;
  }
  ipv6Groups[count] = ipv4[0] >>> 16;
  ipv6Groups[count + 1] = ipv4[0] & 0xffff;
  return true;
}

/** Fills the gap that `::` left with zeros. `gap`: number of groups before it, negative if there is none. */
function fillGap(count: number, gap: number): boolean {
  if (gap < 0) {
    return count === 8;
  }
  if (count === 8) {
    return false;
  }
  ipv6Groups.copyWithin(8 - (count - gap), gap, count);
  ipv6Groups.fill(0, gap, 8 - (count - gap));
  return true;
}

function hexDigit(byte: number): number {
  const digit = byte - ZERO;
  if (digit >= 0 && digit <= 9) {
    return digit;
  }
  const letter = (byte | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

/** `2001:db8::1`: lower case, the longest run of zeros left out (RFC 5952). `groups`: the eight groups. */
export function ipv6Text(groups: readonly number[]): string {
  let best = -1;
  let longest = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) {
      end++;
    }
    if (end - i > longest) {
      best = i;
      longest = end - i;
    }
    i = Math.max(i, end);
  }
  const hex = groups.map((group) => group.toString(16));
  return best < 0 ? hex.join(':') : `${hex.slice(0, best).join(':')}::${hex.slice(best + longest).join(':')}`;
}
