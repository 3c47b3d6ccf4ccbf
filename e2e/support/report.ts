import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures';

export const HOUR = 3_600_000;
/** The end of a range in the past, Unix milliseconds, so that its figures do not change during a test. */
export const TO = Math.floor(Date.now() / HOUR) * HOUR;
export const FROM = TO - 2 * HOUR;
export const RANGE = `from=${FROM}&to=${TO}`;

export interface Figures {
  readonly packets: number;
  readonly flows: number;
}

/** A row of the table of a report. */
export interface Row {
  readonly row: Locator;
  readonly headings: readonly string[];
  readonly figures: Figures;
}

/** The dashboard of a report, open in the browser. */
export class Report {
  constructor(private readonly page: Page) {}

  /** The first row of the table with a cell of that text. */
  async rowOf(first: string): Promise<Row> {
    const cell = this.page.getByRole('gridcell', { name: first, exact: true });
    return this.read(this.page.getByRole('row').filter({ has: cell }).first());
  }

  /** The first row of the table. */
  async firstRow(): Promise<Row> {
    return this.read(
      this.table()
        .getByRole('row')
        .filter({ has: this.page.getByRole('gridcell') })
        .first()
    );
  }

  /** The footer of the table: exact totals. */
  async totals(): Promise<Figures> {
    const footer = this.table()
      .getByRole('row')
      .filter({ hasText: /^\s*total/i })
      .last();
    await footer.waitFor();
    return figuresOf(await this.headings(), await textsOf(footer.getByRole('gridcell')));
  }

  /** Shares of all rows, in percent, from top to bottom. */
  async shares(): Promise<number[]> {
    const column = (await this.headings()).findIndex((text) => text.endsWith('Share'));
    const rows = this.table()
      .getByRole('row')
      .filter({ has: this.page.getByRole('gridcell') });
    const texts = await Promise.all((await rows.all()).map((row) => textsOf(row.getByRole('gridcell'))));
    return texts.filter((cells) => cells[column]?.endsWith('%')).map((cells) => Number(cells[column].replace('%', '')));
  }

  /** A row's cell in that column. */
  cell({ row, headings }: Row, column: string): Locator {
    return row.getByRole('gridcell').nth(headings.indexOf(column));
  }

  /** Clicks a row's cell in that column; where it leads to several places, a menu asks which. */
  async choose(row: Row, column: string, title: string): Promise<void> {
    const link = this.cell(row, column).locator('a');
    const isMenu = (await link.getAttribute('href')) === null;
    await link.click();
    if (isMenu) {
      await this.page.getByRole('link', { name: title, exact: true }).click();
    }
  }

  /** Waits until it is that report, over the same range and with these variables; returns all parameters of the address. */
  async arrivesAt(uid: string, variables: Readonly<Record<string, string>> = {}): Promise<URLSearchParams> {
    await this.page.waitForURL(({ pathname }) => pathname === `/d/${uid}` || pathname.startsWith(`/d/${uid}/`));
    const parameters = new URL(this.page.url()).searchParams;
    const time = (name: string) => Number(parameters.get(name)) || Date.parse(parameters.get(name)!);
    expect([time('from'), time('to')], 'the range is kept').toEqual([FROM, TO]);
    const kept = Object.keys(variables).map((name) => [name, parameters.get(`var-${name}`)]);
    expect(Object.fromEntries(kept), 'filters are kept').toEqual(variables);
    return parameters;
  }

  /** Texts of the tables' cells that are drawn beyond their cell, and so cut off; on either side of it. */
  async cutOff(): Promise<string[]> {
    const cells = this.page.locator('[role=gridcell], [role=columnheader]').filter({ hasText: /\S/ });
    await cells.last().waitFor();
    return cells.evaluateAll((all) =>
      all
        .filter((cell) => {
          const range = document.createRange();
          range.selectNodeContents(cell);
          const { left, right, top, bottom } = cell.getBoundingClientRect();
          return [...range.getClientRects()].some(
            (text) => text.left < left - 1 || text.right > right + 1 || text.top < top - 1 || text.bottom > bottom + 1
          );
        })
        .map(({ textContent }) => textContent ?? '')
    );
  }

  /** Headings of the table's columns that are seen whole before it is scrolled sideways. */
  async inSight(): Promise<string[]> {
    const table = this.table();
    await table.waitFor();
    return table.evaluate((grid) =>
      [...grid.querySelectorAll('[role=columnheader]')]
        .filter((heading) => heading.getBoundingClientRect().right <= grid.getBoundingClientRect().right + 1)
        .map(({ textContent }) => textContent ?? '')
    );
  }

  private async read(row: Locator): Promise<Row> {
    await row.waitFor();
    const headings = await this.headings();
    return { row, headings, figures: figuresOf(headings, await textsOf(row.getByRole('gridcell'))) };
  }

  private table(): Locator {
    // Grafana draws only the columns in sight; this one stands beside the names. What is refused has a table of its own below.
    const share = this.page.getByRole('columnheader', { name: /Share$/ });
    return this.page.getByRole('grid').filter({ has: share }).first();
  }

  private async headings(): Promise<string[]> {
    const headings = this.table().getByRole('columnheader');
    // A table has its cells for a moment before their texts.
    await expect(headings.last()).toHaveText(/\S/, { useInnerText: true });
    return (await textsOf(headings)).map((text) => text.replace(/\s+/g, ' '));
  }
}

async function textsOf(cells: Locator): Promise<string[]> {
  return (await cells.allInnerTexts()).map((text) => text.trim());
}

function figuresOf(headings: readonly string[], cells: readonly string[]): Figures {
  // Beside the chosen metric a table has flows alone.
  const count = (name: string) =>
    Number((cells[headings.findIndex((text) => text.endsWith(name))] ?? '0').replaceAll(',', ''));
  return { packets: count('Packets'), flows: count('Flows') };
}
