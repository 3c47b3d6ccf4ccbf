import type { Fields } from '../testing/arbitraries';
import { repeat, roll } from '../testing/flows';
import { NOON } from '../testing/reference/rollUp';

describe('top K', () => {
  const from = (srcaddr: string, fields: Fields) => ({ ...fields, srcaddr });
  const flows = [
    ...repeat(1, from('10.0.0.1', { bytes: '100', packets: '1' })),
    ...repeat(3, from('10.0.0.2', { bytes: '30', packets: '9' })),
    ...repeat(9, from('10.0.0.3', { bytes: '1', packets: '1' })),
  ];

  it.each([
    ['ACCEPT', ['10.0.0.1', '10.0.0.2', 'other']],
    ['REJECT', ['10.0.0.2', '10.0.0.3', 'other']],
    ['-', ['10.0.0.1', '10.0.0.2', 'other']],
  ])('of %s: ranked by what people look for', (action, expected) => {
    const { of } = roll(
      flows.map((fields) => ({ ...fields, action })),
      { topK: 2 }
    );
    expect(
      of('flow_source')
        .map(({ tags }) => tags.src)
        .sort()
    ).toEqual(expected);
  });

  it.each([
    [0, ['other']],
    [2, ['10.0.0.1', '10.0.0.2', 'other']],
    [3, ['10.0.0.1', '10.0.0.2', '10.0.0.3']],
  ])('with K = %d: no `other` when nothing is left', (topK, expected) => {
    expect(
      roll(flows, { topK })
        .of('flow_source')
        .map(({ tags }) => tags.src)
    ).toEqual(expected);
  });

  it('orders ties by the number of the address, IPv4 before IPv6', () => {
    const tied = ['9.9.9.9', '10.0.0.2', '10.0.0.10', '::1'].map((srcaddr) => ({ srcaddr }));
    expect(
      roll(tied, { topK: 3 })
        .of('flow_source')
        .map(({ tags }) => tags.src)
    ).toEqual(['9.9.9.9', '10.0.0.2', '10.0.0.10', 'other']);
  });

  it('ranks once for all windows of the part', () => {
    const later = { start: String(NOON + 60), end: String(NOON + 60) };
    const { of } = roll([from('10.0.0.1', { bytes: '5' }), from('10.0.0.2', { ...later, bytes: '4' })], { topK: 1 });
    expect(of('flow_source').map(({ tags, window }) => [tags.src, window])).toEqual([
      ['10.0.0.1', NOON],
      ['other', NOON + 60],
    ]);
  });

  it('ranks each interface and action by itself', () => {
    const others: Fields[] = [{ 'interface-id': 'eni-2' }, { action: 'REJECT' }, {}];
    const all = others.map((fields, i) => from(`10.0.0.${i}`, fields));
    expect(
      roll(all, { topK: 1 })
        .of('flow_source')
        .map(({ tags }) => tags.src)
    ).toEqual(['10.0.0.0', '10.0.0.1', '10.0.0.2']);
  });
});
