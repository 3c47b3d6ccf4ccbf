import { watch } from 'node:fs';

/** Several files change together, as when a branch is checked out. */
const SETTLE_MS = 100;
const CODE = /\.tsx?$/;
const TESTS = /\.test\.tsx?$|(^|\/)testing\//;

/** Whether a file becomes part of a build. */
export function isBuilt(file: string): boolean {
  return CODE.test(file) && !TESTS.test(file);
}

/** Calls `onChange` when code below the folders has changed, once for changes close together. Returns what ends this. */
export function watchCode(folders: readonly string[], onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watchers = folders.map((folder) =>
    watch(folder, { recursive: true }, (_event, file) => {
      if (file !== null && isBuilt(file)) {
        clearTimeout(timer);
        timer = setTimeout(onChange, SETTLE_MS);
      }
    })
  );
  return () => {
    clearTimeout(timer);
    watchers.forEach((watcher) => watcher.close());
  };
}
