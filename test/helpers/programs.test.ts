/** Programs are found, or the run says what to install. */
import { afterEach, expect, it, vi } from 'vitest';
import { findOneOf, findProgram } from './programs.ts';

afterEach(() => vi.unstubAllEnvs());

it('finds a program in the PATH, the first name that is there', async () => {
  expect(await findProgram('sh', 'dash')).toMatch(/\/sh$/);
  expect(await findOneOf(['no-such-program-here', 'sh'], 'dash')).toMatch(/\/sh$/);
});

it('says in one line what to install', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  vi.stubEnv('PATH', '/nowhere');
  await expect(findProgram('swaks')).rejects.toThrow(
    /^The program "swaks" is missing: install it, on Debian with "apt-get install swaks"$/,
  );
  vi.restoreAllMocks();
});
