import { generateCommand } from './generate';

/** What `generate --end` takes a typed time for, Unix seconds. */
function endOf(typed: string): unknown {
  const command = generateCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  command.parseOptions(['--end', typed]);
  return command.opts().end;
}

it.each([
  ['2026-03-02', Date.UTC(2026, 2, 2)],
  ['2026-03-02T12:00', Date.UTC(2026, 2, 2, 12)],
  ['2026-03-02T12:00:01.999Z', Date.UTC(2026, 2, 2, 12, 0, 1)],
  ['2026-03-02T12:00:00+02:00', Date.UTC(2026, 2, 2, 10)],
])('reads %s as the end of the traffic', (typed, at) => {
  expect(endOf(typed)).toBe(at / 1000);
});

it.each(['2026-02-30', '2026-02-30T12:00', '2026-03-02T24:00', '2026-13-01', '2016-12-31T23:59:60Z', 'March'])(
  'refuses %s, which is no time',
  (typed) => {
    expect(() => endOf(typed)).toThrow('Give a time like 2026-03-02T12:00:00Z.');
  }
);
