import type { Random } from '../../src/sidecar/generate/random';

/** A member of a list, each as likely as the others. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.below(list.length)];
}

/** Bytes of no meaning. */
export function noise(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}

/** One way in which bytes are damaged: on disk, on the way, or by whoever wrote them. */
type Damage = (bytes: Buffer, random: Random, at: number, length: number) => Buffer;

const around = (bytes: Buffer, at: number, length: number, between: Buffer) =>
  Buffer.concat([bytes.subarray(0, at), between, bytes.subarray(at + length)]);

const DAMAGES: readonly Damage[] = [
  (bytes, random, at) => around(bytes, at, 1, Buffer.from([(bytes[at] ?? 0) ^ (1 << random.below(8))])),
  (bytes, random, at) => around(bytes, at, 1, noise(random, 1)),
  (bytes, _random, at) => bytes.subarray(0, at),
  (bytes, _random, at) => bytes.subarray(at),
  (bytes, _random, at, length) => around(bytes, at, length, Buffer.alloc(0)),
  (bytes, _random, at, length) => around(bytes, at, 0, bytes.subarray(at, at + length)),
  (bytes, _random, at, length) => around(bytes, at, length, Buffer.alloc(length)),
  (bytes, random, at, length) => around(bytes, at, 0, noise(random, length)),
  (bytes, random) => Buffer.concat([bytes, noise(random, 1 + random.below(16))]),
  (bytes, random, at, length) => around(bytes, random.below(bytes.length + 1), 0, bytes.subarray(at, at + length)),
  // Numbers that say how long something is: lengths and offsets in trailers and footers.
  (bytes, random, at) => around(bytes, at, 4, Buffer.from(pick(random, ['ffffffff', '7fffffff', '00000080']), 'hex')),
];

/** Damages bytes once to four times; half of the damage is near the end, where trailers and footers are. */
export function damage(bytes: Buffer, random: Random): Buffer {
  let damaged = bytes;
  for (let times = 1 + random.below(4); times > 0; times--) {
    const from = random.next() < 0.5 ? 0 : Math.max(0, damaged.length - 64);
    const at = from + random.below(damaged.length - from + 1);
    damaged = pick(random, DAMAGES)(damaged, random, at, 1 + random.below(64));
  }
  return damaged;
}
