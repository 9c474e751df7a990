/**
 * The names by which mail programs mark what is quoted in their HTML, carried over the cleaning, which drops names.
 *
 * Promises: pure and linear. It runs before the cleaning, so nothing that it adds can do more than fold; a mail that sets our
 * sign by itself folds its own words.
 */

/** The attribute that has to survive the cleaning. */
export const foldAttribute = 'data-fold';

/**
 * `quote` is quoted, `rest` is quoted with all behind it, `line` introduces what is quoted, `forward` was sent on, `sign` is a
 * signature.
 */
export type FoldMark = 'quote' | 'rest' | 'line' | 'forward' | 'sign';

// biome-ignore format: a table reads better in rows
const names: readonly (readonly [mark: FoldMark, names: string])[] = [
  // Gmail, Yahoo, Proton, Tuta, Zoho, Zimbra, NetEase, Outlook for Mac and telephones, Notes, Spark, Airmail, AOL, GMX and others
  ['quote', 'gmail_quote gmail_quote_container gmail_extra yahoo_quoted yahoo-quoted-begin yqt protonmail_quote tutanota_quote zmail_extra blockquote_zmail isreplycontent ntes_not_fresh_bg_color olk_src_body_section mail-editor-reference-message-container inoteshistory messagereplysection clean_bq front-blockquote sh-quoted-content missive_quote mail-quote-collapse quote groupwisereplyblockquote xm_compose_origin_mail_container wmquote replybody cafe24quote'],
  ['rest', 'divrplyfwdmsg appendonsend outlookmessageheader stopspelling zwchr originalmessage lp_hdr mailcontainerreply divneteasemailquote mobile-quote-begin'],
  ['line', 'gmail_attr moz-cite-prefix reply-intro airmail_on groupwisereplyheader protonmail_quote_prefix'],
  ['forward', 'moz-forward-container moz-email-headers-table messageforwardsection'],
  ['sign', 'moz-signature gmail_signature gmail_signature_prefix signature protonmail_signature_block protonmail_signature_block-user applemailsignature ms-outlook-mobile-signature yahoo-signature ymail_android_signature composer_signature tutanota_signature messagesignaturesection foxmail_signature qqmail_signature outlook-signature lp_signature'],
];

const known: ReadonlyMap<string, FoldMark> = new Map(
  names.flatMap(([mark, list]) => list.split(' ').map((name) => [name, mark] as const)),
);

const tag = /<(div|blockquote|table|span|p|section|hr|pre|article|font|a|td)(\s[^<>]{1,4000})>/gi;
const named = /\s(?:class|id|name)\s*=\s*(?:"([^"]{1,300})"|'([^']{1,300})'|([^\s"'>]{1,300}))/gi;

export function markQuotes(html: string): string {
  return html.replace(tag, (whole, name: string, attributes: string) => {
    const mark = markOf(name, attributes);
    return mark === undefined ? whole : `<${name} ${foldAttribute}=${mark} ${attributes}>`;
  });
}

function markOf(name: string, attributes: string): FoldMark | undefined {
  for (const [, double, single, bare] of attributes.matchAll(named)) {
    for (const each of (double ?? single ?? bare ?? '').toLowerCase().split(/\s+/)) {
      // Outlook puts `x_` before the names of others, once for each time that a mail is answered.
      const mark = known.get(each.replace(/^(?:x_){1,9}/, ''));
      if (mark !== undefined) return mark;
    }
  }
  const isCite = /^blockquote$/i.test(name) && /\stype\s*=\s*["']?cite\b/i.test(attributes);
  return isCite ? 'quote' : undefined;
}

export function foldMarkOf(attributes: string): FoldMark | undefined {
  const [, mark] = /\sdata-fold="(quote|rest|line|forward|sign)"/.exec(attributes) ?? [];
  return names.find(([each]) => each === mark)?.[0];
}
