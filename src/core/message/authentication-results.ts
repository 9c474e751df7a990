/**
 * What another mail server found out about a mail: its Authentication-Results fields (RFC 8601).
 *
 * Promises: pure and total, in time proportional to the length of the text; beyond its limits the rest of a
 * field is not read. A field that begins otherwise than RFC 8601 section 2.2 says is no field.
 * Leaves to others: whether this server may be believed (services/intake), what follows.
 */
import {
  type AuthenticationResult,
  type SenderVerdict,
  toAuthenticationResult,
} from './verdicts.ts';

export interface MethodResult {
  /** Lower case: `spf`, `dkim`, `dmarc`, `arc`. */
  readonly method: string;
  /** Lower case, as it stands: a later standard may know more words than this one. */
  readonly result: string;
  readonly reason: string | undefined;
  /** By `ptype.property` in lower case; the first of a name counts. */
  readonly properties: ReadonlyMap<string, string>;
  /** Text of the comments behind the result, in order. */
  readonly comment: string;
}

export interface AuthenticationResults {
  /** The server that speaks, in lower case. */
  readonly authservId: string;
  readonly results: readonly MethodResult[];
}

export interface HeaderField {
  /** Lower case. */
  readonly name: string;
  /** Unfolded. */
  readonly value: string;
}

const limits = { characters: 32_768, results: 100, properties: 50, version: 1 };

/** The value of one field, without its name. */
export function parseAuthenticationResults(value: string): AuthenticationResults | undefined {
  const [head = [], ...parts] = splitAt(tokenize(value.slice(0, limits.characters)));
  const words = head.filter(({ kind }) => kind !== 'comment');
  const [id, version] = words;
  const isHead = id?.kind === 'word' || id?.kind === 'quoted';
  if (!isHead || id.text === '' || words.length > 2) return undefined;
  if (version !== undefined && version.text !== String(limits.version)) return undefined;
  const results = parts.slice(0, limits.results).flatMap((part) => readResult(part) ?? []);
  return { authservId: id.text.toLowerCase(), results };
}

/**
 * The results of the server of ours that took the mail from outside; undefined when none of `ids` speaks.
 *
 * `fields` is the header from the top. What stands below the Received field of that server came with the mail and
 * may be forged (RFC 8601 section 5), so reading ends at the second Received field, or at the one that follows the
 * server's own, for the mail may have passed further servers of ours. A server may write below its own Received
 * field, as milters do; it must take away foreign fields that bear its name. Several fields count as one.
 */
export function findTrustedResults(
  fields: readonly HeaderField[],
  ids: readonly string[],
): AuthenticationResults | undefined {
  const trusted = ids.map((id) => id.toLowerCase());
  const found: AuthenticationResults[] = [];
  for (const { name, value } of fields.slice(0, endOfTrust(fields, trusted))) {
    if (name !== 'authentication-results') continue;
    const parsed = parseAuthenticationResults(value);
    if (parsed !== undefined && trusted.includes(parsed.authservId)) found.push(parsed);
  }
  const [top] = found;
  if (top === undefined) return undefined;
  const own = found.filter(({ authservId }) => authservId === top.authservId);
  return { authservId: top.authservId, results: own.flatMap(({ results }) => results) };
}

function endOfTrust(fields: readonly HeaderField[], ids: readonly string[]): number {
  const received = fields.flatMap(({ name, value }, index) =>
    name === 'received' ? [{ index, by: receivedBy(value) }] : [],
  );
  const border = received.findIndex(({ by }) =>
    ids.some((id) => by === id || by.endsWith(`.${id}`)),
  );
  return received[border < 0 ? 1 : border + 1]?.index ?? fields.length;
}

/** Host that wrote the Received field, in lower case; empty when it does not say so. */
function receivedBy(value: string): string {
  const words = tokenize(value.slice(0, limits.characters)).filter(({ kind }) => kind === 'word');
  // The word behind "from" is the client's own choice, and may be "by".
  const least = words[0]?.text.toLowerCase() === 'from' ? 2 : 0;
  const at = words.findIndex(({ text }, index) => index >= least && text.toLowerCase() === 'by');
  return at < 0 ? '' : (words[at + 1]?.text ?? '').toLowerCase();
}

/** What the results say of the author's domain; `author` is that domain. */
export function toSenderVerdict(
  { authservId, results }: AuthenticationResults,
  author: string,
): SenderVerdict {
  const of = (method: string) => results.filter((result) => result.method === method);
  const spf = of('spf').find(({ properties }) => properties.has('smtp.mailfrom')) ?? of('spf')[0];
  const dkim = chooseDkim(of('dkim'), author);
  const dmarc = of('dmarc').find((result) => isAbout(result, author));
  return {
    spf: resultOf(spf),
    dkim: resultOf(dkim),
    dmarc: resultOf(dmarc),
    arc: resultOf(of('arc')[0]),
    dkimDomain: resultOf(dkim) === 'pass' ? signingDomain(dkim) : undefined,
    dmarcPolicy: policyOf(dmarc),
    by: authservId,
  };
}

function resultOf(result: MethodResult | undefined): AuthenticationResult {
  // `hardfail` is from before RFC 7001, and some servers still write it.
  return result?.result === 'hardfail' ? 'fail' : toAuthenticationResult(result?.result ?? '');
}

/** A signature that holds, by the author's own domain if there is one. */
function chooseDkim(results: readonly MethodResult[], author: string): MethodResult | undefined {
  const passed = results.filter(({ result }) => result === 'pass');
  return (
    passed.find((result) => isSameOrAbove(signingDomain(result) ?? '', author)) ??
    passed[0] ??
    results[0]
  );
}

function signingDomain(result: MethodResult | undefined): string | undefined {
  const { properties } = result ?? { properties: new Map<string, string>() };
  const text = properties.get('header.d') ?? properties.get('header.i');
  const domain = text?.slice(text.lastIndexOf('@') + 1).toLowerCase();
  return domain === '' ? undefined : domain;
}

/** Two readers may take different addresses for the author's: what was found of another domain does not count. */
function isAbout({ properties }: MethodResult, author: string): boolean {
  const from = properties.get('header.from')?.toLowerCase();
  if (from === undefined) return true;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return isSameOrAbove(domain, author) || isSameOrAbove(author, domain);
}

/** Whether mail of `domain` may be vouched for by `other`: it is the same, or above it. */
export function isSameOrAbove(other: string, domain: string): boolean {
  const [above, below] = [other.toLowerCase(), domain.toLowerCase()];
  return above !== '' && (below === above || below.endsWith(`.${above}`));
}

/** In a property of its own, or in a comment, as most servers write it: `(p=reject dis=none)`. */
function policyOf(result: MethodResult | undefined): string | undefined {
  if (result === undefined) return undefined;
  const text =
    result.properties.get('policy.published-domain-policy') ??
    result.properties.get('policy.dmarc') ??
    /(?:^|[\s;,])p=([a-z]{1,20})/i.exec(result.comment)?.[1];
  return toPolicy(text);
}

export function toPolicy(text: string | undefined): string | undefined {
  const word = text?.toLowerCase();
  return word === 'none' || word === 'quarantine' || word === 'reject' ? word : undefined;
}

interface Token {
  readonly kind: 'word' | 'quoted' | 'comment' | ';' | '=';
  readonly text: string;
  /** Whether it follows the token before without a space. */
  readonly isJoined: boolean;
}

/** Comments may be nested; what is not closed ends with the text. */
function tokenize(value: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let end = 0;
  while (at < value.length) {
    const sign = value.charAt(at);
    if (/\s/.test(sign)) {
      at += 1;
      continue;
    }
    const isJoined = at === end && at > 0;
    const token = readToken(value, at, sign);
    tokens.push({ kind: token.kind, text: token.text, isJoined });
    at = token.end;
    end = at;
  }
  return tokens;
}

interface ReadToken {
  readonly kind: Token['kind'];
  readonly text: string;
  readonly end: number;
}

function readToken(value: string, at: number, sign: string): ReadToken {
  if (sign === ';' || sign === '=') return { kind: sign, text: sign, end: at + 1 };
  if (sign === '"') return readEnclosed(value, at, 'quoted');
  if (sign === '(') return readEnclosed(value, at, 'comment');
  let end = at + 1;
  while (end < value.length && !/[\s;="(]/.test(value.charAt(end))) end += 1;
  return { kind: 'word', text: value.slice(at, end), end };
}

function readEnclosed(value: string, at: number, kind: 'quoted' | 'comment'): ReadToken {
  const text: string[] = [];
  let depth = 1;
  let end = at + 1;
  for (; end < value.length; end += 1) {
    const sign = value.charAt(end);
    if (sign === '\\') {
      end += 1;
      text.push(value.charAt(end));
      continue;
    }
    if (kind === 'comment' && sign === '(') depth += 1;
    if (sign === (kind === 'comment' ? ')' : '"')) depth -= 1;
    if (depth === 0) return { kind, text: text.join(''), end: end + 1 };
    text.push(sign);
  }
  return { kind, text: text.join(''), end };
}

function splitAt(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === ';') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** `dkim/1 = pass (comment) reason="…" header.d = example.org`. */
function readResult(tokens: readonly Token[]): MethodResult | undefined {
  const comment = tokens.flatMap(({ kind, text }) => (kind === 'comment' ? [text] : [])).join(' ');
  const [first, ...pairs] = readPairs(tokens.filter(({ kind }) => kind !== 'comment'));
  const method = first?.name.split('/')[0] ?? '';
  if (first === undefined || method === '' || first.value === '') return undefined;
  const properties = new Map<string, string>();
  for (const { name, value } of pairs.slice(0, limits.properties)) {
    if (!properties.has(name)) properties.set(name, value);
  }
  const reason = properties.get('reason');
  properties.delete('reason');
  return { method, result: first.value.toLowerCase(), reason, properties, comment };
}

interface Pair {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

/** A name may stand apart (`smtp . mailfrom`); a value is one word, and what follows it without a space. */
function readPairs(tokens: readonly Token[]): readonly Pair[] {
  const pairs: Pair[] = [];
  let name: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.kind !== '=') {
      name.push(token.text);
      continue;
    }
    const value: string[] = [];
    while (isValue(tokens[at + 1], value.length === 0)) {
      at += 1;
      value.push(tokens[at]?.text ?? '');
    }
    pairs.push({ name: name.join('').toLowerCase(), value: value.join('') });
    name = [];
  }
  return pairs;
}

/** A `=` within a value is part of it (`header.b=abc=`), as servers write it. */
function isValue(token: Token | undefined, isFirst: boolean): boolean {
  return token !== undefined && (isFirst ? token.kind !== '=' : token.isJoined);
}
