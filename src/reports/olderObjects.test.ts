import { olderObjects, type ListedAges } from './olderObjects';

const AGES: ListedAges = { listed: 1300, isAll: true, older: 1240, keptDays: 395 };

describe('what is said of objects that are older than what is kept', () => {
  it.each<[Partial<ListedAges>, string | undefined]>([
    [
      {},
      '1,240 of the 1,300 objects listed are older than the 395 days that Flowscope keeps: they are not collected and stay in the bucket.',
    ],
    [
      { isAll: false },
      '1,240 of the first 1,300 objects listed are older than the 395 days that Flowscope keeps: they are not collected and stay in the bucket.',
    ],
    [
      { older: 1 },
      '1 of the 1,300 objects listed is older than the 395 days that Flowscope keeps: it is not collected and stays in the bucket.',
    ],
    [
      { listed: 1, older: 1, keptDays: 30 },
      '1 of the 1 object listed is older than the 30 days that Flowscope keeps: it is not collected and stays in the bucket.',
    ],
    [{ older: 0 }, undefined],
  ])('%j', (change, words) => {
    expect(olderObjects({ ...AGES, ...change })).toBe(words);
  });
});
