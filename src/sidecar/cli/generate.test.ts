import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

describe('generate --organisation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowscope-organisation-'));
  beforeEach(() => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs `generate` and returns the JSON file of that name in its folder. */
  async function generated(file: string, out: string, ...args: string[]): Promise<unknown> {
    const common = ['--out', join(folder, out), '--minutes', '5', '--end', '2026-03-02T12:00:00Z', '--seed', '3'];
    await generateCommand().parseAsync([...common, ...args], { from: 'user' });
    return JSON.parse(readFileSync(join(folder, file), 'utf8'));
  }

  it('writes the owner facts, and the truth by tags', async () => {
    const facts = await generated('org/facts.json', 'org', '--organisation');
    expect(facts).toContainEqual(expect.objectContaining({ kind: 'network', cidr: '192.168.8.0/24' }));
    const truth = JSON.parse(readFileSync(join(folder, 'org/truth.json'), 'utf8')) as Record<string, unknown>;
    expect(truth).toMatchObject({ notCollected: 0, rows: { flow_interface_pair: expect.anything() } });
  });

  it('writes the owner facts where it is told', async () => {
    const facts = await generated(
      'elsewhere/o.json',
      'org',
      '--organisation',
      '--facts',
      join(folder, 'elsewhere/o.json')
    );
    expect(facts).toHaveLength((JSON.parse(readFileSync(join(folder, 'org/facts.json'), 'utf8')) as unknown[]).length);
  });

  it('is another company than the one of before, which has neither', async () => {
    expect(await generated('shop/truth.json', 'shop')).not.toHaveProperty('rows');
    expect(readdirSync(join(folder, 'shop'))).not.toContain('facts.json');
  });

  it.each(['--interfaces', '--records-per-minute', '--inventory'])('refuses %s', async (option) => {
    const command = generateCommand().exitOverride();
    const args = ['--organisation', '--out', folder, option, '7'];
    await expect(command.parseAsync(args, { from: 'user' })).rejects.toThrow('cannot be used with option');
  });
});
