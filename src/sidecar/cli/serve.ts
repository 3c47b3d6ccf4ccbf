import { Command } from 'commander';
import { serve } from '../service/serve';

/** `flowscope serve` */
export function serveCommand(): Command {
  return new Command('serve')
    .description('collect from every enabled source as objects arrive, and answer the API, until it is stopped')
    .option('--listen <host:port>', 'where the API listens (default: FLOWSCOPE_LISTEN, else 127.0.0.1:9555)')
    .action(({ listen }: { listen?: string }) => serve(listen));
}
