import { FolderMemory, MAX_REST } from './folderMemory';
import type { ObjectOutcome } from './object/object';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** 20 January 2026, noon, Unix seconds. */
const NOON = Date.UTC(2026, 0, 20, 12) / 1000;
/** Rests of an hour are shortened by a quarter of it at most. */
const SURELY = (MAX_REST * 3) / 4;
const OLD = 'x/2026/01/10/';

/** What one scan finds in a folder. */
interface Found {
  readonly subfolders?: readonly string[];
  /** What stays there. Default: one object. */
  readonly leftovers?: number;
  /** New objects, and whether each is done with by the end of the scan. */
  readonly news?: readonly boolean[];
  /** Whether its listing broke off. */
  readonly isCut?: boolean;
}

let memory: FolderMemory;
beforeEach(() => (memory = new FolderMemory()));

/** A whole scan of these folders, as the listing comes to them; returns those that it leaves out. */
async function scan(now: number, folders: Readonly<Record<string, Found>>, prefix = ''): Promise<readonly string[]> {
  memory.begin(prefix, now);
  for (const [folder, { subfolders = [], leftovers = 1, news = [], isCut }] of Object.entries(folders)) {
    if (memory.rests(folder)) {
      continue;
    }
    for (let n = 0; n < leftovers; n++) {
      memory.stays(`${folder}left${n}.gz`);
    }
    news.forEach((isFinal, n) => memory.news(`${folder}new${n}.gz`, Promise.resolve(isFinal ? 'nothing' : 'all')));
    if (!isCut) {
      memory.listed(folder, subfolders);
    }
  }
  await Promise.resolve();
  return memory.end();
}

/** Whether a folder rests in a scan of that time, which ends nowhere. */
function rests(folder: string, now: number): boolean {
  memory.begin('', now);
  return memory.rests(folder);
}

describe('a folder of leftovers', () => {
  it('rests for less than an hour from the scan on that has listed it, and never for longer', async () => {
    expect(await scan(NOON, { [OLD]: {} })).toEqual([]);
    expect(rests(OLD, NOON + SURELY - 1)).toBe(true);
    expect(rests(OLD, NOON + MAX_REST)).toBe(false);
  });

  it('is left out of scans meanwhile, which say so and do not lengthen its rest', async () => {
    await scan(NOON, { [OLD]: {} });
    for (let minute = 1; minute < 40; minute++) {
      expect(await scan(NOON + 60 * minute, { [OLD]: {}, 'x/2026/01/20/': {} })).toEqual([OLD]);
    }
    expect(await scan(NOON + MAX_REST, { [OLD]: {} })).toEqual([]);
  });

  it.each<[string, Found]>([
    ['holds nothing', { leftovers: 0 }],
    ['was not listed to its end', { isCut: true }],
    ['has an object that is not done with', { news: [true, false, true] }],
  ])('does not rest when it %s', async (_case, found) => {
    await scan(NOON, { [OLD]: found });
    expect(rests(OLD, NOON + 1)).toBe(false);
    expect(memory.hasResting).toBe(false);
  });

  it('rests although all of it was new to the first scan, when that is done with it', async () => {
    await scan(NOON, { [OLD]: { news: [true] } });
    expect(rests(OLD, NOON + 1)).toBe(true);
    expect(memory.hasResting).toBe(true);
  });

  it('is listed with each scan for an hour after something new has come to it, then rests for a share of that', async () => {
    await scan(NOON, { [OLD]: {} });
    await scan(NOON + MAX_REST, { [OLD]: { news: [true] } });
    await scan(NOON + MAX_REST + HOUR - 1, { [OLD]: {} });
    expect(rests(OLD, NOON + MAX_REST + HOUR)).toBe(false);
    await scan(NOON + MAX_REST + HOUR, { [OLD]: {} });
    expect(rests(OLD, NOON + MAX_REST + HOUR + SURELY / 4 - 1)).toBe(true);
    expect(rests(OLD, NOON + MAX_REST + HOUR + HOUR / 4)).toBe(false);
  });

  it.each<[ObjectOutcome['state'], boolean]>([
    ['not-collected', true],
    ['quarantined', true],
    ['refused', false],
    ['gone', false],
  ])('is one when its object is %s: %s', async (state, doesRest) => {
    memory.begin('', NOON);
    memory.news(`${OLD}1.gz`, Promise.resolve('nothing'));
    memory.ended(`${OLD}1.gz`, { state } as ObjectOutcome);
    memory.listed(OLD, []);
    await Promise.resolve();
    memory.end();
    expect(rests(OLD, NOON + 1)).toBe(doesRest);
  });

  it('rests not by what lies in another one', async () => {
    await scan(NOON, { [OLD]: { leftovers: 0 }, 'x/2026/01/11/': {}, 'x/2026/01/1/': {} });
    expect([rests(OLD, NOON + 1), rests('x/2026/01/11/', NOON + 1)]).toEqual([false, true]);
  });

  it('keeps its rest through a scan that is cut short, which learns nothing', async () => {
    await scan(NOON, { [OLD]: {} });
    memory.begin('', NOON + 60);
    memory.listed('x/2026/01/11/', []);
    memory.stays('x/2026/01/11/1.gz');
    expect(await scan(NOON + 120, { [OLD]: {}, 'x/2026/01/11/': { leftovers: 0 } })).toEqual([OLD]);
  });
});

describe('a folder of a time', () => {
  const MIDNIGHT = NOON - 12 * HOUR;

  it.each([
    ['x/2026/01/19/', MIDNIGHT],
    ['2026/01/19/', MIDNIGHT],
    ['x/year=2026/month=01/day=19/', MIDNIGHT],
    ['x/2026/01/19/23/', MIDNIGHT],
    ['x/year=2026/month=01/day=19/hour=05/', MIDNIGHT],
    ['x/2025/12/', Date.UTC(2026, 0, 1) / 1000],
    ['x/2025/02/28/', Date.UTC(2025, 2, 1) / 1000],
    ['x/2025/01/', Date.UTC(2025, 1, 1) / 1000],
    ['x/2025/', Date.UTC(2026, 0, 1) / 1000],
  ])('%s rests from a day after its end on, and not a second earlier', async (folder, end) => {
    // The folder of an hour is listed apart only where it is the prefix of a source.
    await scan(end + DAY - 1, { [folder]: {} }, folder);
    expect(rests(folder, end + DAY)).toBe(false);
    await scan(end + DAY, { [folder]: {} }, folder);
    expect(rests(folder, end + DAY + 1)).toBe(true);
  });

  it.each(['x/2025/00/', 'x/2025/13/', 'x/20251/', 'x/2025/1/', 'AWSLogs/2025/13/'])(
    '%s is none: it rests once it was quiet for an hour, except where AWS makes folders',
    async (folder) => {
      await scan(NOON, { [folder]: {} });
      await scan(NOON + HOUR - 1, { [folder]: {} });
      expect(rests(folder, NOON + HOUR)).toBe(false);
      await scan(NOON + HOUR, { [folder]: {} });
      expect(rests(folder, NOON + HOUR + 60)).toBe(!folder.startsWith('AWSLogs/'));
    }
  );

  it.each(['AWSLogs/', 'a/AWSLogs/1/'])('%s is none, and never rests', async (folder) => {
    await scan(NOON, { [folder]: {} });
    await scan(NOON + 30 * DAY, { [folder]: {} });
    expect(rests(folder, NOON + 30 * DAY + 1)).toBe(false);
  });

  it.each([
    ['myAWSLogs/', true],
    ['flat/', true],
    // The beginning of names is no folder: another one may begin so.
    ['flat/logs-', false],
    ['', true],
  ])('"%s" is none, and rests after days of quiet: %s', async (folder, doesRest) => {
    await scan(NOON, { [folder]: {} }, folder);
    await scan(NOON + 30 * DAY, { [folder]: {} }, folder);
    expect(rests(folder, NOON + 30 * DAY + 1)).toBe(doesRest);
  });

  it('that is of no day never rests where folders are in it: new ones may come', async () => {
    await scan(NOON, { 'flat/': { subfolders: ['flat/a/'] }, 'flat/a/': {} });
    await scan(NOON + 30 * DAY, { 'flat/': { subfolders: ['flat/a/'] }, 'flat/a/': {} });
    expect([rests('flat/', NOON + 30 * DAY + 1), rests('flat/a/', NOON + 30 * DAY + 1)]).toEqual([false, true]);
  });
});

describe('a month', () => {
  const MONTH = 'x/2025/12/';
  const DAYS = [1, 2, 3].map((day) => `${MONTH}0${day}/`);
  const month = (changes: Readonly<Record<string, Found>> = {}) => ({
    [MONTH]: { subfolders: DAYS, leftovers: 0 },
    ...Object.fromEntries(DAYS.map((day) => [day, {}])),
    ...changes,
  });

  it('rests with all below it, and is due no later than the first of them', async () => {
    const dueOf = (folder: string) => {
      let at = NOON;
      for (; rests(folder, at); at++) {
        // Until it is listed again.
      }
      return at;
    };
    let asOneOfIts = 0;
    for (const name of ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12']) {
      const days = ['01', '02', '03'].map((day) => `x/2024/${name}/${day}/`);
      const folders = {
        [`x/2024/${name}/`]: { subfolders: days },
        ...Object.fromEntries(days.map((day) => [day, {}])),
      };
      memory = new FolderMemory();
      await scan(NOON, folders);
      const due = dueOf(`x/2024/${name}/`);
      const first = Math.min(...days.map(dueOf));
      expect(due).toBeGreaterThanOrEqual(NOON + SURELY);
      expect(due).toBeLessThanOrEqual(first);
      asOneOfIts += due === first ? 1 : 0;
    }
    expect(asOneOfIts).toBeGreaterThan(0);
  });

  it('has its days listed again one after the other, not all of them in one scan', async () => {
    const days = Array.from({ length: 30 }, (_, i) => `x/2025/11/${String(i + 1).padStart(2, '0')}/`);
    await scan(NOON, Object.fromEntries(days.map((day) => [day, {}])));
    const due = new Map<number, number>();
    for (const day of days) {
      let minute = 0;
      for (; rests(day, NOON + 60 * minute); minute++) {
        // Until it is listed again.
      }
      due.set(minute, (due.get(minute) ?? 0) + 1);
    }
    // A quarter of an hour has fifteen minutes.
    expect(due.size).toBeGreaterThan(8);
    expect(Math.max(...due.values())).toBeLessThan(8);
  });

  it.each<[string, Readonly<Record<string, Found>>]>([
    ['is not done with', { [DAYS[1]]: { news: [false] } }],
    ['is empty', { [DAYS[1]]: { leftovers: 0 } }],
    ['was not listed', { [DAYS[1]]: { isCut: true } }],
  ])('does not rest when one day of it %s', async (_case, changes) => {
    await scan(NOON, month(changes));
    expect([MONTH, ...DAYS].map((folder) => rests(folder, NOON + 1))).toEqual([false, true, false, true]);
  });

  it('that was left out keeps its own rest, and what is below it is forgotten until it is listed', async () => {
    await scan(NOON, month());
    expect(await scan(NOON + 60, { [MONTH]: {} })).toEqual([MONTH]);
    expect(rests(MONTH, NOON + 61)).toBe(true);
    expect(rests(DAYS[0], NOON + 61)).toBe(false);
  });

  it('is listed, with the day and all above, when one of its objects is to be tried again', async () => {
    await scan(NOON, { '': { subfolders: ['x/'] }, ...month() });
    memory.wake(`${DAYS[1]}1.gz`);
    expect([MONTH, ...DAYS].map((folder) => rests(folder, NOON + 1))).toEqual([false, true, false, true]);
    memory.wakeAll();
    expect(DAYS.map((folder) => rests(folder, NOON + 1))).toEqual([false, false, false]);
  });

  it('the root is listed, too, when an object is to be tried again', async () => {
    await scan(NOON, { '': {} });
    await scan(NOON + DAY, { '': {} });
    expect(rests('', NOON + DAY + 1)).toBe(true);
    memory.wake('a.gz');
    expect(rests('', NOON + DAY + 1)).toBe(false);
  });
});

it('an object whose key begins with a slash wakes its folders, too', async () => {
  await scan(NOON, { '/x/2026/01/10/': {} }, '/');
  expect(rests('/x/2026/01/10/', NOON + 1)).toBe(true);
  memory.wake('/x/2026/01/10/1.gz');
  expect(rests('/x/2026/01/10/', NOON + 1)).toBe(false);
});

it('of more folders than are remembered the rest is listed with each scan', async () => {
  const many = Array.from({ length: 100_001 }, (_, i) => `x${i}/2026/01/10/`);
  await scan(NOON, Object.fromEntries(many.map((folder) => [folder, {}])));
  memory.begin('', NOON + 1);
  expect(many.filter((folder) => !memory.rests(folder))).toEqual([many.at(-1)]);
});

it('nothing rests outside of a scan, nor counts as left out', () => {
  expect([memory.rests(OLD), memory.end()]).toEqual([false, []]);
  memory.stays(`${OLD}1.gz`);
  memory.listed(OLD, []);
  memory.news(`${OLD}1.gz`, Promise.resolve('nothing'));
  expect([rests(OLD, NOON), memory.hasResting]).toEqual([false, false]);
});
