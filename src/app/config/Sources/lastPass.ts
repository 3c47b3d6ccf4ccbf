import { z } from 'zod';

/** What a Test and a Preview of a saved source found, so that they need not be run again when its page is opened again. */
const lastPass = z.object({
  /** The version of the source that they hold for. */
  version: z.number(),
  test: z.enum(['none', 'passed', 'flawed']),
  preview: z.enum(['none', 'passed']),
  isEmpty: z.boolean(),
  /** Unix milliseconds. */
  at: z.number(),
});
export type LastPass = z.infer<typeof lastPass>;

/** For so long it holds: AWS's permissions and what lies in the bucket change without Flowscope. */
const HOLDS_MS = 24 * 3_600_000;

const keyOf = (id: string) => `flowscope.lastPass.${id}`;

/** What passed lately of a source as it is now; undefined when nothing did. `now`: Unix milliseconds. */
export function readLastPass(source: { id: string; version: number }, now: number): LastPass | undefined {
  try {
    const { data } = lastPass.safeParse(JSON.parse(localStorage.getItem(keyOf(source.id)) ?? 'null'));
    return data?.version === source.version && now - data.at < HOLDS_MS ? data : undefined;
  } catch {
    // Not ours, or the browser keeps nothing.
    return undefined;
  }
}

/** Keeps what passed in this browser. */
export function keepLastPass(id: string, passed: LastPass): void {
  try {
    localStorage.setItem(keyOf(id), JSON.stringify(passed));
  } catch {
    // The browser keeps nothing: the next time they are run again.
  }
}
