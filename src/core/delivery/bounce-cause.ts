/**
 * Why a mail did not arrive, as a kind that says what to do about it.
 *
 * Promises: pure and total. An exact status (RFC 3463) is believed first, then what the other server says in words, then the
 * class of its code; where nothing tells, nothing is claimed.
 * Leaves to others: the words for people (presenters), reading reports (bounce.ts).
 */

export const bounceCauses = [
  /** Nobody is there, or no longer. */
  'no-mailbox',
  'mailbox-full',
  'spam',
  'too-large',
  'domain-unknown',
  'unreachable',
  /** Not now; the other side goes on trying. */
  'later',
  /** For a reason of its own. */
  'refused',
] as const;

export type BounceCause = (typeof bounceCauses)[number];

export interface CauseFacts {
  /** As RFC 3464 section 2.3.3 has it. */
  readonly action: string;
  readonly status: string | undefined;
  readonly reason: string | undefined;
}

const exact: Readonly<Record<string, BounceCause>> = {
  '1.1': 'no-mailbox',
  '1.2': 'domain-unknown',
  '1.3': 'no-mailbox',
  '1.6': 'no-mailbox',
  '1.10': 'no-mailbox',
  '2.1': 'no-mailbox',
  '2.2': 'mailbox-full',
  '2.3': 'too-large',
  '3.4': 'too-large',
  '4.4': 'domain-unknown',
};

/** In the order in which they are asked; a refusal names many things, and spam is the narrowest of them. */
const words: readonly (readonly [BounceCause, RegExp])[] = [
  [
    'mailbox-full',
    /over ?quota|quota (?:is |has been )?(?:exceed|full|reached)|exceed\w* (?:its |the |his )?(?:storage|quota|disk)|(?:mail|in)box (?:is )?(?:over ?)?full|mailbox size limit|out of storage|not enough (?:disk )?space|postfach (?:ist )?(?:über)?voll|boîte (?:est )?pleine|bo[iî]te.{0,30}pleine|bu[zs]ón lleno|casella (?:è )?piena|переполнен|空间不足|已满|容量/iu,
  ],
  [
    'spam',
    /\bspam\b|\bjunk\b|black ?list|block ?list|deny ?list|\brbl\b|dnsbl|spamhaus|spamcop|barracuda|proofpoint|reputation|unsolicited|\bbulk mail\b|content (?:is |was )?(?:reject|refus|block|filter)|looks like|virus|malware|phish|垃圾|スパム|迷惑/iu,
  ],
  [
    'too-large',
    /(?:message|mail|size|nachricht)[^.]{0,40}(?:too (?:large|big)|exceeds?[^.]{0,40}(?:size|limit)|zu groß)|size limit|exceeds? (?:the )?(?:maximum|max) |trop (?:gros|volumineu)|demasiado grande|troppo grande|超过.{0,10}大小/iu,
  ],
  [
    'domain-unknown',
    /host (?:or domain name )?(?:not found|unknown)|unknown (?:host|domain)|name service error|nxdomain|no (?:valid )?mx\b|domain[^.]{0,40}(?:not (?:found|exist)|does ?n[o']t exist|unknown|couldn['’]t be found|invalid)|domain not found|unroute?able|dns (?:error|lookup|server)|no route to domain|domäne? (?:unbekannt|existiert nicht)|can['’]?t find any host|couldn['’]t find any host/iu,
  ],
  [
    'no-mailbox',
    /(?:user|recipient|mailbox|address|account|e-?mail|addressee|local part|person)s?\b[^.]{0,60}(?:unknown|not (?:be )?found|not exist|n['’]t exist|no longer|disabled|inactive|suspended|deleted|unavailable|invalid|not listed|not available|couldn['’]t be found|closed|not known|not recogni[sz]ed)|(?:unknown|no such|invalid|bad|inactive|disabled|nonexistent|non-existent) (?:user|recipient|mailbox|address|account|person|e-?mail|destination|local)|recipnotfound|does ?n[o']t have (?:an?|any) [^.]{0,40}account|not (?:a )?(?:known|valid) user|not listed in|not here|(?:empfänger\w*|benutzer|adresse|postfach)[^.]{0,40}(?:unbekannt|existiert nicht|nicht (?:gefunden|bekannt|mehr)|gelöscht|ungültig)|n['’]existe pas|inconnue?\b|no existe|desconocid|inesistente|sconosciut|non esiste|bestaat niet|onbekend|не (?:существует|найден)|неизвестн|不存在|存在しない|見つかりません|存在いたしません|존재하지/iu,
  ],
  [
    'unreachable',
    /connection (?:timed? ?out|refused|dropped|lost|reset|failed|was )|timed? ?out|no route to host|(?:could|can)(?: ?not|n['’]t) (?:be )?(?:connect|reach|contact)|unable to (?:connect|reach|contact)|unreachable|retry time|no answer from|not respond|nicht erreichbar|zeitüberschreitung|expired/iu,
  ],
  [
    'later',
    /gr[ea]ylist|try (?:again )?later|temporar|too many (?:connections|recipients|messages)|rate limit|throttl|try again/iu,
  ],
  [
    'refused',
    /denied|refus|reject|not (?:allowed|permitted|authori[sz]ed|accepted)|relay|policy|block|forbidden|prohibited|abgelehnt|verweigert|refusé|rechazad|respint|rifiutat|geweigerd|отклонен|拒收|拒绝|拒否/iu,
  ],
];

export function causeOf({ action, status, reason }: CauseFacts): BounceCause | undefined {
  if (action !== 'failed' && action !== 'delayed') return undefined;
  const known = exact[status?.slice(2) ?? ''];
  const text = (reason ?? '').slice(0, 1000);
  if (known !== undefined) return known;
  // Exchange refuses at its border whom its directory does not know.
  if (status === '5.4.1' && /access denied/i.test(text)) return 'no-mailbox';
  const said = words.find(([, look]) => look.test(text))?.[0];
  if (said !== undefined) return said;
  return byClass(status) ?? byReply(text) ?? (action === 'delayed' ? 'later' : undefined);
}

/** RFC 3463 section 3: the subject, in the middle. */
function byClass(status: string | undefined): BounceCause | undefined {
  if (status === undefined) return undefined;
  const subject = status.split('.')[1];
  if (subject === '4') return 'unreachable';
  if (subject === '7') return 'refused';
  return status.startsWith('4.') ? 'later' : undefined;
}

/** RFC 5321 section 4.2.3. */
function byReply(text: string): BounceCause | undefined {
  const code = /(?:^|[\s#;:'"(])([45]\d\d)(?=[ -]|$)/.exec(text)?.[1];
  if (code === undefined) return undefined;
  if (code === '552') return 'mailbox-full';
  if (code === '553') return 'no-mailbox';
  return code.startsWith('4') ? 'later' : 'refused';
}
