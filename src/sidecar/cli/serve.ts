import { Command } from 'commander';
import { serve, serveJoined } from '../service/serve';
import { CommandFailed } from '../util/commandError';

/** `flowscope serve` */
export function serveCommand(): Command {
  return new Command('serve')
    .description('collect from every enabled source as objects arrive, and answer the API, until it is stopped')
    .option('--listen <host:port>', 'where the API listens (default: FLOWSCOPE_LISTEN, else 127.0.0.1:9555)')
    .option(
      '--join <url>',
      'collect for the primary at that URL, without a registry; FLOWSCOPE_JOIN_TOKEN has the token of flowscope collector add'
    )
    .action(({ listen, join }: { listen?: string; join?: string }) => {
      if (listen !== undefined && join !== undefined) {
        throw new CommandFailed('A collector that joins another one has no API: leave out --listen.');
      }
      return join === undefined ? serve(listen) : serveJoined(join);
    });
}
