/** What the sidecar's threads run: the registry's one, and those that decode. */
import { parentPort, workerData } from 'node:worker_threads';
import { runDecoderThread } from './collect/decode/decoderThread';
import { DECODER_THREAD } from './collect/decode/decoderThreads';
import { runRegistryThread } from './registry/registry';

if (workerData === DECODER_THREAD) {
  runDecoderThread(parentPort!);
} else {
  runRegistryThread(workerData, parentPort!);
}
