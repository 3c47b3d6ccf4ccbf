/** The InfluxDB and the local AWS that all tests of a run share: see `scripts/jest/sharedServices.ts`. */

/** The address of a service, which is started if this is the first test that needs it. */
export function sharedService(name: 'influx' | 'aws'): Promise<string> {
  return ask(name);
}

/** A number that no other test of this run gets, for names in a shared service. */
export async function uniqueNumber(): Promise<number> {
  return Number(await ask('number'));
}

async function ask(path: string): Promise<string> {
  const response = await fetch(`${process.env.FLOWSCOPE_TEST_SERVICES}/${path}`);
  const text = await response.text();
  if (!response.ok) {
    throw new Error(text);
  }
  return text;
}
