import { colorByName, patternOf, PALETTE } from './colors';
import { generatedFiles } from './generate';

/** What dashboards must not look like, whatever is in them. */

interface Override {
  readonly matcher: { readonly id: string; readonly options?: string };
  readonly properties: ReadonlyArray<{ readonly id: string; readonly value?: unknown }>;
}

interface Panel {
  readonly title?: string;
  readonly type: string;
  readonly targets?: ReadonlyArray<{ readonly refId: string; readonly query: string }>;
  readonly fieldConfig?: { readonly defaults: object; readonly overrides: readonly Override[] };
  readonly panels?: readonly Panel[];
}

const FILES = [...generatedFiles()].map(([path, text]) => [path, JSON.parse(text) as { panels: Panel[] }] as const);
const panelsOf = (panels: readonly Panel[]): Panel[] =>
  panels.flatMap((panel) => [panel, ...panelsOf(panel.panels ?? [])]);

/** Every colour named anywhere in a value. */
function colorsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, each]) =>
    typeof each === 'string' && /^(fixedColor|color|lineColor)$/.test(key) ? [each] : colorsIn(each)
  );
}

/** The hue of a colour in degrees; undefined of grey. */
function hueOf(color: string): number | undefined {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
  const [max, min] = [Math.max(r, g, b), Math.min(r, g, b)];
  if (max - min < 0.05) {
    return undefined;
  }
  const sector = max === r ? (g - b) / (max - min) : max === g ? 2 + (b - r) / (max - min) : 4 + (r - g) / (max - min);
  return (sector * 60 + 360) % 360;
}

test.each(FILES)('%s lays nothing out by the number of its rows', (_path, dashboard) => {
  expect(JSON.stringify(dashboard)).not.toContain('dynamicHeight');
});

test.each(FILES)('%s draws nothing that did not flow: intervals without traffic are 0', (_path, { panels }) => {
  const charts = panelsOf(panels).filter(({ type }) => type === 'timeseries');
  for (const { title, targets = [] } of charts) {
    for (const { refId, query } of targets.filter((target) => /"flow_(?!quality)/.test(target.query))) {
      expect({ title, refId, ends: query.slice(-7) }).toEqual({ title, refId, ends: 'fill(0)' });
    }
  }
});

test.each(FILES)('%s has red for refused traffic alone, and green for nothing', (_path, { panels }) => {
  for (const panel of panelsOf(panels)) {
    const overrides = panel.fieldConfig?.overrides ?? [];
    const harmless = overrides.filter(({ matcher }) => !/refused|REJECT|share/.test(String(matcher.options)));
    const isRefused = /refused/i.test(panel.title ?? '');
    const colors = [
      ...colorsIn(isRefused ? {} : harmless.filter(({ properties }) => !/REJECT/.test(JSON.stringify(properties)))),
      ...colorsIn(panel.fieldConfig?.defaults),
    ];
    // Thresholds that the builder writes, and that colour nothing.
    const named = colors.filter((color) => !color.startsWith('#') && color !== 'palette-classic');
    expect({ title: panel.title, reds: named.filter((color) => /red|green/.test(color)) }).toEqual({
      title: panel.title,
      reds: [],
    });
    expect(JSON.stringify(panel.fieldConfig?.defaults ?? {})).not.toContain('"mode":"palette-classic-by-name"');
  }
});

describe('colours of names', () => {
  it('are ten, and neither red nor green', () => {
    expect(new Set(PALETTE).size).toBe(10);
    for (const color of PALETTE) {
      const hue = hueOf(color);
      expect({ color, isRed: hue !== undefined && (hue < 20 || hue > 340), isGreen: hue! > 75 && hue! < 165 }).toEqual({
        color,
        isRed: false,
        isGreen: false,
      });
    }
  });

  it('are exactly one for each name', () => {
    const patterns: RegExp[] = [];
    colorByName({ overrideByRegexp: (pattern) => patterns.push(new RegExp(pattern.slice(1, -1))) });
    expect(patterns.map(String)).toEqual(PALETTE.map((_, index) => patternOf(index)));
    const names = Array.from({ length: 400 }, (_, i) => `shop-web-${i} eth${i % 3} → 10.0.${i}.${(i * 7) % 256} (ALB)`);
    const colors = names.map((name) => patterns.flatMap((pattern, index) => (pattern.test(name) ? [index] : [])));
    colors.forEach((found) => expect(found).toHaveLength(1));
    const counts = PALETTE.map((_, index) => colors.filter(([found]) => found === index).length);
    expect(Math.min(...counts)).toBeGreaterThan(10);
  });
});
