import { Command } from 'commander';
import { startDecoder } from '../../service/threads';

/** `flowscope import FILE|DIR… [--dry-run] [--json]`: the same path as collecting, over files, which stay where they are. */
export function importCommand(): Command {
  return new Command('import')
    .description('collect from files and folders; the files stay')
    .argument('<path...>', 'files, or folders to look through')
    .option('--dry-run', 'count only: nothing is written anywhere')
    .option('--json', 'print the counts as JSON')
    .addHelpText(
      'after',
      '\nExit code 1 when a file was refused or cannot be read, is damaged (quarantined) or no flow log; the others are\n' +
        'imported all the same. Exit code 0 when files were counted before, have a header and no record, or are flow logs\n' +
        'that are left out, as when collecting: those without a field such as log-status, and those of a Transit Gateway\n' +
        'or Cloud WAN. --json counts what was not collected, by reason.'
    )
    .action(async (paths: string[], options: { dryRun?: boolean; json?: boolean }) => {
      // Its first thread starts while all the rest is loaded and files are looked for.
      const decoder = startDecoder();
      try {
        const { importFiles } = await import('./importFiles');
        await importFiles(paths, decoder, options);
      } finally {
        await decoder.close();
      }
    });
}
