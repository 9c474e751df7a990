/**
 * What goes wrong with a mailbox, as faults with a sentence for people.
 *
 * Promises: pure; no sentence holds a password or a token. Leaves to others: when it happens (imap-connection.ts).
 */
import { errorText, Fault } from '../../base/fault.ts';

export function tooLarge(uid: number, most: number): Fault {
  return new Fault('too-large', {
    retry: 'never',
    detail: `The mail with UID ${uid} has more than ${most} bytes`,
  });
}

export function readOnly(folder: string): Fault {
  return new Fault('permission-denied', {
    retry: 'later',
    detail: `the folder "${folder}" can only be read`,
  });
}

/** What the library throws, as a sentence for people. Its own texts do not name the login. */
export function toFault(action: string, error: unknown): Fault {
  if (error instanceof Fault && error.code === 'too-large') return error;
  const field = (name: string): string | undefined => {
    const value: unknown =
      typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const isRefused =
    typeof error === 'object' && error !== null && Reflect.get(error, 'authenticationFailed');
  if (isRefused === true) {
    const said = field('responseText') ?? field('response') ?? 'no reason';
    return new Fault('permission-denied', {
      retry: 'later',
      detail: `${action}: the server refuses the log-in: ${oneLine(said)}`,
      cause: error,
    });
  }
  const code = field('code');
  if (code === 'LiteralTooLarge' || code === 'ResponseTooLarge')
    return new Fault('too-large', {
      retry: 'never',
      detail: `${action}: it is too large`,
      cause: error,
    });
  const said = field('responseText') ?? errorText(error);
  return new Fault(error instanceof Fault ? error.code : 'not-ready', {
    retry: 'later',
    detail: `${action}: ${oneLine(said)}`,
    cause: error,
  });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}
