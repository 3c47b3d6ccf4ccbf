import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';
import type { PluginOptions } from '@grafana/plugin-e2e';

const USUAL_CHROMIUM = '/usr/bin/chromium';

/** The specs of `npm run e2e`, which starts what they need: see e2e/world/run.ts. */
export default defineConfig<PluginOptions>({
  testDir: 'e2e',
  projects: [
    { name: 'specs', testMatch: '*.spec.ts' },
    { name: 'pictures', testMatch: 'pictures.ts' },
  ],
  // They share a sidecar, and some of them change what others read.
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    baseURL: process.env.GRAFANA_URL,
    viewport: { width: 1400, height: 1000 },
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? (existsSync(USUAL_CHROMIUM) ? USUAL_CHROMIUM : undefined),
      args: ['--no-sandbox'],
    },
  },
});
