import { Command, CommanderError } from 'commander';
import { accountCommand } from './account';
import { adoptCommand } from './adopt';
import { awssyncCommand } from './awssync';
import { collectCommand } from './collect';
import { explainCommand } from './explain';
import { exporterCommand } from './exporter';
import { explain } from './failure';
import { generateCommand } from './generate';
import { importCommand } from './import';
import { quarantineCommand } from './quarantine';
import { reportCommand } from './report';
import { serveCommand } from './serve';
import { sourceCommand } from './source';

const DESCRIPTION = 'Collects AWS VPC flow logs from S3 into InfluxDB and reports on them, with names instead of ids.';

const ENVIRONMENT = `
Environment:
  FLOWSCOPE_INFLUX_URL   where InfluxDB is (default http://127.0.0.1:8086); …_DATABASE, …_USERNAME, …_PASSWORD
  FLOWSCOPE_DATA_DIR     where the registry is kept (default ./data)
  AWS_…                  credentials, profile, region and endpoint as for every AWS SDK

Exit codes: 0 done; 1 something failed, and standard error says what.`;

/** Runs one command line; returns the exit code. Every failure is one line on standard error. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const program = new Command('flowscope')
    .description(DESCRIPTION)
    .version(process.env.FLOWSCOPE_VERSION ?? 'development')
    .addHelpText('after', ENVIRONMENT);
  [
    sourceCommand(),
    collectCommand(),
    serveCommand(),
    importCommand(),
    exporterCommand(),
    quarantineCommand(),
    explainCommand(),
    accountCommand(),
    awssyncCommand(),
    reportCommand(),
    generateCommand(),
    adoptCommand(),
  ].forEach((command) => program.addCommand(command));
  [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)].forEach((command) =>
    command.exitOverride().showHelpAfterError('(see --help)')
  );
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await program.parseAsync(argv);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said it already; --help and --version come this way too, with code 0.
      return error.exitCode === 0 ? 0 : 1;
    }
    process.stderr.write(`flowscope: ${explain(error)}\n`);
    return 1;
  }
}
