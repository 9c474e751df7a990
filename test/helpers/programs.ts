/**
 * Programs of the operating system that some tests need.
 *
 * Promises: a program is found in the PATH, or installed where the tests run as root on Debian; else one
 * line says what to install. Nothing is skipped silently.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The program's path. `debianPackage` brings it where it is missing. */
export function findProgram(name: string, debianPackage = name): Promise<string> {
  return findOneOf([name], debianPackage);
}

/** The first of the names that is there. */
export async function findOneOf(names: readonly string[], debianPackage: string): Promise<string> {
  const found = await lookUp(names);
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && (await isDebian())) await install(debianPackage);
  const installed = await lookUp(names);
  if (installed !== undefined) return installed;
  throw new Error(
    `The program "${names[0]}" is missing: install it, on Debian with "apt-get install ${debianPackage}"`,
  );
}

async function lookUp(names: readonly string[]): Promise<string | undefined> {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((path) => path !== '');
  for (const name of names) {
    for (const directory of directories) {
      const path = join(directory, name);
      if (await isProgram(path)) return path;
    }
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not ours to run: the next directory may have it.
    return false;
  }
}

async function isDebian(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(?:_LIKE)?=.*debian/m.test(release);
}

/** Two test files may ask at once: apt waits for the other's lock. */
async function install(debianPackage: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const wait = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '-qq'];
  try {
    await run('apt-get', [...wait, 'update'], { env });
  } catch {
    // Lists that are a little old often serve; the installation says so if not.
  }
  await answerQuestions(debianPackage);
  try {
    await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', debianPackage], {
      env,
    });
  } catch (error) {
    const reason =
      error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error);
    throw new Error(`Cannot install "${debianPackage}" with apt-get: ${reason}`);
  }
}

/** Postfix would otherwise become the mail server of this machine; the tests bring configurations of their own. */
async function answerQuestions(debianPackage: string): Promise<void> {
  if (debianPackage !== 'postfix') return;
  const answer = 'postfix postfix/main_mailer_type select No configuration';
  await run('/bin/sh', ['-c', 'echo "$0" | debconf-set-selections', answer]);
}
