import * as fc from 'fast-check';
import { ENTITY_KINDS } from '../../contract/stored';
import { type Entity } from '../registry/entities';
import { applicationEntities } from './applications';
import { nameEntities } from './naming';

const PLACE = { vpc: '-', subnet: '-', instance: '-', account: '1', region: 'eu-west-1' };
const entity = (id: string, description?: string, kind: Entity['kind'] = 'interface'): Entity => ({
  ...PLACE,
  kind,
  id,
  description,
});

/** How the variables of the dashboards take a label apart. */
const LABEL = /^(?<text>.*) \((?<value>[a-z]+-[0-9a-f]+)\)$/;

describe('nameEntities', () => {
  it.each<[string, string | undefined, string, string]>([
    ['a description', 'web', 'web (eni-0a1)', 'web'],
    ['none', undefined, 'eni-0a1 (eni-0a1)', 'eni-0a1'],
    ['an empty one', '', 'eni-0a1 (eni-0a1)', 'eni-0a1'],
    ['one of spaces', ' \t ', 'eni-0a1 (eni-0a1)', 'eni-0a1'],
    ['one with an id in it', 'was (eni-0b2)', 'was (eni-0b2) (eni-0a1)', 'was (eni-0b2)'],
    ['one of several lines', 'a\r\nb\u2028c\0', 'a b c (eni-0a1)', 'a b c'],
    [
      'quotes, commas and what regexes use',
      '"a", (b) [c] $1 \\d+',
      '"a", (b) [c] $1 \\d+ (eni-0a1)',
      '"a", (b) [c] $1 \\d+',
    ],
    ['what reads as an address', '203.0.113.9', '203.0.113.9 (eni-0a1)', '203.0.113.9 (…-0a1)'],
    ['what reads as an AWS service', 'aws/S3', 'aws/S3 (eni-0a1)', 'aws/S3 (…-0a1)'],
    ['Unicode', 'Büro 東京 🏢', 'Büro 東京 🏢 (eni-0a1)', 'Büro 東京 🏢'],
    ['what turns around the text behind it', 'web\u202e\u2066bew\u2069', 'webbew (eni-0a1)', 'webbew'],
  ])('labels and names by %s', (_case, description, label, name) => {
    expect(nameEntities([entity('eni-0a1', description)])).toEqual([
      { kind: 'interface', id: 'eni-0a1', label, name, ...PLACE },
    ]);
  });

  it.each([
    ['two of one description', ['eni-00a1b2', 'eni-00c3d4'], ['web (…a1b2)', 'web (…c3d4)']],
    ['two whose ids end alike', ['eni-01a1b2', 'eni-02a1b2'], ['web (…1a1b2)', 'web (…2a1b2)']],
    ['addresses that end alike', ['10.0.1.5', '10.1.1.5'], ['web (…0.1.5)', 'web (…1.1.5)']],
    ['an id that is the end of another', ['0.0.1', '10.0.0.1'], ['web (0.0.1)', 'web (….0.0.1)']],
    ['short ids', ['a', 'b'], ['web (a)', 'web (b)']],
  ])('tells apart %s', (_case, ids, names) => {
    const rows = nameEntities(ids.map((id) => entity(id, 'web')));
    expect(rows.map(({ name }) => name)).toEqual(names);
    expect(rows.map(({ label }) => label)).toEqual(ids.map((id) => `web (${id})`));
  });

  it('avoids what something else is called', () => {
    const rows = nameEntities([
      entity('eni-00a1b2', 'web'),
      entity('eni-00c3d4', 'web'),
      entity('eni-1', 'web (…a1b2)'),
    ]);
    expect(rows.map(({ name }) => name)).toEqual(['web (eni-00a1b2)', 'web (…c3d4)', 'web (…a1b2) (…ni-1)']);
  });

  it('calls an exporter by its alias, else as its VPC, subnet or interface', () => {
    const named = nameEntities([
      entity('1/vpc-0a', undefined, 'exporter'),
      entity('1/vpc-0b', 'Shop', 'exporter'),
      entity('1/subnet-0c', undefined, 'exporter'),
      entity('vpc-0a', 'mail', 'vpc'),
      entity('vpc-0b', 'web', 'vpc'),
    ]);
    expect(named.filter(({ kind }) => kind === 'exporter').map(({ label, name }) => [label, name])).toEqual([
      ['mail (1/vpc-0a)', 'mail'],
      ['Shop (1/vpc-0b)', 'Shop'],
      ['subnet-0c (1/subnet-0c)', 'subnet-0c'],
    ]);
  });

  it('takes the same description of two kinds for two things', () => {
    const rows = nameEntities([entity('vpc-1', 'prod', 'vpc'), entity('subnet-1', 'prod', 'subnet')]);
    expect(rows.map(({ name }) => name)).toEqual(['prod', 'prod']);
  });

  it('gives every entity of a kind a name of its own, and a label that leads back to its id', () => {
    const id = fc
      .tuple(
        fc.constantFrom('eni', 'i', 'vpc'),
        fc.string({ unit: fc.constantFrom(...'0a1'), minLength: 1, maxLength: 6 })
      )
      .map((parts) => parts.join('-'));
    const description = fc.option(
      fc.oneof(
        fc.constantFrom('web', 'web (…0a1a)', 'web (eni-0)', 'eni-0', 'eni-00', 'a\nb', 'a b', ' web '),
        fc.string({ unit: 'binary', maxLength: 12 })
      ),
      { nil: undefined }
    );
    const kind = fc.constantFrom(...ENTITY_KINDS.slice(0, 3));
    const entities = fc.uniqueArray(
      fc.tuple(id, description, kind).map((parts) => entity(...parts)),
      {
        selector: (one) => `${one.kind} ${one.id}`,
        maxLength: 40,
      }
    );
    fc.assert(
      fc.property(entities, (all) => {
        const rows = nameEntities(all);
        expect(new Set(rows.map((row) => `${row.kind} ${row.name}`)).size).toBe(all.length);
        rows.forEach((row, i) => {
          expect(LABEL.exec(row.label)?.groups?.value).toBe(all[i].id);
          expect(row.name).not.toBe('');
        });
      }),
      { numRuns: 500 }
    );
  });

  it.each(ENTITY_KINDS)('has a word for no %s', (kind) => {
    const [{ label, name }] = nameEntities([entity('-', undefined, kind)]);
    expect(name).toBe(kind === 'vpc' ? 'No VPC' : `No ${kind}`);
    expect(label).toBe(`${name} (-)`);
  });
});

describe('applicationEntities', () => {
  const rows = applicationEntities();

  it('names each application once', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    expect(rows.every(({ id }) => /^(tcp|udp|protocol)\/\d+$/.test(id))).toBe(true);
    expect(rows.find(({ id }) => id === 'tcp/443')).toMatchObject({ label: 'HTTPS (tcp/443)' });
  });
});
