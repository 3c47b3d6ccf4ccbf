import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { globSync } from 'glob';
import type { Command } from 'commander';
import { buildProgram } from '../../src/sidecar/cli/cli';
import { VARIABLES } from '../../src/sidecar/service/environment';
import { influxForTests } from '../../src/sidecar/testing/influx';
import { configurationReference } from './configuration';

const ROOT = resolve(__dirname, '../..');
const PAGES = globSync(['*.md', 'docs/**/*.md', 'src/*.md'], { cwd: ROOT }).sort();
const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');
/** Without what stands in blocks of code, where `#` begins a comment. */
const proseOf = (page: string) => textOf(page).replaceAll(/^```[\s\S]*?^```/gm, '');

/** The anchors of a page, made as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  const headings = [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-')
    )
  );
}

describe('links', () => {
  const links = PAGES.flatMap((page) =>
    [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .map((target) => [page, target] as const)
  );

  it('are many', () => expect(links.length).toBeGreaterThan(100));

  it.each(links)('of %s lead somewhere: %s', (page, target) => {
    const [path, anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    expect(existsSync(join(ROOT, file))).toBe(true);
    if (anchor !== undefined) {
      expect([...anchorsOf(file)]).toContain(anchor);
    }
  });

  it('lead from the way in to every page of docs', () => {
    const linked = links.filter(([page]) => page === 'docs/README.md').map(([, target]) => join('docs', target));
    const pages = PAGES.filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== 'docs/README.md');
    expect(pages.filter((page) => !linked.includes(page))).toEqual([]);
  });
});

describe('commands', () => {
  let program: Command;
  beforeAll(async () => {
    program = await buildProgram();
  });

  /** What is written in code, in blocks or lines; lines that go on are one. */
  const codeOf = (page: string) =>
    [...textOf(page).matchAll(/^```(?:sh)?\n([\s\S]*?)^```|`([^`]+)`/gm)]
      .flatMap(([, block, inline]) => (block ?? inline).replaceAll(/\\\n\s*/g, ' ').split('\n'))
      .map((line) => line.replace(/\s#.*$/, '').replaceAll("'", ''))
      // Inside a container, a service is called so.
      .filter((line) => !line.includes('docker compose exec'));

  const calls = PAGES.flatMap((page) =>
    codeOf(page).flatMap((line) =>
      [...line.matchAll(/(?:^|&& |; |exec )flowscope ([^|&;<>]*)/g)].map(([, words]) => [page, words.trim()] as const)
    )
  );

  it('are many', () => expect(calls.length).toBeGreaterThan(80));

  it.each(calls)('of %s are known: flowscope %s', (_, words) => {
    let command = program;
    for (const word of words.split(/\s+/)) {
      const next = command.commands.find((one) => one.name() === word);
      if (next) {
        command = next;
      } else if (word.startsWith('-')) {
        const [flag] = word.split('=');
        const known = [command, program].flatMap(({ options }) => options.flatMap(({ long, short }) => [long, short]));
        expect([...known, '--help', '--version']).toContain(flag);
      } else if (command === program || (command.commands.length > 0 && /^[a-z]/.test(word))) {
        // Where a command stands: only words in capitals stand for one.
        expect(word).toMatch(/^[A-Z…]/);
      }
    }
  });

  it('of npm are scripts', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Record<string, string> };
    const named = PAGES.flatMap((page) =>
      codeOf(page).flatMap((line) => [...line.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name))
    );
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

describe('the reference of the configuration', () => {
  it('is fresh: npm run generate:docs', async () => {
    // The page is formatted once it is made: tables are padded.
    const words = (text: string) => text.replaceAll(/[\s-]+/g, ' ');
    expect(words(textOf('docs/configuration.md'))).toBe(words(await configurationReference()));
  });

  it('has every variable that the sidecar reads, and no others', () => {
    const code = globSync('src/sidecar/**/*.ts', {
      cwd: ROOT,
      ignore: ['**/*.test.ts', '**/testing/**', '**/environment.ts'],
    })
      .map(textOf)
      .join('\n');
    const read = new Set(code.match(/\bFLOWSCOPE_[A-Z_]+[A-Z]\b/g));
    const listed = VARIABLES.flatMap(({ names }) => names).filter((name) => name.startsWith('FLOWSCOPE_'));
    // The version is put in by the build.
    expect(
      [...read].filter((name) => !listed.includes(name) && !listed.includes(name.replace(/_FILE$/, ''))).sort()
    ).toEqual(['FLOWSCOPE_VERSION']);
    const isRead = (name: string) => code.includes(name) || code.includes(name.replace(/^FLOWSCOPE_/, ''));
    expect(listed.filter((name) => !isRead(name))).toEqual([]);
  });
});

describe('forgetting an address', () => {
  const database = influxForTests();

  it('by the statements of docs/privacy.md leaves no point of it, in no policy, and all others', async () => {
    const client = await database();
    const points = (address: string) =>
      [
        `flow_source,src=${address} bytes=1i`,
        `flow_pair,src=10.0.0.1,dst=${address} bytes=1i`,
        `flow_interface_pair,src_interface=${address},dst_interface=eni-1 bytes=1i`,
        `flow_interface_pair,src_interface=eni-1,dst_interface=${address} bytes=1i`,
      ].map((line) => `${line} ${Date.now() * 1e6}`);
    for (const policy of ['minute', 'hour'] as const) {
      await client.write(policy, [...points('203.0.113.9'), ...points('203.0.113.10')].join('\n'));
    }
    const [, statements] = /```sql\n([\s\S]*?)```/.exec(textOf('docs/privacy.md'))!;
    for (const statement of statements.trim().split('\n')) {
      await client.query(statement);
    }
    for (const policy of ['minute', 'hour']) {
      const rows = await client.query(`SELECT * FROM "${policy}"./flow_.*/`);
      expect(rows).toHaveLength(4);
      expect(JSON.stringify(rows)).not.toContain('203.0.113.9"');
    }
  });
});

it('every picture is of a size that a page can show', () => {
  const pictures = globSync('docs/img/*.png', { cwd: ROOT });
  expect(pictures.filter((file) => statSync(join(ROOT, file)).size > 1_000_000)).toEqual([]);
});
