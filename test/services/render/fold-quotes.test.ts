/** Quoted parts and signatures folded in HTML, in the shapes that programs send. */
import { describe, expect, it } from 'vitest';
import { foldQuotes } from '../../../src/services/render/fold-quotes.ts';
import { renderFrame } from '../../../src/services/render/html.ts';
import { effortOf } from '../../helpers/effort.ts';

const words = { quotation: 'Q', signature: 'S', forwarded: 'F' };

function render(html: string, { isForward = false, find = '' } = {}): string {
  const page = renderFrame({
    html,
    language: 'en',
    showImages: false,
    ownImages: new Map(),
    fold: { words, isForward },
    hits: find === '' ? [] : [{ words: [find], isPrefix: false, isLoose: false }],
  });
  return /<body[^>]*>\n([\s\S]*)\n<\/body>/.exec(page)?.[1] ?? '';
}

/** The words, with what is folded in brackets: `[Q …]`, or `[Q+ …]` where it stands open. */
function outline(html: string, options?: Parameters<typeof render>[1]): string {
  return render(html, options)
    .replace(
      /<details class="fold"(?: dir="rtl")?( open)?><summary>(.)<\/summary>/g,
      (_, open, kind) => (open === undefined ? ` [${kind} ` : ` [${kind}+ `),
    )
    .replace(/<\/details>/g, '] ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/[\s\u00a0]+/g, ' ')
    .replace(/ \]/g, ']')
    .trim();
}

const wrote =
  'On Mon, Nov 23, 2026 at 10:00 AM Ana &lt;<a href="mailto:ana@desk.example">ana@desk.example</a>&gt; wrote:';
const wroteText = 'On Mon, Nov 23, 2026 at 10:00 AM Ana < ana@desk.example > wrote:';
const header =
  '<b>From:</b> Ana &lt;ana@desk.example&gt;<br><b>Sent:</b> Monday, 23 November 2026 10:00<br><b>To:</b> Kim<br><b>Subject:</b> Lamp';
const headerText =
  'From: Ana <ana@desk.example> Sent: Monday, 23 November 2026 10:00 To: Kim Subject: Lamp';

const shapes: readonly (readonly [name: string, html: string, expected: string])[] = [
  [
    'Gmail',
    `<div dir="ltr">Yes.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">${wrote}<br></div><blockquote class="gmail_quote" style="border-left:1px solid">Is it on?</blockquote></div>`,
    `Yes. [Q ${wroteText} Is it on?]`,
  ],
  [
    'Gmail, of late',
    `<div>Yes.</div><div class="gmail_quote gmail_quote_container"><div class="gmail_attr">${wrote}</div><blockquote class="gmail_quote">Is it on?</blockquote></div>`,
    `Yes. [Q ${wroteText} Is it on?]`,
  ],
  [
    'Gmail, of old',
    `<div>Yes.</div><div class="gmail_extra"><br><div class="gmail_quote">${wrote}<br><blockquote>Is it on?</blockquote></div></div>`,
    `Yes. [Q ${wroteText} Is it on?]`,
  ],
  [
    'Gmail, signature above',
    `<div>Yes.</div><div><span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature">Kim</div></div><div class="gmail_quote"><div class="gmail_attr">${wrote}</div><blockquote>On?</blockquote></div>`,
    `Yes. [S --] [S Kim] [Q ${wroteText} On?]`,
  ],
  [
    'Gmail, sent on',
    '<div>FYI</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: <b>Kim</b> &lt;kim@a.example&gt;<br>Date: Mon<br>Subject: Lamp<br>To: Ana</div><br>Dark.</div>',
    'FYI [F+ ---------- Forwarded message --------- From: Kim <kim@a.example> Date: Mon Subject: Lamp To: Ana Dark.]',
  ],
  [
    'Thunderbird',
    `<p>Yes.</p><div class="moz-cite-prefix">Am 23.11.2026 um 10:00 schrieb Ana:<br></div><blockquote type="cite" cite="mid:x"><p>An?</p></blockquote>`,
    'Yes. [Q Am 23.11.2026 um 10:00 schrieb Ana: An?]',
  ],
  [
    'Thunderbird, below, with signature',
    '<div class="moz-cite-prefix">On 23/11/2026 10:00, Ana wrote:<br></div><blockquote type="cite">On?</blockquote><p>Yes.</p><pre class="moz-signature" cols="72">-- \nKim</pre>',
    'On 23/11/2026 10:00, Ana wrote: On? Yes. [S -- Kim]',
  ],
  [
    'Thunderbird, answers between',
    '<p>Hello</p><blockquote type="cite"><p>One?</p></blockquote><p>Yes.</p><blockquote type="cite"><p>Two?</p></blockquote><p>No.</p><blockquote type="cite"><p>Ana</p></blockquote>',
    'Hello One? Yes. Two? No. [Q Ana]',
  ],
  [
    'Thunderbird, sent on',
    '<p>Please.</p><div class="moz-forward-container">-------- Weitergeleitete Nachricht --------<table class="moz-email-headers-table"><tbody><tr><th>Betreff: </th><td>Lampe</td></tr></tbody></table>Dunkel.</div>',
    'Please. [F+ -------- Weitergeleitete Nachricht -------- Betreff: Lampe Dunkel.]',
  ],
  [
    'Apple',
    `<div>Yes.</div><div><br><blockquote type="cite"><div>On 23 Nov 2026, at 10:00, Ana &lt;ana@desk.example&gt; wrote:</div><br><div>On?</div></blockquote></div>`,
    'Yes. [Q On 23 Nov 2026, at 10:00, Ana <ana@desk.example> wrote: On?]',
  ],
  [
    'iPhone',
    `Yes.<br><br><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 23 Nov 2026, at 10:00, Ana &lt;ana@desk.example&gt; wrote:<br><br></blockquote></div><blockquote type="cite"><div>On?</div></blockquote>`,
    'Yes. [S Sent from my iPhone] [Q On 23 Nov 2026, at 10:00, Ana <ana@desk.example> wrote: On?]',
  ],
  [
    'Apple, signature',
    '<div>Yes.</div><div id="AppleMailSignature">Kim<br>Von meinem iPad gesendet</div>',
    'Yes. [S Kim Von meinem iPad gesendet]',
  ],
  [
    'Apple, sent on',
    '<div>See.</div><div><br><div>Begin forwarded message:</div><br><blockquote type="cite"><div><b>From: </b>Kim &lt;kim@a.example&gt;</div><div><b>Subject: </b>Lamp</div><div>Dark.</div></blockquote></div>',
    'See. [F+ Begin forwarded message: From: Kim <kim@a.example> Subject: Lamp Dark.]',
  ],
  [
    'Outlook',
    `<div class="WordSection1"><p class="MsoNormal">Yes.</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">${header}</p></div></div><p class="MsoNormal">On?</p></div>`,
    `Yes. [Q ${headerText} On?]`,
  ],
  [
    'Outlook, sent on',
    `<div class="WordSection1"><p>Please take it.</p><div><div><p>${header}</p></div></div><p>Dark.</p></div>`,
    `Please take it. [Q ${headerText} Dark.]`,
  ],
  [
    'Outlook, German, a paragraph a field',
    '<p>Ja.</p><div><p><b>Von:</b> Ana &lt;ana@desk.example&gt; </p><p><b>Gesendet:</b> Montag</p><p><b>An:</b> Kim</p><p><b>Betreff:</b> Lampe</p></div><p>An?</p>',
    'Ja. [Q Von: Ana <ana@desk.example> Gesendet: Montag An: Kim Betreff: Lampe An?]',
  ],
  [
    'Outlook of the web',
    `<div>Yes.</div><div id="appendonsend"></div><hr style="width:98%"><div id="divRplyFwdMsg"><font>${header}</font><div>&nbsp;</div></div><div>On?</div>`,
    `Yes. [Q ${headerText} On?]`,
  ],
  [
    'Outlook of the web, answered again',
    `<div>Yes.</div><div id="x_x_divRplyFwdMsg"><font>${header}</font></div><div>On?</div>`,
    `Yes. [Q ${headerText} On?]`,
  ],
  [
    'Outlook of the web, signature',
    `<div>Yes.</div><div id="Signature"><p>Kim Berg</p></div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">${header}</div><div>On?</div>`,
    `Yes. [S Kim Berg] [Q ${headerText} On?]`,
  ],
  [
    'Outlook on a telephone',
    `<div>Yes.</div><div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/x">Outlook for iOS</a></div><div id="mail-editor-reference-message-container"><hr><div>${header}</div><div>On?</div></div>`,
    `Yes. [S Get Outlook for iOS] [Q ${headerText} On?]`,
  ],
  [
    'Outlook of old',
    `<p>Yes.</p><blockquote style="border-left:blue 1.5pt solid"><div class="OutlookMessageHeader" dir="ltr"><font>-----Original Message-----<br>${header}<br><br></font></div>On?</blockquote>`,
    `Yes. [Q -----Original Message----- ${headerText} On?]`,
  ],
  [
    'Outlook for Mac',
    `<div>Yes.</div><span id="OLK_SRC_BODY_SECTION"><div>${header}</div><div>On?</div></span>`,
    `Yes. [Q ${headerText} On?]`,
  ],
  [
    'Hotmail of old',
    `<div>Yes.<br><br><div><hr id="stopSpelling">Date: Mon, 23 Nov 2026<br>From: ana@desk.example<br>To: kim@a.example<br>Subject: Lamp<br><br>On?</div></div>`,
    'Yes. [Q Date: Mon, 23 Nov 2026 From: ana@desk.example To: kim@a.example Subject: Lamp On?]',
  ],
  [
    'Yahoo',
    `<div>Yes.</div><div id="ydp1yahoo_quoted_1" class="yahoo_quoted"><div><div>On Monday, 23 November 2026 at 10:00:00 CET, Ana &lt;ana@desk.example&gt; wrote:</div><div>On?</div></div></div>`,
    'Yes. [Q On Monday, 23 November 2026 at 10:00:00 CET, Ana <ana@desk.example> wrote: On?]',
  ],
  [
    'Yahoo, without its name',
    '<div>Yes.</div><div>On Monday, 23 November 2026 at 10:00:00 CET, Ana &lt;ana@desk.example&gt; wrote:</div><div>On?</div>',
    'Yes. [Q On Monday, 23 November 2026 at 10:00:00 CET, Ana <ana@desk.example> wrote: On?]',
  ],
  [
    'Proton',
    `<div>Yes.</div><div class="protonmail_signature_block"><div>Sent with Proton</div></div><div class="protonmail_quote">On Monday, Ana wrote:<br><blockquote type="cite">On?</blockquote></div>`,
    'Yes. [S Sent with Proton] [Q On Monday, Ana wrote: On?]',
  ],
  [
    'Zoho',
    '<div>Yes.</div><div class="zmail_extra"><div id="Zm-_Id_-Sgn1">---- On Mon, 23 Nov 2026 Ana wrote ----</div><blockquote id="blockquote_zmail">On?</blockquote></div>',
    'Yes. [Q ---- On Mon, 23 Nov 2026 Ana wrote ---- On?]',
  ],
  [
    'Zimbra',
    `<div>Yes.</div><hr id="zwchr"><div><b>De: </b>"Ana"<br><b>Objet: </b>Lampe</div><div>On?</div>`,
    'Yes. [Q De: "Ana" Objet: Lampe On?]',
  ],
  [
    'GMX',
    '<div>Ja.<div name="quote" style="border-left:2px solid #C3D9E5"><b>Gesendet:</b> Montag<br><b>Von:</b> Ana<br><b>An:</b> Kim<br><div>An?</div></div></div>',
    'Ja. [Q Gesendet: Montag Von: Ana An: Kim An?]',
  ],
  [
    'QQ',
    '<div>还是不亮。</div><div>&nbsp;</div><div style="font-size:12px;">------------------&nbsp;原始邮件&nbsp;------------------</div><div style="background:#efefef;"><div><b>发件人:</b> "Ana";</div><div><b>主题:</b> 灯</div></div><div>插好了吗？</div>',
    '还是不亮。 [Q ------------------ 原始邮件 ------------------ 发件人: "Ana"; 主题: 灯 插好了吗？]',
  ],
  [
    'Foxmail',
    '<div>还是不亮。</div><blockquote><div>&nbsp;</div><div style="border-top:solid #B5C4DF 1pt"><div><b>发件人：</b>&nbsp;Ana</div><div><b>发送时间：</b>&nbsp;2026-11-23</div><div><b>收件人：</b>&nbsp;Kim</div><div><b>主题：</b>&nbsp;灯</div></div><div>插好了吗？</div></blockquote>',
    '还是不亮。 [Q 发件人： Ana 发送时间： 2026-11-23 收件人： Kim 主题： 灯 插好了吗？]',
  ],
  [
    'NetEase',
    '<div>还是不亮。</div><div></div><br>在 2026-11-23 10:00:00，"Ana" &lt;ana@desk.example&gt; 写道：<br><blockquote id="isReplyContent"><div>插好了吗？</div></blockquote>',
    '还是不亮。 [Q 在 2026-11-23 10:00:00，"Ana" <ana@desk.example> 写道： 插好了吗？]',
  ],
  [
    'GroupWise',
    '<div>Yes.</div><span class="GroupwiseReplyHeader">&gt;&gt;&gt; Ana 11/23/2026 10:00 AM &gt;&gt;&gt;</span><br><blockquote class="GroupwiseReplyBlockquote">On?</blockquote>',
    'Yes. [Q >>> Ana 11/23/2026 10:00 AM >>> On?]',
  ],
  [
    'Notes',
    '<div>Yes.</div><div class="iNotesHistory"><font color="#990099">-----Ana wrote: -----</font><div>To: kim@a.example<br>From: Ana<br>Subject: Lamp</div><div>On?</div></div>',
    'Yes. [Q -----Ana wrote: ----- To: kim@a.example From: Ana Subject: Lamp On?]',
  ],
  [
    'Spark',
    '<div name="messageBodySection">Yes.</div><div name="messageSignatureSection">Kim</div><div name="messageReplySection">On 23 Nov 2026, Ana wrote:<br><blockquote>On?</blockquote></div>',
    'Yes. [S Kim] [Q On 23 Nov 2026, Ana wrote: On?]',
  ],
  [
    'Roundcube',
    '<p>Yes.</p><p id="reply-intro">On 2026-11-23 10:00, Ana wrote:</p><blockquote type="cite"><div>On?</div></blockquote>',
    'Yes. [Q On 2026-11-23 10:00, Ana wrote: On?]',
  ],
  [
    'a plain blockquote below an introduction',
    `<p>Yes.</p><p>${wrote}</p><blockquote>On?</blockquote>`,
    `Yes. [Q ${wroteText} On?]`,
  ],
  [
    'a plain blockquote is a manner of writing',
    '<p>The book says:</p><blockquote>Light is good.</blockquote><p>So it is.</p>',
    'The book says: Light is good. So it is.',
  ],
  [
    'Arabic',
    '<div dir="rtl">ما زال مظلمًا.</div><div class="gmail_quote"><div dir="rtl" class="gmail_attr">في الاثنين، 23 نوفمبر 2026 كتب Ana:</div><blockquote class="gmail_quote">هل هو موصول؟</blockquote></div>',
    'ما زال مظلمًا. [Q في الاثنين، 23 نوفمبر 2026 كتب Ana: هل هو موصول؟]',
  ],
  ['nothing but a quotation', '<blockquote type="cite">All of it.</blockquote>', 'All of it.'],
  ['nothing but a signature', '<div class="gmail_signature">Kim</div>', 'Kim'],
  [
    'a mark and lines below',
    '<div>Yes.<br>-- <br>Kim<br>Lamp Street</div>',
    'Yes. [S -- Kim Lamp Street]',
  ],
  [
    'a note of lawyers',
    '<p>Yes.</p><p>This e-mail and any attachments are confidential and intended solely for the addressee. Delete it otherwise.</p>',
    'Yes. [S This e-mail and any attachments are confidential and intended solely for the addressee. Delete it otherwise.]',
  ],
  [
    'an order is no header',
    '<p>Hello</p><p>From: Berlin<br>To: Paris<br>Date: Monday</p><p>Kim</p>',
    'Hello From: Berlin To: Paris Date: Monday Kim',
  ],
  [
    'a table keeps its rows',
    '<table><tr><td>Yes.</td></tr><tr class="gmail_quote"><td><blockquote type="cite">On?</blockquote></td></tr></table>',
    'Yes. [Q On?]',
  ],
];

describe('foldQuotes', () => {
  it.each(shapes)('%s', (_, html, expected) => {
    expect(outline(html)).toBe(expected);
  });

  it('takes a header without marks for the matter of a mail that was sent on', () => {
    const html = `<p>Please.</p><div><p>${header}</p></div><p>Dark.</p>`;
    expect(outline(html, { isForward: true })).toBe(`Please. [F+ ${headerText} Dark.]`);
  });

  it('keeps the end of a long quotation in view, where an answer follows', () => {
    const lines = Array.from(
      { length: 30 },
      (_, at) => `<p>A line of some words, number ${at}.</p>`,
    );
    const shown = outline(
      `<p>Hello</p><blockquote type="cite">${lines.join('')}</blockquote><p>Yes.</p>`,
    );
    expect(shown).toMatch(
      /^Hello \[Q A line .* 27\.\] A line of some words, number 28\. A line of some words, number 29\. Yes\.$/,
    );
  });

  it('is open where the writer says that he answers in it', () => {
    const quoted = '<blockquote type="cite">Is it on? <b>Yes.</b></blockquote>';
    expect(outline(`<p>My answers are in red below.</p>${quoted}`)).toContain('[Q+ ');
    expect(outline(`<p>Meine Antworten stehen unten im Text.</p>${quoted}`)).toContain('[Q+ ');
    expect(outline(`<p>It is fine.</p>${quoted}`)).toContain('[Q ');
  });

  it('stands on the side on which the folded words begin, named in the language of the reader', () => {
    const html = '<p>x</p><blockquote data-fold="quote" dir="rtl">y</blockquote>';
    expect(foldQuotes(html, { words, language: 'de' })).toContain(
      '<details class="fold" dir="rtl"><summary lang="de">Q</summary>',
    );
  });

  it('opens what holds a word that is looked for', () => {
    const html = '<p>Yes.</p><blockquote type="cite">Is the lamp on?</blockquote>';
    expect(outline(html, { find: 'lamp' })).toBe('Yes. [Q+ Is the lamp on?]');
    expect(outline(html, { find: 'yes' })).toBe('Yes . [Q Is the lamp on?]');
  });

  it('changes nothing but to put foldings around pieces', () => {
    for (const [, html] of shapes) {
      const shown = render(html);
      const without = shown
        .replace(/<details class="fold"(?: dir="rtl")?(?: open)?><summary>.<\/summary>/g, '')
        .replace(/<\/details>/g, '');
      const page = renderFrame({ html, language: 'en', showImages: false, ownImages: new Map() });
      expect(page).toContain(without);
    }
  });

  it('folds at most its own words when a mail uses our sign', () => {
    expect(outline('<p>a</p><p data-fold="sign">b</p><p data-fold="x onclick=1">c</p>')).toBe(
      'a [S b] c',
    );
  });

  it.each([
    ['deep pieces', `${'<div>'.repeat(390)}x${'</div>'.repeat(390)}`.repeat(70)],
    ['quotations', '<blockquote type="cite">a</blockquote>b'.repeat(14_000)],
    ['header fields', '<p>From: a@b.example</p><p>To: c</p>'.repeat(14_000)],
    ['marks of signatures', '--<br>x<br>'.repeat(20_000)],
    ['introductions', '<p>On 23.11.2026 10:00 Kim wrote: x</p>'.repeat(14_000)],
    ['notes', `<p>${'this e-mail is confidential '.repeat(5)}</p>`.repeat(14_000)],
    ['angles', '&gt;'.repeat(300_000)],
    ['blanks', `<div>${' '.repeat(1000)}</div>`.repeat(1000)],
  ])('takes no long time for %s', (_, html) => {
    const clean = html.replace(/type="cite"/g, 'data-fold="quote"');
    expect(effortOf(() => foldQuotes(clean, { words }))).toBeLessThan(4000);
  });
});
