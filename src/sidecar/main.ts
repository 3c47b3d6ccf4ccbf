import { outputFailed, runCli } from './cli/cli';
import { endProcess } from './service/stopping';

const code = await runCli(process.argv);
// All is said and done: nothing that still runs in a thread is waited for.
process.stdout.write('', (error) => (error ? outputFailed(error) : endProcess(code)));
