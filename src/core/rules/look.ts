/**
 * What a single condition sees in a mail.
 *
 * Promises: pure; texts are folded once a mail, and looked at only so far; patterns stop looking when a
 * mail has cost too many steps, which is then said.
 */
import { type Address, addressKey, domainOf, formatAddress } from '../message/address.ts';
import type { Attachment } from '../message/mail.ts';
import type { SpamVerdict, Unchecked } from '../message/verdicts.ts';
import { foldForRules, type Pattern } from './pattern.ts';
import { holdsQuery } from './query-test.ts';
import type { Comparison, PatternKey, ScanWord, Test } from './rule.ts';
import { formatWallTime, isWithin } from './schedule.ts';
import type { RuleSubject } from './subject.ts';

export interface Seen {
  readonly holds: boolean;
  /** What was there, in one short line. */
  readonly saw: string;
}

export interface Look {
  see(test: Test): Seen;
}

/** Characters of a body, or of one field, that are looked at. */
export const lookedAtLength = 100_000;
const lookedAtFields = 50;
const lookedAtAddresses = 500;
/** Characters times steps of a pattern that one mail may cost; some seconds at the very worst. */
const mostSteps = 300_000_000;
const shownLength = 80;

/** One text that patterns are held against, and its folded form. */
interface Side {
  readonly text: string;
  readonly folded: string;
}

export function look(subject: RuleSubject): Look {
  const sides = new Map<string, readonly Side[]>();
  let stepsLeft = mostSteps;

  /** Folded when it is first asked for. */
  function sidesOf(key: string, texts: () => readonly string[]): readonly Side[] {
    const known = sides.get(key) ?? texts().map(toSide);
    sides.set(key, known);
    return known;
  }

  function fits(pattern: Pattern, side: Side, isWhole: boolean): boolean {
    stepsLeft -= pattern.cost * side.text.length;
    if (stepsLeft < 0) return false;
    const { text, folded } = side;
    return isWhole ? pattern.isWhole(text, folded) : pattern.isIn(text, folded);
  }

  function match(
    patterns: readonly Pattern[],
    all: readonly Side[],
    isFit: (pattern: Pattern, side: Side) => boolean,
  ): Seen {
    const found = all.find((side) => patterns.some((pattern) => isFit(pattern, side)));
    if (stepsLeft < 0) return { holds: false, saw: '(not looked at: too much work for one mail)' };
    return { holds: found !== undefined, saw: sawOf(found === undefined ? all : [found]) };
  }

  const inText = (pattern: Pattern, side: Side) => fits(pattern, side, false);
  const asAddress = (pattern: Pattern, side: Side) => {
    if (pattern.kind === 'regex') return fits(pattern, side, false);
    const key = addressKey(addressIn(side.text));
    const wanted = pattern.source.includes('@') ? key : domainOf(key);
    return fits(pattern, { text: wanted, folded: wanted }, true);
  };
  const asTag = (pattern: Pattern, side: Side) =>
    fits(pattern, side, true) || fits(pattern, toSide(side.text.split('-')[0] ?? ''), true);
  /** A pattern with a slash means the media type, any other the name. */
  const asFile = (pattern: Pattern, side: Side) => {
    const [type = '', name = ''] = side.text.split('\n');
    if (pattern.kind === 'regex')
      return fits(pattern, toSide(name), false) || fits(pattern, toSide(type), false);
    return fits(pattern, toSide(pattern.source.includes('/') ? type : name), true);
  };

  function seePattern(key: PatternKey, patterns: readonly Pattern[]): Seen {
    const { mail } = subject;
    switch (key) {
      case 'subject':
      case 'body':
      case 'client': {
        const texts = { subject: mail.subject, body: mail.text, client: subject.client ?? '' };
        return match(
          patterns,
          sidesOf(key, () => [texts[key]]),
          inText,
        );
      }
      case 'language':
        return match(
          patterns,
          sidesOf(key, () => listOf(subject.language)),
          asTag,
        );
      case 'attachment':
        return match(
          patterns,
          sidesOf(key, () => mail.attachments.map(fileText)),
          asFile,
        );
      default:
        return match(
          patterns,
          sidesOf(key, () => addressesOf(key, subject)),
          asAddress,
        );
    }
  }

  return {
    see(test) {
      switch (test.kind) {
        case 'pattern':
          return seePattern(test.of, test.patterns);
        case 'header': {
          const fields = subject.mail.fields.get(test.name) ?? [];
          const all = sidesOf(`header ${test.name}`, () => fields.slice(0, lookedAtFields));
          return match(test.patterns, all, inText);
        }
        default:
          return seeFact(test, subject);
      }
    },
  };
}

function seeFact(test: Exclude<Test, { kind: 'pattern' | 'header' }>, subject: RuleSubject): Seen {
  const { verdicts, automatic } = subject;
  switch (test.kind) {
    case 'attached': {
      const { attachments } = subject.mail;
      return { holds: attachments.length > 0 === test.wanted, saw: `${attachments.length} files` };
    }
    case 'size':
      return {
        holds: compares(subject.bytes, test.comparison),
        saw: `${subject.bytes} bytes`,
      };
    case 'spam':
      return seeSpam(test.wanted, verdicts.spam, verdicts.unchecked);
    case 'virus': {
      const { virus, unchecked } = verdicts;
      const word = wordOf(virus?.found);
      const saw = virus?.found === true ? `yes (${shorten(virus.name ?? '?')})` : word;
      return { holds: word === test.wanted, saw: withReason(saw, unchecked, 'virus') };
    }
    case 'sender-auth': {
      const result = verdicts.sender?.[test.protocol];
      const saw = withReason(result ?? 'unchecked', verdicts.unchecked, 'sender');
      return { holds: result !== undefined && test.results.includes(result), saw };
    }
    case 'automatic': {
      const isWanted =
        automatic === undefined
          ? test.kinds.includes('no')
          : test.kinds.includes('yes') || test.kinds.includes(automatic.kind);
      const saw = automatic === undefined ? 'no' : `${automatic.kind} (${automatic.reason})`;
      return { holds: isWanted, saw: shorten(saw) };
    }
    case 'acquaintance': {
      const count = subject.earlierTickets;
      return { holds: count > 0 === test.isKnown, saw: `${count} earlier tickets` };
    }
    case 'time': {
      const { now, timeZone } = subject;
      const zone = test.schedules[0]?.timeZone ?? timeZone;
      return {
        holds: test.schedules.some((schedule) => isWithin(schedule, now, timeZone)),
        saw: formatWallTime(now, zone),
      };
    }
    case 'via':
      return { holds: test.ways.includes(subject.via), saw: subject.via };
    case 'follow-up':
      return {
        holds: subject.isFollowUp === test.wanted,
        saw: subject.isFollowUp ? 'yes' : 'no',
      };
    case 'query':
      return {
        holds: holdsQuery(test.query, subject),
        saw: subject.ticket === undefined ? 'a new ticket' : `ticket ${subject.ticket.number}`,
      };
  }
}

function seeSpam(
  wanted: ScanWord | Comparison,
  spam: SpamVerdict | undefined,
  unchecked: readonly Unchecked[],
): Seen {
  const word = wordOf(spam?.flag);
  const saw = spam === undefined ? withReason(word, unchecked, 'spam') : `${word}, ${spam.score}`;
  if (typeof wanted === 'string') return { holds: word === wanted, saw };
  return { holds: spam !== undefined && compares(spam.score, wanted), saw };
}

function wordOf(flag: boolean | undefined): ScanWord {
  if (flag === undefined) return 'unchecked';
  return flag ? 'yes' : 'no';
}

function withReason(saw: string, unchecked: readonly Unchecked[], what: Unchecked['what']): string {
  const reason = unchecked.find((each) => each.what === what)?.reason ?? '';
  return reason === '' ? saw : shorten(`${saw} (${reason})`);
}

function compares(value: number, { operator, limit }: Comparison): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}

type AddressKey = Extract<PatternKey, 'recipient' | 'to' | 'sender' | 'from' | 'customer'>;

function addressesOf(key: AddressKey, subject: RuleSubject): readonly string[] {
  const { mail, recipients, sender } = subject;
  const format = (people: readonly Address[]) =>
    people.slice(0, lookedAtAddresses).map(formatAddress);
  switch (key) {
    case 'recipient':
      return recipients.slice(0, lookedAtAddresses);
    case 'to':
      return [...recipients.slice(0, lookedAtAddresses), ...format([...mail.to, ...mail.cc])];
    case 'sender':
      return sender === undefined ? [] : [`<${sender}>`];
    case 'from':
    case 'customer':
      return mail.from === undefined ? [] : [formatAddress(mail.from)];
  }
}

/** What stands between the angle brackets; all of it when there are none. */
function addressIn(text: string): string {
  const open = text.lastIndexOf('<');
  return open >= 0 && text.endsWith('>') ? text.slice(open + 1, -1) : text;
}

function fileText({ type, name }: Attachment): string {
  return `${type}\n${name.replace(/\s+/g, ' ')}`;
}

function listOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}

function toSide(text: string): Side {
  const start = text.slice(0, lookedAtLength);
  return { text: start, folded: foldForRules(start) };
}

function sawOf(sides: readonly Side[]): string {
  if (sides.length === 0) return '(nothing)';
  return shorten(sides.map(({ text }) => text.slice(0, 2 * shownLength)).join(', '));
}

function shorten(text: string): string {
  const line = text
    .slice(0, 4 * shownLength)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length > shownLength ? `${line.slice(0, shownLength)}…` : line;
}
