import type { Locator, Page } from '@playwright/test';
import { CHECKS } from '../../src/contract/checks';
import type { AccessKey } from '../world/description';
import { expect } from './fixtures';
import { openTab } from './pages';

/** What is typed into the form of a source. */
interface SourceToAdd {
  readonly name: string;
  readonly bucket: string;
  readonly region: string;
  readonly key: AccessKey;
}

/** The page of a source on the tab S3 sources. */
export class SourceForm {
  constructor(readonly page: Page) {}

  /** Opens the page of a new source and fills it in, without saving. */
  static async begin(page: Page, { name, bucket, region, key }: SourceToAdd): Promise<SourceForm> {
    const form = new SourceForm(page);
    await openTab(page, 'sources');
    await page.getByRole('button', { name: 'Add an S3 source' }).click();
    await form.field('Name').fill(name);
    await form.field('Bucket').fill(bucket);
    await form.chooseRegion(region);
    await page.getByRole('radio', { name: 'Access key' }).check({ force: true });
    await form.field('Access key ID').fill(key.accessKeyId);
    await form.root.getByLabel(/^Secret access key/).fill(key.secretAccessKey);
    return form;
  }

  get root(): Locator {
    return this.page.getByRole('form', { name: 'Source' });
  }

  field(label: string): Locator {
    return this.root.getByRole('textbox', { name: new RegExp(`^${label}`) });
  }

  async chooseRegion(region: string): Promise<void> {
    await this.root.getByRole('combobox', { name: /^Region/ }).fill(region);
    await this.page
      .getByRole('option', { name: new RegExp(region) })
      .first()
      .click();
  }

  /** Runs Test and waits for all of its rows. */
  async test(): Promise<void> {
    await this.page.getByRole('button', { name: 'Test', exact: true }).click();
    await this.hasEnded();
  }

  /** Every check has its row, however others ended. */
  async hasEnded(): Promise<void> {
    for (const { title } of CHECKS) {
      await expect(this.row(title)).toHaveAccessibleName(new RegExp(`^${title}: (Passed|Warning|Failed|Not checked)$`));
    }
  }

  /** The row of a check. */
  row(title: string): Locator {
    return this.page
      .getByRole('list', { name: 'Checks' })
      .getByRole('listitem', { name: new RegExp(`^${title}(:|$)`) });
  }

  /** How a check ended, and what it says. */
  async says(title: string, state: 'Passed' | 'Warning' | 'Failed' | 'Not checked', text: string | RegExp) {
    await expect(this.row(title)).toHaveAccessibleName(`${title}: ${state}`);
    await expect(this.row(title)).toContainText(text);
  }

  /** A step on the way to collecting. */
  step(title: 'Test' | 'Preview' | 'Save & enable'): Locator {
    return this.page
      .getByRole('list', { name: 'Steps to collecting' })
      .getByRole('listitem', { name: title, exact: true });
  }

  async save(): Promise<void> {
    await this.page.getByRole('button', { name: 'Save source' }).click();
    await expect(this.step('Save & enable')).toContainText('Saved, and disabled');
  }
}
