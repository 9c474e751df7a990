/**
 * `maildesk verify`: whether the files of the tickets are the ones that were written, and add up.
 *
 * Promises: every file is read and its digests computed anew; it changes nothing. A finding is printed when it is found.
 * Ends with 65 when something is wrong; what is only good to know changes no code.
 */
import type { Command } from 'commander';
import type { Finding } from '../../../services/verify/finding.ts';
import type { Verify } from '../../../services/verify/verify.ts';
import { exits } from '../exit-codes.ts';
import { ticketFailure } from '../failure.ts';
import { type CliSession, requireNumber, withDesk } from '../session.ts';
import { formatJson, toLine } from '../text.ts';

export function addVerifyCommand(program: Command, session: CliSession): void {
  program
    .command('verify')
    .description('name files that were changed, are missing or do not add up')
    .argument('[number]', 'one ticket; without it, all of them')
    .option('--json', 'print JSON')
    .action(async (given: string | undefined, { json }: { readonly json?: true }) => {
      const number = given === undefined ? undefined : requireNumber(given);
      await withDesk(session, 'store', async ({ verify }) => {
        const print = json ? jsonPrinter(session) : textPrinter(session);
        if (number !== undefined) {
          const findings = await verify.one(number);
          if (findings === undefined) throw ticketFailure({ code: 'unknown-ticket', number });
          for (const finding of findings) print.finding(finding);
          print.end(1);
        } else print.end(await verifyAll(verify, session, print));
        if (print.isBroken()) session.endWith(exits.data);
      });
    });
}

/** How often a terminal is told how far it is. */
const ticketsBetween = 100;

async function verifyAll(verify: Verify, { io }: CliSession, print: Printer): Promise<number> {
  let count = 0;
  const told = ({ tickets, findings }: { tickets: number; findings: number }) => {
    count = tickets;
    if (io.isTerminal && tickets % ticketsBetween === 0)
      io.stderr(`\r${tickets} tickets checked, ${findings} findings `);
  };
  for await (const finding of verify.all(told)) print.finding(finding);
  if (io.isTerminal && count >= ticketsBetween) io.stderr('\r');
  return count;
}

interface Printer {
  finding(finding: Finding): void;
  end(tickets: number): void;
  isBroken(): boolean;
}

function textPrinter({ io }: CliSession): Printer {
  let found = 0;
  let isBroken = false;
  return {
    finding(finding) {
      found += 1;
      isBroken ||= finding.level === 'wrong';
      const cells = [finding.ticket ?? '-', finding.kind, describeFinding(finding)];
      io.stdout(`${cells.map(toLine).join('  ')}\n`);
    },
    end: (tickets) => io.stdout(`${tickets} tickets checked, ${found} findings\n`),
    isBroken: () => isBroken,
  };
}

/** One object, whose findings are written as they come. */
function jsonPrinter({ io }: CliSession): Printer {
  let found = 0;
  let isBroken = false;
  return {
    finding(finding) {
      io.stdout(found === 0 ? '{\n"findings": [\n' : ',\n');
      found += 1;
      isBroken ||= finding.level === 'wrong';
      io.stdout(formatJson(finding).trimEnd());
    },
    end(tickets) {
      io.stdout(found === 0 ? '{\n"findings": [' : '\n');
      io.stdout(`],\n"tickets": ${tickets},\n"ok": ${!isBroken}\n}\n`);
    },
    isBroken: () => isBroken,
  };
}

function describeFinding(finding: Finding): string {
  switch (finding.kind) {
    case 'changed': {
      const { place } = finding;
      const where =
        place === undefined
          ? ''
          : `; bytes ${place.from} to ${place.to} (${partNames[place.part]})`;
      const before =
        finding.expected === undefined ? '' : `; ${finding.knownTo} saw ${finding.expected}`;
      return `${finding.name} is not as it was written${where}: it has ${finding.found}${before}`;
    }
    case 'missing': {
      const other =
        finding.suspect === undefined
          ? ''
          : `; if none was removed, ${finding.suspect} was changed`;
      return `the file with ${finding.expected}, which ${finding.knownTo} saw, is not there${other}`;
    }
    case 'by-hand':
      return `${finding.name} was put there by hand`;
    case 'format':
      return `${finding.name} has a ${finding.field} at byte ${finding.offset} that is none`;
    case 'unknown-kind':
      return `${finding.name} is of the kind "${finding.value}", which this version does not know`;
    case 'unsealed':
      return `${finding.name} has no seal: an older release wrote it, or the seal was taken away`;
    case 'twice':
      return `${finding.name} stands in new and in cur${finding.same ? '' : ', with other bytes'}`;
    case 'leftover':
      return `${finding.name} was left behind and belongs to nobody`;
    case 'unfinished':
      return `${finding.name} still holds what was to be taken out; "maildesk redact --finish" completes it`;
    case 'unreadable':
      return `${finding.name} cannot be read`;
    default:
      return describeDesk(finding);
  }
}

const partNames = { seal: 'seal', block: 'block or trace', mail: 'mail', file: 'block or mail' };

type OfDesk = Extract<Finding, { readonly ticket?: undefined }>;

function describeDesk(finding: OfDesk): string {
  switch (finding.kind) {
    case 'number':
      return `${finding.path} ${numberReasons[finding.reason]}`;
    case 'gap': {
      const { day, from, to } = finding;
      return from === to
        ? `${day} has no counter ${from}`
        : `${day} has no counters ${from} to ${to}`;
    }
    case 'double':
      return `${finding.number} lies in tickets and in archive`;
    case 'leftover':
      return `${finding.name} was left behind and belongs to nobody`;
    case 'unaccounted':
      return `${finding.mails} mails are not accounted for`;
    case 'lost-mail':
      return `${finding.name} was acknowledged in ticket ${finding.number} and is not there`;
  }
}

const numberReasons = {
  'check-digits': 'has wrong check digits',
  'other-day': 'belongs to another day',
  'no-number': 'is no ticket',
};
