/** What the sidecar's threads run: the registry's one, and those that decode. Each loads only what it needs. */
import { parentPort, workerData } from 'node:worker_threads';
import { DECODER_THREAD } from './collect/decode/decoderThreads';

if (workerData === DECODER_THREAD) {
  (await import('./collect/decode/decoderThread')).runDecoderThread(parentPort!);
} else {
  (await import('./registry/registry')).runRegistryThread(workerData, parentPort!);
}
