/** `npm run check:compose`: has Docker Compose v2 read docker-compose.yml, without and with the demo. It needs no engine. */
import { run } from './lib/commands';
import { ensureCompose } from './lib/install';
import { runScript } from './lib/script';

runScript(async () => {
  const [command, ...args] = await ensureCompose();
  for (const profile of [[], ['--profile', 'demo']]) {
    const code = await run(command, [...args, ...profile, 'config', '--quiet']);
    if (code !== 0) {
      return code;
    }
  }
  process.stdout.write('Docker Compose takes docker-compose.yml, without and with the demo.\n');
  return 0;
});
