import { OperationQueue } from './operationQueue';
import { registryVia, type Operation, type Registry } from './operations';

export type { Registry } from './operations';
export { RegistryDied, startRegistryThread, whileRegistryRuns } from './registryThread';

/** The registry in this thread: for short commands and tests. `directory` may be `:memory:`. */
export function openRegistry(directory: string): Registry {
  const queue = new OperationQueue(directory);
  const call = (operation: Operation) =>
    new Promise((resolve, reject) => {
      queue.submit({ ...operation, done: (error, result) => (error ? reject(error) : resolve(result)) });
    });
  const close = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    queue.close();
  };
  return { ...registryVia(call), close, died: new Promise(() => undefined) };
}
