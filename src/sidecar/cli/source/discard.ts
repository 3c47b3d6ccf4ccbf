import { Command } from 'commander';
import { formatBytes, formatCounted } from '../../../reports/units';
import { AwsError } from '../../aws/errors';
import type { LeftoverCount } from '../../collect/discardLeftovers';
import { commandLineAuthor } from '../../registry/audit';
import { bucketOf } from '../../service/awsAccess';
import { confirm } from '../confirm';
import { withRegistry } from '../../service/context';
import { parsePastTime } from './dates';
import { CommandFailed } from '../../util/commandError';
import { plain } from '../format';
import { print } from '../../util/output';
import { Progress } from '../progress';
import { isoTime, now } from '../../util/time';

interface Given {
  readonly reason: string;
  readonly before: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** `flowscope source discard NAME --reason R --before DATE [--dry-run | --yes]` */
export function discardCommand(): Command {
  return new Command('discard')
    .description('delete objects that could not be collected from the bucket, uncounted and for ever; asks first')
    .argument('<name>')
    .requiredOption('--reason <reason>', 'why they were left in place, as source list shows it')
    .requiredOption(
      '--before <date>',
      'only those from before this time in UTC, as 2026-01-31 or 2026-01-31T12:00: by the slot in the file name, else by when they were written'
    )
    .option('--dry-run', 'only say how many there are')
    .option('--yes', 'do not ask')
    .action(discard);
}

async function discard(name: string, { reason, before: date, dryRun, yes }: Given): Promise<void> {
  const before = parsePastTime('--before', date, now());
  const { countLeftovers, discardLeftovers } = await import('../../collect/discardLeftovers');
  await withRegistry(async (registry) => {
    const source = await registry.getSource(name);
    const choice = { sourceId: source.id, reason, before };
    const bucket = await bucketOf(source);
    let seen = 0;
    const counting = new Progress(() => `Listed ${formatCounted(seen, 'object')}`);
    const found = await countLeftovers(source, bucket, choice, { registry, now }, (listed) => {
      seen = listed;
      counting.update();
    });
    const which = `left in place as ${reason}, from before ${isoTime(before)}`;
    if (found.objects === 0) {
      print(plain(`Source ${name} has nothing in its bucket that was ${which}: nothing to discard.`));
      return;
    }
    const place = `s3://${source.bucket}/${source.prefix}`;
    print(plain(`${inWords(found)} of source ${name} in ${place}: ${which}.`));
    if (dryRun) {
      print('Nothing was deleted: this was a dry run.');
      return;
    }
    if (!yes) {
      const question = 'They were never counted, and cannot be brought back once deleted. Delete them?';
      await confirm(question, 'Nothing was deleted');
    }
    let deleted: LeftoverCount = { objects: 0, bytes: 0 };
    const deleting = new Progress(
      () => `Deleted ${inWords(deleted)}`,
      () => deleted.objects / found.objects
    );
    const done = await discardLeftovers(source, bucket, choice, { registry, now }, commandLineAuthor(), (soFar) => {
      deleted = { ...soFar };
      deleting.update();
    }).catch((error: unknown) => {
      throw error instanceof AwsError
        ? new CommandFailed(
            `${error.message} ${inWords(deleted)} were deleted before that. Repeat the command for the rest.`
          )
        : error;
    });
    deleting.finish();
    print(plain(`Discarded ${inWords(done)} of source ${name}: deleted uncounted.`));
    if (done.failed > 0) {
      const rest = done.isComplete ? '' : ' Others were not tried then.';
      throw new CommandFailed(
        plain(
          `${formatCounted(done.failed, 'object')} could not be deleted: ${done.failure}${rest} Those stay: repeat the command.`
        )
      );
    }
  });
}

const inWords = ({ objects, bytes }: LeftoverCount) => `${formatCounted(objects, 'object')} (${formatBytes(bytes)})`;
