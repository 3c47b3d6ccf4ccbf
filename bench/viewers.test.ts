import { generatedFiles } from '../src/dashboards/generate';
import type { DashboardJson } from '../src/dashboards/testing';
import { VIEWERS, viewersDue } from './viewers';

it('refreshes what each of ten viewers looks at as often as they want', () => {
  const dueInAnHour = Array.from({ length: 60 }, (_, minute) => viewersDue(minute)).flat();
  const counts = VIEWERS.map((viewer) => dueInAnHour.filter((due) => due === viewer).length);

  expect(counts).toEqual(VIEWERS.map(({ refresh }) => 60 / refresh));
  expect(counts).toHaveLength(10);
});

it('spreads refreshes over the minutes', () => {
  const perMinute = Array.from({ length: 60 }, (_, minute) => viewersDue(minute).length);

  expect(Math.max(...perMinute) - Math.min(...perMinute)).toBeLessThanOrEqual(2);
});

it('looks at dashboards that there are', () => {
  const uids = [...generatedFiles().values()].map((text) => (JSON.parse(text) as DashboardJson).uid);

  expect(uids).toEqual(expect.arrayContaining(VIEWERS.map(({ dashboard }) => dashboard)));
});
