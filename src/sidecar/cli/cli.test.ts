import { runCli } from './cli';

jest.mock('./adopt', () => ({
  adoptCommand: () => {
    throw new Error('a command was loaded');
  },
}));

it('says its version without loading a command, which help does', async () => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(await runCli(['node', 'flowscope', '--version'])).toBe(0);
    expect(write).toHaveBeenCalledWith('development\n');
    await expect(runCli(['node', 'flowscope', '--help'])).rejects.toThrow('a command was loaded');
  } finally {
    write.mockRestore();
  }
});
