import { test as base } from '@grafana/plugin-e2e';
// Plugin-e2e's own takes `not.toBeChecked` for `toBeChecked`.
import { expect, type ConsoleMessage } from '@playwright/test';
import { describedWorld, type Person, type WorldDescription } from '../world/description';
import { Organization } from '../world/organization';

interface Fixtures {
  /** What was started for the specs. */
  world: WorldDescription;
  /** The role of the user who is signed in: `test.use({ role: 'viewer' })`. */
  role: 'admin' | 'viewer';
  /** The Grafana user with that role. */
  person: Person;
  /** Errors on the browser's console and uncaught errors so far, without those of Grafana itself. */
  faults: string[];
}

/**
 * Messages of Grafana 12.3 itself, with any plugin: an organization that is not its first one has no access to
 * feature flags, a machine that is not online none to the catalog of plugins and to the news of the home page, and whether
 * a dashboard is public, Grafana learns from a 404. How many use its library for recognising browsers is counted elsewhere.
 */
const OF_GRAFANA = [
  /\/apis\/features\.grafana\.app\//,
  /^Failed to initialize OpenFeature provider/,
  /\/api\/gnet\/plugins/,
  /^Failed to fetch plugins from catalog/,
  /\/public-dashboards\)$/,
  /\(https:\/\/grafana\.com\/blog\//,
  /\(https:\/\/[a-z0-9]+\.openfpcdn\.io\//,
];

/** Plugin-e2e's test, in the world that was started for it. */
export const test = base.extend<Fixtures>({
  // Playwright reads what a fixture needs from this pattern.
  world: ({}, use) => use(describedWorld()),
  role: ['admin', { option: true }],
  person: ({ world, role }, use) => use(world[role]),
  storageState: async ({ playwright, baseURL, person }, use) => {
    const request = await playwright.request.newContext({ baseURL, storageState: undefined });
    const answer = await request.post('/login', { data: person });
    await expect(answer, `${person.user} signs in`).toBeOK();
    await use(await request.storageState());
    await request.dispose();
  },
  faults: async ({ page }, use) => {
    const faults: string[] = [];
    page.on('console', (message: ConsoleMessage) => {
      const text = `${message.text()} (${message.location().url})`;
      if (message.type() === 'error' && !OF_GRAFANA.some((known) => known.test(text))) {
        faults.push(text);
      }
    });
    page.on('pageerror', (error) => faults.push(String(error)));
    await use(faults);
  },
});

/** The same in an empty organization of its own, as its administrator: nothing is set up, and nothing spoils others. */
export const testInEmptyOrganization = test.extend<{ organization: Organization }>({
  organization: async ({ world }, use) => {
    const organization = await Organization.create(world.grafanaUrl, world.root);
    await use(organization);
    await organization.remove();
  },
  person: ({ organization }, use) => use(organization.admin),
});

export { expect };
