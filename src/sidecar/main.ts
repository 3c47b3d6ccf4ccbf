import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { runCli } from './cli/cli';
import { runRegistryThread } from './registry/registry';

if (isMainThread) {
  process.exitCode = await runCli(process.argv);
} else {
  runRegistryThread(workerData, parentPort!);
}
