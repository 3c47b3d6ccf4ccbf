import { Command } from 'commander';
import type { Registry } from '../registry/registry';
import { withRegistry } from '../service/context';
import { print } from '../util/output';

/** What is enabled and disabled by its id. */
export interface Switched {
  /** `Exporter` */
  readonly word: string;
  /** Where ids are shown, for the help. */
  readonly shownBy: string;
  readonly switchAll: (registry: Registry, ids: readonly string[], enabled: boolean) => Promise<void>;
}

/** `enable ID…` or `disable ID…` */
export function switchCommand(verb: 'enable' | 'disable', { word, shownBy, switchAll }: Switched): Command {
  const enabled = verb === 'enable';
  const effect = enabled
    ? 'its records are counted again'
    : 'its records will be dropped and counted; their objects are still deleted';
  return new Command(verb)
    .description(
      enabled ? 'count their records again' : 'drop and count their records; their objects are still deleted'
    )
    .argument('<id...>', `as ${shownBy} shows them`)
    .action(async (ids: string[]) => {
      await withRegistry((registry) => switchAll(registry, ids, enabled));
      ids.forEach((id) => print(`${word} ${id} is ${verb}d: ${effect}.`));
    });
}
