import { Command } from 'commander';
import { commandLineAuthor } from '../registry/audit';
import type { DeletionHold } from '../registry/deletionHold';
import { withRegistry } from '../service/context';
import { print, printJson } from '../util/output';
import { formatTime } from '../util/time';
import { plain } from './format';
import { parseSettings } from './parseSettings';

/** `flowscope hold [--reason TEXT] [--show] [--json]`: stops every deletion, or says whether it is stopped. */
export function holdCommand(): Command {
  return new Command('hold')
    .description('stop deleting objects, in all sources at once, until flowscope release; collecting goes on')
    .option('--reason <text>', 'why, for everybody to read')
    .option('--show', 'only say whether deletion is on hold')
    .option('--json', 'as JSON')
    .action(async ({ reason, show, json }: { reason?: string; show?: boolean; json?: boolean }) => {
      // Loaded only here, since zod is slow to load and the other commands do without.
      const { holdInput } = await import('../../contract/hold');
      const input = parseSettings(holdInput, { reason }, (options) => options);
      const hold = await withRegistry((registry) =>
        show ? registry.deletionHold() : registry.holdDeletion(input.reason, commandLineAuthor())
      );
      if (json) {
        printJson({ hold: hold ?? null });
      } else {
        print(hold ? describeHold(hold) : 'Deletion is not on hold: objects are deleted once they are stored.');
      }
    });
}

/** `flowscope release`: lets stored objects be deleted again. */
export function releaseCommand(): Command {
  return new Command('release')
    .description('end flowscope hold: what is stored is deleted with the next scan')
    .action(async () => {
      const ended = await withRegistry((registry) => registry.releaseDeletion(commandLineAuthor()));
      print(
        ended
          ? `Deletion was on hold since ${formatTime(ended.since)} UTC. Stored objects are deleted with the next scan.`
          : 'Deletion is not on hold: there is nothing to release.'
      );
    });
}

/** The hold in words: since when, who asked for it and why, and what it means. */
export function describeHold({ since, actor, reason }: DeletionHold): string {
  const why = reason === undefined ? '' : `: ${reason}`;
  return plain(
    `Deletion is on hold since ${formatTime(since)} UTC, by ${actor}${why}. Objects are collected, and wait in their buckets as ` +
      'stored until flowscope release.'
  );
}
