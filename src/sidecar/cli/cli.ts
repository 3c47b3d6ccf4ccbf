import { Command, CommanderError } from 'commander';
import { SECRET_VARIABLES, variablesAsHelp } from '../service/environment';
import { logLevel } from '../service/logLevel';
import { readSecretFiles } from '../service/secretFiles';
import { explain } from '../util/commandError';
import { say } from '../util/output';

/** Each command in a module of its own, loaded only when it is called: starting fast is half of being fast. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  source: async () => (await import('./source/source')).sourceCommand(),
  test: async () => (await import('./test')).testCommand(),
  collect: async () => (await import('./collect')).collectCommand(),
  serve: async () => (await import('./serve')).serveCommand(),
  import: async () => (await import('./import/import')).importCommand(),
  exporter: async () => (await import('./exporter')).exporterCommand(),
  'flow-log': async () => (await import('./flowLog')).flowLogCommand(),
  network: async () => (await import('./network')).networkCommand(),
  quarantine: async () => (await import('./quarantine')).quarantineCommand(),
  unread: async () => (await import('./unread')).unreadCommand(),
  explain: async () => (await import('./explain')).explainCommand(),
  account: async () => (await import('./account')).accountCommand(),
  awssync: async () => (await import('./awssync')).awssyncCommand(),
  report: async () => (await import('./report/report')).reportCommand(),
  'influx-user': async () => (await import('./influxUser')).influxUserCommand(),
  generate: async () => (await import('./generate')).generateCommand(),
  adopt: async () => (await import('./adopt')).adoptCommand(),
  hold: async () => (await import('./hold')).holdCommand(),
  release: async () => (await import('./hold')).releaseCommand(),
  collector: async () => (await import('./collector')).collectorCommand(),
  backup: async () => (await import('./backup')).backupCommand(),
  support: async () => (await import('./support')).supportCommand(),
};

const DESCRIPTION = 'Collects AWS VPC flow logs from S3 into InfluxDB and reports on them, with names instead of ids.';

const environmentHelp = () => `
Environment:
${variablesAsHelp()}
  ${SECRET_VARIABLES.join(', ')}: with _FILE after its name, the file that holds it.
  AWS_…: credentials, profile, region and endpoint as for every AWS SDK; AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT.

Exit codes: 0 done; 1 something failed, and standard error says what.`;

/** What is to be loaded for a command line with that first word: all that help would list, unless it says what it is for. */
function calledBy(word: string | undefined): string[] {
  if (word === '--version' || word === '-V') {
    return [];
  }
  return word !== undefined && Object.hasOwn(COMMANDS, word) ? [word] : Object.keys(COMMANDS);
}

/** Ends the process when standard output cannot be written. A reader that has seen enough (`| head`) is no error. */
export function outputFailed(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') {
    process.exit(0);
  }
  say(`flowscope: Standard output cannot be written (${explain(error)})`);
  process.exit(1);
}

/** The command line with all its commands, or with the one that `word` names alone. */
export async function buildProgram(word?: string): Promise<Command> {
  const program = new Command('flowscope')
    .description(DESCRIPTION)
    .version(process.env.FLOWSCOPE_VERSION ?? 'development')
    .addHelpText('after', environmentHelp)
    // A level that does not exist is an error of every command, so that it is found at once.
    .hook('preAction', () => {
      logLevel();
      readSecretFiles(process.env);
    });
  (await Promise.all(calledBy(word).map((name) => COMMANDS[name]()))).forEach((command) => program.addCommand(command));
  [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)].forEach((command) =>
    command
      .exitOverride()
      .showHelpAfterError('(see --help)')
      // What was typed may be a file's name.
      .configureOutput({ writeErr: (text) => say(text.trimEnd()) })
  );
  return program;
}

/** Runs one command line; returns the exit code. Every failure is one line on standard error. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const program = await buildProgram(argv[2]);
  process.stdout.on('error', outputFailed);
  try {
    await program.parseAsync(argv);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said it already; --help and --version come this way too, with code 0.
      return error.exitCode === 0 ? 0 : 1;
    }
    say(`flowscope: ${explain(error)}`);
    return 1;
  }
}
