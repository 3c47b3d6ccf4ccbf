import { World } from '../testing/world';

const world = World.forTests();

describe('flowscope network', () => {
  it('adds, edits, lists and removes named networks', async () => {
    const flowscope = world.deployment();
    expect(await flowscope.ok('network', 'add', '10.0.0.0/8', 'Data centre')).toBe(
      '10.0.0.0/8 is called Data centre: in traffic that is collected from now on.\n'
    );
    await flowscope.ok('network', 'add', '2001:DB8::/32', 'Office');
    const inside = await flowscope.run('network', 'add', '10.7.0.0/16', 'Branch', '--note', 'Leased until May');
    expect([inside.code, inside.stderr]).toEqual([
      0,
      'It lies in 10.0.0.0/8: Data centre. Of its addresses the name is Branch: the longest prefix counts.\n',
    ]);
    expect(await flowscope.ok('network', 'list')).toBe(
      '10.0.0.0/8: Data centre\n10.7.0.0/16: Branch (Leased until May)\n2001:db8::/32: Office\n'
    );
    expect(await flowscope.ok('network', 'edit', '10.7.0.0/16', '--name', 'Paris')).toBe(
      '10.7.0.0/16: Paris (Leased until May)\n'
    );
    await flowscope.ok('network', 'edit', '10.7.0.0/16', '--note', '');
    expect(JSON.parse(await flowscope.ok('network', 'list', '--json'))).toMatchObject([
      { cidr: '10.0.0.0/8', name: 'Data centre' },
      { cidr: '10.7.0.0/16', name: 'Paris', note: '' },
      { cidr: '2001:db8::/32', name: 'Office' },
    ]);
    expect(await flowscope.ok('network', 'remove', '10.0.0.0/8')).toBe('10.0.0.0/8 is no longer called Data centre.\n');
    expect(await flowscope.ok('network', 'list')).toBe('10.7.0.0/16: Paris\n2001:db8::/32: Office\n');
  });

  it.each([
    [
      ['add', '10.0.0.5/8', 'x'],
      'the network: "10.0.0.5/8" is an address in a network: write 10.0.0.0/8, if that is meant.',
    ],
    [['add', '10.0.0.0/8', ''], 'the name: must not be empty'],
    [['add', '10.0.0.0/8', 'a\nb'], 'the name: must be one line of text'],
    [['add', '172.16.0.0/12', 'x'], '172.16.0.0/12 is called "Office" already: edit or remove that.'],
    [['edit', '172.16.0.0/12'], 'Say what to change: --name or --note.'],
    [['edit', '172.16.0.0/12', '--name', ''], 'the name: must not be empty'],
    [['remove', '10.0.0.0/8'], 'There is no named network 10.0.0.0/8.'],
  ])('refuses %j and says why', async (args, message) => {
    const flowscope = world.deployment();
    await flowscope.ok('network', 'add', '172.16.0.0/12', 'Office');
    const { code, stdout, stderr } = await flowscope.run('network', ...args);
    expect([code, stdout, stderr]).toEqual([1, '', `flowscope: ${message}\n`]);
    expect(JSON.parse(await flowscope.ok('network', 'list', '--json'))).toHaveLength(1);
  });
});
