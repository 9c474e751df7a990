/** What every verb uses: the opened desk, who acts, what is read and printed. */
import { Fault } from '../../base/fault.ts';
import type { Result } from '../../base/result.ts';
import type { Refusal } from '../../core/ticket/decide.ts';
import type { Actor } from '../../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../../core/ticket/number.ts';
import type { Receipt } from '../../services/tickets.ts';
import type { CliDesk, CliHost, CliIo, DeskKind } from './desk.ts';
import type { ExitCode } from './exit-codes.ts';
import { accountFailure, ticketFailure } from './failure.ts';

export interface CliSession {
  readonly io: CliIo;
  readonly host: CliHost;
  /** Login given by `--as`. */
  actingAs(): string | undefined;
  /** Ends the command with another code than 0 although nothing was refused. */
  endWith(code: ExitCode): void;
}

/** Opens the desk for the work and closes it afterwards, whatever happened. */
export async function withDesk<T>(
  { host }: CliSession,
  kind: DeskKind,
  work: (desk: CliDesk) => Promise<T>,
): Promise<T> {
  const desk = await host.open(kind);
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}

/** The agent of `--as`, else the account of the operating system. */
export function actorOf(session: CliSession, desk: CliDesk): Actor {
  const login = session.actingAs();
  if (login === undefined) return { kind: 'user', account: session.io.account };
  const agent = desk.accounts.find(login);
  if (agent !== undefined) return { kind: 'agent', login: agent.login };
  const known = desk.accounts.list().map((other) => other.login);
  throw accountFailure({ code: 'unknown-agent', value: login, known });
}

export function requireNumber(given: string): TicketNumber {
  const number = parseTicketNumber(given.trim().replace(/^\[?#/, '').replace(/\]$/, ''));
  if (number === undefined) throw ticketFailure({ code: 'unknown-ticket', number: given });
  return number;
}

/** Tells the running desk of what was written, or fails with the refusal. */
export async function announceReceipt(
  desk: CliDesk,
  result: Result<Receipt, Refusal>,
): Promise<Receipt> {
  if (!result.ok) throw ticketFailure(result.refusal);
  await desk.announce(result.value.ticket);
  return result.value;
}

/** All of standard input. */
export async function readInput({ io }: CliSession, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of io.stdin) {
    size += chunk.length;
    if (size > mostBytes) {
      throw new Fault('too-large', {
        retry: 'never',
        detail: `The input has more than ${mostBytes} bytes; expected at most that`,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

const mostTextBytes = 4 * 1024 * 1024;

/** The text given as arguments, else standard input, without line ends at its end. */
export async function readText(session: CliSession, words: readonly string[]): Promise<string> {
  const text =
    words.length > 0 ? words.join(' ') : (await readInput(session, mostTextBytes)).toString('utf8');
  return text.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
}
