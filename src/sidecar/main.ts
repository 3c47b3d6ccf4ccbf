import { runCli } from './cli/cli';

const code = await runCli(process.argv);
// All is said and done: nothing that still runs in a thread is waited for.
process.stdout.write('', () => process.exit(code));
