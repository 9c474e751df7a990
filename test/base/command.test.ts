import { describe, expect, it } from 'vitest';
import { systemCommand } from '../../src/base/command.ts';

const run = (...command: string[]) => systemCommand({ command, directory: '/', timeoutMs: 10_000 });

describe('systemCommand', () => {
  it('gives what the program prints, without a shell, where it was told to run', async () => {
    expect(await run('/bin/sh', '-c', 'pwd; printf "%s" "$1"; echo noise >&2', 'sh', '$HOME')).toBe(
      '/\n$HOME',
    );
  });

  it('gives the program no input to wait for', async () => {
    expect(await run('/bin/sh', '-c', 'cat')).toBe('');
  });

  it('fails with the exit code, and tells nothing that was printed', async () => {
    const failure = await run('/bin/sh', '-c', 'echo sesame; echo sesame >&2; exit 3').catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: 'not-ready',
      message: 'The command "/bin/sh" ended with 3',
    });
    expect(JSON.stringify(failure)).not.toContain('sesame');
  });

  it('fails for a program that is not there', async () => {
    await expect(run('/no/such/program')).rejects.toMatchObject({ code: 'not-ready' });
  });

  it('ends a program that takes too long', async () => {
    const late = systemCommand({
      command: ['/bin/sh', '-c', 'exec sleep 60'],
      directory: '/',
      timeoutMs: 50,
    });
    await expect(late).rejects.toMatchObject({ code: 'timeout' });
  });

  it('holds no more than 64 kB', async () => {
    await expect(run('/bin/sh', '-c', 'exec yes')).rejects.toMatchObject({ code: 'not-ready' });
  });
});
