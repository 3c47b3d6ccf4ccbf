import { Killed } from './clock';
import { runSeed } from './seed';

/**
 * Runs seeds, one after the other, as `run.ts` asks: first, step, count on the command line. Prints a line of JSON per seed that
 * failed, and one with counts at the end.
 */
async function main([first, step, count, flag]: readonly string[]): Promise<void> {
  const keepsAll = flag === 'all';
  const write = process.stdout.write.bind(process.stdout);
  // What commands say to people is no result here.
  process.stdout.write = process.stderr.write = () => true;
  process.on('unhandledRejection', (error) => {
    if (!(error instanceof Killed)) {
      write(`${JSON.stringify({ crash: String((error as Error).stack) })}\n`);
      process.exit(1);
    }
  });
  for (let i = 0; i < Number(count); i++) {
    const before = process.cpuUsage();
    const result = await runSeed(Number(first) + i * Number(step), keepsAll);
    const { user, system } = process.cpuUsage(before);
    const cpuMs = Math.round((user + system) / 1000);
    const { events, ...short } = result;
    write(`${JSON.stringify(result.violations.length > 0 || keepsAll ? result : { ...short, cpuMs })}\n`);
  }
  const { user, system } = process.cpuUsage();
  write(`${JSON.stringify({ cpuSeconds: (user + system) / 1e6, memory: process.memoryUsage().heapUsed })}\n`);
}

void main(process.argv.slice(2)).then(() => process.exit());
