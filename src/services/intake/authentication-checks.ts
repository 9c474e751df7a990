/**
 * SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489) and ARC (RFC 8617) of one mail.
 *
 * Owns: mailauth. Promises: what its author did not foresee in a mail is `permerror`, what the DNS did not answer is
 * `temperror`, never an exception; no question to the DNS outlives the deadline; the work is bounded by the limits below.
 *
 * Stricter than the library: a signature counts only if it covers From (RFC 6376 section 5.4) and the whole body, and not
 * with SHA-1 (RFC 8301); strict alignment is kept (RFC 7489 section 3.1); DMARC fails only when both SPF and DKIM were
 * asked and answered; each domain that the mail names as an author's is asked for, and the worst answer counts.
 */
import { Readable } from 'node:stream';
import { arc, type DKIMResult, type DNSResolver, dkimVerify, dmarc, spf } from 'mailauth';
import { nextTurn } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { isSameOrAbove, toPolicy } from '../../core/message/authentication-results.ts';
import { type AuthenticationResult, toAuthenticationResult } from '../../core/message/verdicts.ts';
import {
  type MailHeaderBytes,
  type PlacedField,
  toWireForm,
  withoutFields,
} from '../../storage/mail-header.ts';
import { type DnsAnswer, DnsFailure, type DnsLookup, isAbsence } from './dns.ts';

/**
 * The library's time grows with the square of a line's length, and it makes an object of each bare line feed: a mail could
 * take all processor time and memory. SMTP lines have at most 1000 bytes (RFC 5321 section 4.5.3.1.6).
 */
const limits = {
  signatures: 10,
  /** Each name that it lists is looked for among all fields. */
  signatureCharacters: 8192,
  authors: 5,
  lookups: 200,
  lineBytes: 16_384,
};

export interface MailToCheck {
  readonly raw: Buffer;
  readonly header: MailHeaderBytes;
  /** Domain of the author's address as the desk reads it; empty when there is none. */
  readonly author: string;
  readonly spf: SpfQuestion;
}

/** Undefined client: nobody can say any more where the mail came from. */
export type SpfQuestion =
  | {
      readonly kind: 'client';
      readonly ip: string;
      readonly helo: string;
      /** Reverse-path; empty for `<>`. */
      readonly sender: string;
      /** Name of this server. */
      readonly host: string;
    }
  | { readonly kind: 'known'; readonly result: AuthenticationResult; readonly domain: string }
  | { readonly kind: 'unknown' };

export interface Checked {
  readonly spf: AuthenticationResult;
  readonly dkim: AuthenticationResult;
  readonly dmarc: AuthenticationResult;
  readonly arc: AuthenticationResult;
  readonly dkimDomain: string | undefined;
  readonly dmarcPolicy: string | undefined;
}

export async function checkMail(mail: MailToCheck, lookup: DnsLookup, log: Log): Promise<Checked> {
  const dns = createQuestions(lookup);
  const [sender, signed] = await Promise.all([
    checkSpf(mail.spf, dns.resolver),
    checkSignatures(mail, dns, log),
  ]);
  const authors = new Set([mail.author, ...signed.authors].filter((domain) => domain !== ''));
  const verdict = await checkAuthors([...authors], { spf: sender, signed, dns });
  return {
    spf: sender.result,
    dkim: signed.dkim,
    dmarc: verdict.result,
    arc: signed.arc,
    dkimDomain: chooseDomain(signed.domains, mail.author),
    dmarcPolicy: verdict.policy,
  };
}

interface Questions {
  readonly resolver: DNSResolver;
  /** Whether any question so far got no answer. */
  hasFailed(): boolean;
}

function createQuestions(lookup: DnsLookup): Questions {
  let count = 0;
  let failed = false;
  async function ask(name: string, type: string): Promise<DnsAnswer> {
    count += 1;
    if (count > limits.lookups) throw new DnsFailure('ECANCELLED', 'Too many questions for a mail');
    if (!isRecordType(type)) throw new DnsFailure('ENODATA', `No question for ${type}`);
    return lookup(name, type);
  }
  return {
    async resolver(name, type) {
      try {
        const answer = await ask(name, type);
        return isMailauthAnswer(answer) ? answer : [];
      } catch (error) {
        if (!isAbsence(error)) failed = true;
        throw error;
      }
    },
    hasFailed: () => failed,
  };
}

function isRecordType(type: string): type is Parameters<DnsLookup>[1] {
  return ['A', 'AAAA', 'MX', 'PTR', 'TXT'].includes(type);
}

/** The library's type leaves out the records that it takes for MX. */
function isMailauthAnswer(answer: DnsAnswer): answer is string[] | string[][] {
  return Array.isArray(answer);
}

interface SpfAnswer {
  readonly result: AuthenticationResult;
  /** That passed. */
  readonly domain: string | undefined;
  readonly isKnown: boolean;
}

async function checkSpf(question: SpfQuestion, resolver: DNSResolver): Promise<SpfAnswer> {
  if (question.kind === 'unknown') return { result: 'none', domain: undefined, isKnown: false };
  if (question.kind === 'known') {
    const { result, domain } = question;
    return { result, domain: result === 'pass' ? domain : undefined, isKnown: true };
  }
  const { ip, helo, sender, host } = question;
  try {
    const { status, domain } = await spf({ ip, helo, sender, mta: host, resolver });
    const result = toAuthenticationResult(status.result);
    return { result, domain: result === 'pass' ? domain : undefined, isKnown: true };
  } catch {
    // A record or an address that the library did not expect.
    return { result: 'permerror', domain: undefined, isKnown: true };
  }
}

interface SignatureAnswer {
  readonly dkim: AuthenticationResult;
  /** Of the signatures that hold. */
  readonly domains: readonly string[];
  readonly arc: AuthenticationResult;
  /** Domains of all addresses in From, as the library reads them. */
  readonly authors: readonly string[];
}

async function checkSignatures(
  { raw, header }: MailToCheck,
  { resolver, hasFailed }: Questions,
  log: Log,
): Promise<SignatureAnswer> {
  const refused = refusedSignatures(header.fields);
  const wire = toWireForm(withoutFields(raw, refused));
  if (header.isTooLong || wire.longestLine > limits.lineBytes)
    return { dkim: 'policy', domains: [], arc: 'none', authors: [] };
  try {
    const checked = await dkimVerify(Readable.from(inSlices(wire.raw)), { resolver });
    const results = checked.results.flatMap(readDkim);
    const isRefused = refused.some(({ name }) => name === 'dkim-signature');
    const domains = results.filter(({ result }) => result === 'pass').map(({ domain }) => domain);
    const found = results.map(({ result }) => result);
    return {
      dkim: bestOf([...found, ...(isRefused ? ['policy' as const] : [])], byMerit),
      domains,
      arc: await checkArc(checked.arc, resolver, hasFailed),
      authors: checked.headerFrom.map(domainOf),
    };
  } catch (error) {
    log.debug('authentication.unreadable', { error: errorText(error) });
    return { dkim: 'permerror', domains: [], arc: 'none', authors: [] };
  }
}

const slice = 256 * 1024;

/** The sums of a large mail are made bit by bit, so that others have their turn. */
async function* inSlices(raw: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < raw.length; at += slice) {
    if (at > 0) await nextTurn();
    yield raw.subarray(at, at + slice);
  }
}

/**
 * Beyond the limit each signature would cost a pass over the body. One that covers only the first so many bytes
 * (`l=`) lets anybody add what he likes (RFC 6376 section 8.2).
 */
function refusedSignatures(fields: readonly PlacedField[]): readonly PlacedField[] {
  const isRefused = (value: string) =>
    value.length > limits.signatureCharacters || /(?:^|;)[^=;]*\bl\s*=/i.test(value);
  const signatures = fields.filter(({ name }) => name === 'dkim-signature');
  return fields.filter((field) => {
    if (field.name === 'arc-message-signature') return isRefused(field.value);
    const place = signatures.indexOf(field);
    return place >= limits.signatures || (place >= 0 && isRefused(field.value));
  });
}

function readDkim(found: DKIMResult): readonly { result: AuthenticationResult; domain: string }[] {
  const text = (name: string): string => String(Reflect.get(found, name) ?? '');
  // The library lists ARC-Seal fields here too, which have no hash of the body.
  if (text('bodyHashExpecting') === '') return [];
  const domain = found.signingDomain.toLowerCase();
  const result = toAuthenticationResult(found.status.result);
  if (text('bodyHash') !== text('bodyHashExpecting')) return [{ result: 'fail', domain }];
  if (result !== 'pass') return [{ result, domain }];
  const isWeak = /sha1$/i.test(text('algo')) || !coversFrom(Reflect.get(found, 'signingHeaders'));
  return [{ result: isWeak ? 'policy' : 'pass', domain }];
}

function coversFrom(signed: unknown): boolean {
  const headers: unknown =
    typeof signed === 'object' && signed !== null ? Reflect.get(signed, 'headers') : undefined;
  return Array.isArray(headers) && headers.some((line) => /^from\s*:/i.test(String(line)));
}

type ArcChain = Awaited<ReturnType<typeof dkimVerify>>['arc'];

async function checkArc(
  chain: ArcChain,
  resolver: DNSResolver,
  hasFailed: () => boolean,
): Promise<AuthenticationResult> {
  if (chain === undefined || (chain.chain === false && chain.error === undefined)) return 'none';
  const { status } = await arc({ ...chain, chain: chain.chain || [] }, { resolver });
  const result = toAuthenticationResult(status.result);
  // The library tells a missing key from a silent DNS only for the mail's own signature.
  return result === 'fail' && hasFailed() ? 'temperror' : result;
}

const byMerit: readonly AuthenticationResult[] = [
  'pass',
  'temperror',
  'fail',
  'permerror',
  'policy',
  'neutral',
  'softfail',
];

function bestOf(
  found: readonly AuthenticationResult[],
  order: readonly AuthenticationResult[],
): AuthenticationResult {
  return order.find((result) => found.includes(result)) ?? 'none';
}

function chooseDomain(domains: readonly string[], author: string): string | undefined {
  return domains.find((domain) => isSameOrAbove(domain, author)) ?? domains[0];
}

interface Findings {
  readonly spf: SpfAnswer;
  readonly signed: SignatureAnswer;
  readonly dns: Questions;
}

interface DmarcAnswer {
  readonly result: AuthenticationResult;
  readonly policy: string | undefined;
}

const byDanger: readonly AuthenticationResult[] = [
  'fail',
  'temperror',
  'permerror',
  'none',
  'pass',
];

async function checkAuthors(authors: readonly string[], findings: Findings): Promise<DmarcAnswer> {
  // Nobody who means well has so many, and the one that is shown might be among the others.
  if (authors.length > limits.authors) return { result: 'fail', policy: undefined };
  const answers = await Promise.all(authors.map((author) => checkDmarc(author, findings)));
  const result = bestOf(
    answers.map((answer) => answer.result),
    byDanger,
  );
  return answers.find((answer) => answer.result === result) ?? { result, policy: undefined };
}

async function checkDmarc(author: string, { spf, signed, dns }: Findings): Promise<DmarcAnswer> {
  const spfDomains = spf.domain === undefined ? [] : [spf.domain];
  const dkimDomains = signed.domains.map((domain) => ({ domain }));
  const checked = await askDmarc({
    headerFrom: `author@${author}`,
    spfDomains,
    dkimDomains,
    resolver: dns.resolver,
  });
  if (checked === undefined) return { result: 'permerror', policy: undefined };
  const policy = toPolicy(checked.policy);
  const result = toAuthenticationResult(checked.status.result);
  if (result !== 'pass' && result !== 'fail') {
    return { result: result === 'temperror' ? result : 'none', policy };
  }
  const { alignment } = checked;
  const isAligned = (found: { result: string | false; strict: boolean }, domains: string[]) =>
    found.strict ? domains.includes(author) : Boolean(found.result);
  const passes =
    isAligned(alignment.spf, spfDomains) || isAligned(alignment.dkim, [...signed.domains]);
  if (passes) return { result: 'pass', policy };
  if (spf.result === 'temperror' || signed.dkim === 'temperror')
    return { result: 'temperror', policy };
  return { result: spf.isKnown ? 'fail' : 'none', policy };
}

async function askDmarc(question: Parameters<typeof dmarc>[0]) {
  try {
    const checked = await dmarc(question);
    return checked === false ? undefined : checked;
  } catch {
    // An address or a record that the library did not expect.
    return undefined;
  }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
