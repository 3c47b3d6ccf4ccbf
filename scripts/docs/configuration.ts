/** Makes `docs/configuration.md`: every variable, setting of a source, command and option, from the tables that the code reads. */
import type { Command, Option } from 'commander';
import { fieldEntries, isRequired, SOURCE_FIELDS, type Field } from '../../src/contract/sourceFields';
import { buildProgram } from '../../src/sidecar/cli/cli';
import { SECRET_VARIABLES, VARIABLES } from '../../src/sidecar/service/environment';

const INTRODUCTION = `# Configuration

<!-- Made by \`npm run generate:docs\` from the tables that the code reads. Change those. -->

Flowscope is configured in three places: [variables](#variables) say where the sidecar keeps and sends what it has,
[sources](#settings-of-a-source) say what is collected, and [commands](#commands) do in a shell what the pages do in Grafana. The plugin
itself has two settings, the sidecar's URL and its token, on the tab _Connection_ ([set-up](setup.md#from-the-plugins-pages)). What a
variable says holds for the process that it was given to: \`flowscope serve\` and the commands beside it take the same.`;

const code = (text: string) => `\`${text}\``;
/** A vertical bar would end the cell. */
const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function table(heads: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function variables(): string {
  const rows = VARIABLES.map(({ names, what, otherwise = '' }) => [names.map(code).join(', '), what, otherwise]);
  const secrets = SECRET_VARIABLES.map(code).join(', ');
  return `## Variables

${table(['variable', 'what', 'without it'], rows)}

${secrets} need not stand in the environment:
with \`_FILE\` after its name, a variable names the file that holds the secret. Credentials, profile, region and endpoint of AWS are taken from where every AWS SDK looks (\`AWS_PROFILE\`, \`AWS_REGION\`, the machine's role …), and
\`AWS_USE_FIPS_ENDPOINT\`, \`AWS_USE_DUALSTACK_ENDPOINT\` choose AWS's own endpoints with FIPS and IPv6. More on TLS, proxies and private CAs:
[between machines](setup.md#between-machines-proxies-and-private-cas).`;
}

/** What a setting takes and what holds without it. */
function bounds(field: Field): string {
  if (field.type === 'number') {
    return `${field.min} to ${field.max}, usually ${field.default}`;
  }
  if (field.type === 'boolean') {
    return field.default ? 'usually yes' : 'usually no';
  }
  return isRequired(field) ? 'required' : field.default ? `usually ${field.default}` : 'may be empty';
}

async function settings(program: Command): Promise<string> {
  const edit = program.commands.find((one) => one.name() === 'source')!.commands.find((one) => one.name() === 'edit')!;
  const optionOf = (name: string) => edit.options.find((option) => option.attributeName() === name)?.long;
  const rows = fieldEntries(SOURCE_FIELDS).map(([name, field]) => [
    field.label,
    code(name),
    optionOf(name) === undefined ? '' : code(optionOf(name)!),
    field.description ?? field.option?.help ?? '',
    bounds(field),
  ]);
  return `## Settings of a source

The form of a source, the API and \`flowscope source add\` and \`edit\` take the same settings.

${table(['in the form', 'in the API', 'option', 'what', 'takes'], rows)}

How a source signs in to AWS is chosen beside them: with what the sidecar has, with an access key of its own, and with a role that it
takes on ([permissions](permissions.md)).`;
}

function optionRow(option: Option): string[] {
  const { description, defaultValue } = option;
  const otherwise = defaultValue === undefined || defaultValue === false ? '' : ` (default: ${String(defaultValue)})`;
  return [code(option.flags), `${description}${otherwise}`];
}

/** A command: how it is called, what it does, and its options. */
function describe(command: Command, path: string): string {
  const name = `${path} ${command.name()}`;
  const args = command.registeredArguments.map((argument) => {
    const shown = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return { shown: argument.required ? `<${shown}>` : `[${shown}]`, description: argument.description };
  });
  const usage = [name, ...args.map(({ shown }) => shown), ...(command.options.length > 0 ? ['[options]'] : [])].join(
    ' '
  );
  const rows = [
    ...args.filter(({ description }) => description).map(({ shown, description }) => [code(shown), description]),
    ...command.options.filter(({ hidden }) => !hidden).map(optionRow),
  ];
  const own = [
    `### ${code(name)}`,
    sentence(command.description()),
    ...(command.commands.length > 0 ? [] : [code(usage)]),
  ];
  return [
    [...own, ...(rows.length > 0 ? [table(['argument or option', 'what'], rows)] : [])].join('\n\n'),
    ...command.commands.map((one) => describe(one, name)),
  ].join('\n\n');
}

/** The text of `docs/configuration.md`; the same code gives the same bytes. */
export async function configurationReference(): Promise<string> {
  const program = await buildProgram();
  return `${[
    INTRODUCTION,
    variables(),
    await settings(program),
    `## Commands

\`flowscope --help\` and \`flowscope COMMAND --help\` say the same. Every command ends with exit code 0 when it is done, and with 1 when
something failed: then standard error says what, where, and what to do.`,
    ...program.commands.map((one) => describe(one, 'flowscope')),
  ].join('\n\n')}\n`;
}
