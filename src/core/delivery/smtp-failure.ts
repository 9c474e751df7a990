/**
 * Why a mail server did not take a mail, as a kind that says what to do about it.
 *
 * Promises: pure and total; compares codes, never sentences, except where servers say by their words alone that they do not relay.
 * Leaves to others: the conversation (services/outbound/transport.ts), the words for people.
 */

export type SmtpFailureKind =
  /** No machine has that name. */
  | 'name-unknown'
  /** The machine is there, and nothing listens at the port. */
  | 'nobody-listens'
  | 'unreachable'
  | 'timeout'
  /** The certificate is not one that can be trusted. */
  | 'certificate'
  /** The handshake failed; most often TLS and plain are mixed up. */
  | 'tls'
  /** A password would go over the wire readably. */
  | 'no-starttls'
  /** What answers does not speak SMTP, or not to us. */
  | 'not-smtp'
  | 'login-refused'
  /** It wants to know who we are before it takes mail. */
  | 'login-needed'
  | 'sender-refused'
  | 'relay-denied'
  | 'recipient-refused'
  | 'too-large'
  /** Not now; the same may be taken in a while. */
  | 'try-later'
  | 'refused'
  | 'dropped';

/** What the library says of a failure. */
export interface SmtpFailureFacts {
  readonly code: string | undefined;
  /** Of the system below it: `ECONNREFUSED`, `ENOTFOUND`, a name of OpenSSL. */
  readonly originalCode: string | undefined;
  readonly responseCode: number | undefined;
  /** The server's own words. */
  readonly response: string | undefined;
  /** The command that it answered: `AUTH PLAIN`, `MAIL FROM`, `CONN`. */
  readonly command: string | undefined;
}

const unknownNames: readonly string[] = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME', 'ENODATA'];
const unreachable: readonly string[] = [
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
];

export function classifySmtpFailure(facts: SmtpFailureFacts): SmtpFailureKind {
  const { code = '', originalCode = '', responseCode, command = '' } = facts;
  if (code === 'EDNS' || unknownNames.includes(originalCode)) return 'name-unknown';
  if (originalCode === 'ECONNREFUSED') return 'nobody-listens';
  if (unreachable.includes(originalCode)) return 'unreachable';
  if (code === 'ETIMEDOUT' || originalCode === 'ETIMEDOUT') return 'timeout';
  if (isCertificate(originalCode)) return 'certificate';
  if (/^ERR_(?:SSL|TLS)_|^EPROTO$/.test(originalCode)) return 'tls';
  if (code === 'EAUTH' || code === 'ENOAUTH' || command.startsWith('AUTH')) return 'login-refused';
  if (command === 'STARTTLS') return 'no-starttls';
  if (code === 'ETLS') return 'tls';
  if (code === 'EPROTOCOL' && responseCode === undefined) return 'not-smtp';
  if (responseCode !== undefined) return classifyReply(responseCode, facts);
  return code === 'EPROTOCOL' ? 'not-smtp' : 'dropped';
}

function classifyReply(
  code: number,
  { response = '', command = '' }: SmtpFailureFacts,
): SmtpFailureKind {
  if (code === 530 || (code === 550 && /\bauthenticat|\blog ?in\b/i.test(response)))
    return 'login-needed';
  if (code === 535 || code === 534) return 'login-refused';
  if (code === 552 || code === 523) return 'too-large';
  if (/\brelay/i.test(response) || /\b5\.7\.64\b/.test(response)) return 'relay-denied';
  if (code >= 400 && code < 500) return 'try-later';
  if (command.startsWith('MAIL')) return 'sender-refused';
  return command.startsWith('RCPT') ? 'recipient-refused' : 'refused';
}

function isCertificate(code: string): boolean {
  return /CERT|^UNABLE_TO_|SELF_SIGNED|^HOSTNAME_MISMATCH/.test(code);
}
