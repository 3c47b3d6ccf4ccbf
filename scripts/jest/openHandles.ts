/** What keeps a process running, by its kind, such as `Timeout` or `TCPServerWrap`, with how many there are. */
export type OpenHandles = ReadonlyMap<string, number>;

const LIMIT_MS = 10_000;
const PAUSE_MS = 20;

/** What keeps this process running now. */
export function openHandles(): OpenHandles {
  const counts = new Map<string, number>();
  process.getActiveResourcesInfo().forEach((kind) => counts.set(kind, (counts.get(kind) ?? 0) + 1));
  return counts;
}

/** The kinds of which there are more than before. */
function added(before: OpenHandles): string[] {
  return [...openHandles()].filter(([kind, count]) => count > (before.get(kind) ?? 0)).map(([kind]) => kind);
}

/** Waits until nothing is open that was not open before: what was closed takes a moment. Throws if something stays open. */
export async function expectClosed(before: OpenHandles): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (added(before).length > 0) {
    if (Date.now() > deadline) {
      throw new Error(
        `The tests of this file left something open that keeps the process running: ${added(before).join(', ')}`
      );
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
