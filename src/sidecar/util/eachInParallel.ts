/**
 * Runs `work` for each item, at most `concurrency` at once, in order; after an abort no further item is begun. Rejects with
 * the first failure of `work`.
 */
export async function eachInParallel<T>(
  items: readonly T[],
  concurrency: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>
): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) {
      if (signal.aborted) {
        return;
      }
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
