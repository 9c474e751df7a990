/**
 * The built desk as a process of its own, for tests that end it at any moment.
 *
 * Needs `npm run build`, which `npm test` does. Ports are free ones unless told otherwise.
 */
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Foreign, startForeign, until } from './foreign.ts';

export const mainFile = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface DeskProcess extends Foreign {
  readonly smtpPort: number;
  readonly lmtpPort: number;
  readonly httpPort: number;
}

export function deskEnvironment(
  directory: string,
  settings: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  return {
    ...process.env,
    MAILDESK_DATA: directory,
    MAILDESK_HTTP: '127.0.0.1:0',
    MAILDESK_SMTP: '127.0.0.1:0',
    MAILDESK_LMTP: '127.0.0.1:0',
    MAILDESK_CONFIRMATIONS: 'false',
    ...settings,
  };
}

/** Resolves when it listens. */
export async function startDeskProcess(
  directory: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<DeskProcess> {
  await access(mainFile);
  const env = deskEnvironment(directory, settings);
  const started = startForeign(process.execPath, [mainFile, 'start'], { env });
  const portOf = (name: RegExp) => Number(name.exec(started.output())?.[1] ?? 0);
  await until(
    () => `The desk listens; it says: ${started.output()}`,
    () => {
      if (started.process.exitCode !== null) throw new Error(`The desk ended: ${started.output()}`);
      return /^Log in|LMTP on \S+:\d+\n/m.test(started.output());
    },
    60_000,
  );
  return {
    ...started,
    smtpPort: portOf(/^SMTP on \S+:(\d+)$/m),
    lmtpPort: portOf(/^LMTP on \S+:(\d+)$/m),
    httpPort: portOf(/^Maildesk \S+ serves http:\/\/[^:\s]+:(\d+)/m),
  };
}
