/**
 * What was found out about a mail on its way in: spam, virus, who really sent it.
 *
 * Owns: the forms of these verdicts, as values and as fields of the Ticket block (docs/FORMAT.md).
 * Promises: pure; reading is total, and an unreadable field is no verdict.
 * Leaves to others: asking scanners and the DNS (services/intake), what follows (rules, intake).
 */
import { type BlockFields, formatParameters, parseParameters } from '../ticket/event.ts';

export interface SpamVerdict {
  /** Whether the mail counts as spam here. */
  readonly flag: boolean;
  readonly score: number;
  /** The scanner: `spamd`, `rspamd`. */
  readonly by: string;
  /** Names of the tests that hit, as far as the scanner says. */
  readonly tests: readonly string[];
}

export interface VirusVerdict {
  readonly found: boolean;
  /** Name of what was found. */
  readonly name: string | undefined;
  /** The scanner: `clamd`. */
  readonly by: string;
}

/** RFC 8601 results; `none` when nothing was there to be checked. */
export type AuthenticationResult =
  | 'pass'
  | 'fail'
  | 'softfail'
  | 'neutral'
  | 'none'
  | 'policy'
  | 'temperror'
  | 'permerror';

export interface SenderVerdict {
  readonly spf: AuthenticationResult;
  readonly dkim: AuthenticationResult;
  readonly dmarc: AuthenticationResult;
  readonly arc: AuthenticationResult;
  /** Domain that the passing signature is of. */
  readonly dkimDomain: string | undefined;
  /** What the author's domain asks for: `none`, `quarantine`, `reject`. */
  readonly dmarcPolicy: string | undefined;
  /** `desk` when checked here, else the host whose Authentication-Results were believed. */
  readonly by: string;
}

/** A check that was asked for and could not be made. */
export interface Unchecked {
  readonly what: 'spam' | 'virus' | 'sender';
  readonly by: string;
  readonly reason: string;
}

export interface Verdicts {
  readonly spam: SpamVerdict | undefined;
  readonly virus: VirusVerdict | undefined;
  readonly sender: SenderVerdict | undefined;
  readonly unchecked: readonly Unchecked[];
}

export const noVerdicts: Verdicts = {
  spam: undefined,
  virus: undefined,
  sender: undefined,
  unchecked: [],
};

/** Fields of the Ticket block: name without `Ticket-`, value. Nothing for what was not asked. */
export function formatVerdicts(verdicts: Verdicts): readonly (readonly [string, string])[] {
  const { spam, virus, sender, unchecked } = verdicts;
  const fields: (readonly [string, string])[] = [];
  if (spam !== undefined) {
    const { score, by, tests } = spam;
    const parameters = { score: Number(score.toFixed(2)), by, tests: tests.join(' ') };
    fields.push(['Spam', formatParameters(spam.flag ? 'yes' : 'no', parameters)]);
  }
  if (virus !== undefined) {
    const { name, by } = virus;
    fields.push(['Virus', formatParameters(virus.found ? 'found' : 'clean', { name, by })]);
  }
  if (sender !== undefined) {
    const { spf, dkim, dmarc, arc, dkimDomain, dmarcPolicy, by } = sender;
    const parameters = {
      spf,
      dkim,
      dmarc,
      arc,
      'dkim-domain': dkimDomain,
      policy: dmarcPolicy,
      by,
    };
    fields.push(['Authentication', formatParameters('', parameters)]);
  }
  for (const { what, by, reason } of unchecked) {
    fields.push(['Unchecked', formatParameters(what, { by, reason })]);
  }
  return fields;
}

/** Reads what `formatVerdicts` writes; fields as in `TicketEvent.fields` (lower-case names). */
export function readVerdicts(fields: BlockFields): Verdicts {
  const first = (name: string) => {
    const value = fields.get(name)?.[0];
    return value === undefined ? undefined : parseParameters(value);
  };
  return {
    spam: readSpam(first('spam')),
    virus: readVirus(first('virus')),
    sender: readSender(first('authentication')),
    unchecked: (fields.get('unchecked') ?? []).flatMap(readUnchecked),
  };
}

type Parameters = ReadonlyMap<string, string>;

function readSpam(parameters: Parameters | undefined): SpamVerdict | undefined {
  const word = parameters?.get('');
  const score = Number(parameters?.get('score'));
  if (parameters === undefined || (word !== 'yes' && word !== 'no')) return undefined;
  return {
    flag: word === 'yes',
    score: Number.isFinite(score) ? score : 0,
    by: parameters.get('by') ?? '',
    tests: (parameters.get('tests') ?? '').split(/\s+/).filter((test) => test !== ''),
  };
}

function readVirus(parameters: Parameters | undefined): VirusVerdict | undefined {
  const word = parameters?.get('');
  if (parameters === undefined || (word !== 'found' && word !== 'clean')) return undefined;
  return { found: word === 'found', name: parameters.get('name'), by: parameters.get('by') ?? '' };
}

function readSender(parameters: Parameters | undefined): SenderVerdict | undefined {
  if (parameters === undefined) return undefined;
  const result = (name: string) => toAuthenticationResult(parameters.get(name) ?? '');
  return {
    spf: result('spf'),
    dkim: result('dkim'),
    dmarc: result('dmarc'),
    arc: result('arc'),
    dkimDomain: parameters.get('dkim-domain'),
    dmarcPolicy: parameters.get('policy'),
    by: parameters.get('by') ?? '',
  };
}

function readUnchecked(value: string): readonly Unchecked[] {
  const parameters = parseParameters(value);
  const what = parameters.get('');
  if (what !== 'spam' && what !== 'virus' && what !== 'sender') return [];
  return [{ what, by: parameters.get('by') ?? '', reason: parameters.get('reason') ?? '' }];
}

const results: readonly string[] = [
  'pass',
  'fail',
  'softfail',
  'neutral',
  'none',
  'policy',
  'temperror',
  'permerror',
];

/** Unknown words count as `none`. */
export function toAuthenticationResult(word: string): AuthenticationResult {
  return isResult(word) ? word : 'none';
}

function isResult(word: string): word is AuthenticationResult {
  return results.includes(word);
}
