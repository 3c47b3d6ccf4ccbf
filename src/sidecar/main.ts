import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { runCli } from './cli/cli';
import { runRegistryThread } from './cli/threads';

if (isMainThread) {
  process.exitCode = await runCli(process.argv);
} else {
  runRegistryThread(workerData, parentPort!);
}
