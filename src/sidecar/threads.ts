/** What the sidecar's threads run: the registry's one, and those that decode. Each loads only what it needs. */
import { parentPort, workerData } from 'node:worker_threads';
import type { RegistryThreadData } from './registry/registryThread';

/** `workerData` of a thread that decodes; see `decoderThreads.ts`, which is not loaded for this. */
const DECODER_THREAD: typeof import('./collect/decode/decoderThreads').DECODER_THREAD = 'decoder';

if (workerData === DECODER_THREAD) {
  void import('./collect/decode/decoderThread').then(({ runDecoderThread }) => runDecoderThread(parentPort!));
} else {
  void import('./registry/registryThread').then(({ runRegistryThread }) =>
    runRegistryThread(workerData as RegistryThreadData, parentPort!)
  );
}
