import fc from 'fast-check';
import { viewOf } from '../records/bytes';
import { SeriesNames } from './seriesNames';

const shorten = (names: SeriesNames, text: string) => {
  const bytes = Buffer.from(text);
  const { buffer, byteLength } = names.shorten(bytes, viewOf(bytes), 0, bytes.length);
  return Buffer.from(buffer.slice(0, byteLength));
};

it('makes of every name a short one of its own, and the name of that', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', ',', '\\', '=', 'é'), maxLength: 200 });
  fc.assert(
    fc.property(fc.array(name), (texts) => {
      const names = new SeriesNames();
      const short = texts.map((text) => shorten(names, text));
      expect(short.map((one) => names.expand(one).toString())).toEqual(texts);
      expect(new Set(short.map((one) => one.toString('hex'))).size).toBe(new Set(texts).size);
    })
  );
});

it('takes a quarter of the bytes for many names', () => {
  const names = new SeriesNames();
  const place = 'account=111122223333,action=ACCEPT,instance=i-0123456789abcdef0,interface=eni-0123456789abcdef0';
  const texts = Array.from(
    { length: 10_000 },
    (_, i) => `flow_source,${place},src=10.0.${i >> 8}.${i & 255},vpc=vpc-1`
  );
  const short = texts.map((text) => shorten(names, text).length);
  const sum = (lengths: readonly number[]) => lengths.reduce((total, length) => total + length);
  expect(sum(short)).toBeLessThan(sum(texts.map(({ length }) => length)) / 4);
});
