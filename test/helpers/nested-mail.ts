/** Mails in mails in mails, as people forward them: each with its own files, the innermost with hostile HTML. */

/** One white point. */
export const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
);

export interface Part {
  readonly head: readonly string[];
  readonly body: string;
}

export function textPart(text: string): Part {
  return { head: ['Content-Type: text/plain; charset=utf-8'], body: text };
}

export function filePart(name: string, bytes: Buffer, type = 'application/octet-stream'): Part {
  return {
    head: [
      `Content-Type: ${type}; name="${name}"`,
      'Content-Transfer-Encoding: base64',
      `Content-Disposition: attachment; filename="${name}"`,
    ],
    body: bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
  };
}

/** A mail as an attachment, by its type; without a name, as most programs send it. */
export function mailPart(mail: string, type = 'message/rfc822'): Part {
  return { head: [`Content-Type: ${type}`, 'Content-Disposition: attachment'], body: mail };
}

let count = 0;

export function mixed(fields: Readonly<Record<string, string>>, parts: readonly Part[]): string {
  count += 1;
  const border = `=_border-${count}`;
  const lines = [
    ...Object.entries({
      To: 'support@localhost',
      Date: 'Mon, 23 Nov 2026 10:00:00 +0000',
      'Message-ID': `<nested-${count}@customer.example>`,
      ...fields,
    }).map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${border}"`,
    '',
  ];
  for (const { head, body } of parts) lines.push(`--${border}`, ...head, '', body);
  return [...lines, `--${border}--`, ''].join('\r\n');
}

const canary = "top.document.title='maildesk-canary'";

/** Level three: HTML with a picture of its own, a remote one, and scripts in every place. */
export function innermost(): string {
  return [
    'From: "Kim Berg" <kim@customer.example>',
    'To: anna@partner.example',
    'Subject: The lamp itself',
    'Date: Fri, 20 Nov 2026 08:30:00 +0000',
    'Message-ID: <innermost@customer.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/related; boundary="related"',
    '',
    '--related',
    'Content-Type: text/html; charset=utf-8',
    '',
    `<h1>It is dark</h1><script>${canary}</script><img src="x" onerror="${canary}"><p>Look: <img src="cid:lamp@customer" alt="the lamp"></p>` +
      `<img src="https://remote.example/canary/pixel.gif"><a href="javascript:${canary}">press</a><form action="https://evil.example"><input></form>`,
    '--related',
    'Content-Type: image/png; name="lamp.png"',
    'Content-ID: <lamp@customer>',
    'Content-Disposition: inline; filename="lamp.png"',
    'Content-Transfer-Encoding: base64',
    '',
    dot.toString('base64'),
    '--related--',
    '',
  ].join('\r\n');
}

/** Three levels: a colleague's mail, in it the partner's, in that the customer's. */
export function threeLevels(fields: Readonly<Record<string, string>> = {}): string {
  const second = mixed({ From: 'Ann Partner <ann@partner.example>', Subject: 'Fwd: a lamp' }, [
    textPart('Can you help?\r\n\r\nOn 20 Nov 2026 Kim wrote:\r\n> It is dark\r\n> again'),
    filePart('invoice.pdf', Buffer.from('%PDF-1.4 not much')),
    mailPart(innermost()),
    filePart('dot.png', dot, 'image/png'),
  ]);
  return mixed({ From: 'Lou <lou@customer.example>', Subject: 'For you', ...fields }, [
    textPart('See the attached mail.'),
    filePart('note.txt', Buffer.from('a note'), 'text/plain'),
    mailPart(second),
  ]);
}
