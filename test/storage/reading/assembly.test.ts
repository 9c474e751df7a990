/** Which parts of a mail are its words, and which are its files. */
import { describe, expect, it } from 'vitest';
import { bouncePartsOf, calendarPartOf } from '../../../src/storage/codec.ts';
import { read, seen } from './mails.ts';

type Lines = readonly string[];

const plain = (text: string, more: Lines = []): Lines => [
  'Content-Type: text/plain',
  ...more,
  '',
  text,
];
const html = (text: string, more: Lines = []): Lines => [
  'Content-Type: text/html',
  ...more,
  '',
  text,
];
const image = (name: string, more: Lines = []): Lines => [
  `Content-Type: image/png; name="${name}"`,
  ...more,
  '',
  `bytes of ${name}`,
];

let boundaries = 0;

function multipart(kind: string, ...parts: readonly Lines[]): Lines {
  boundaries += 1;
  const boundary = `b-${boundaries}`;
  return [
    `Content-Type: multipart/${kind}; boundary="${boundary}"`,
    '',
    ...parts.flatMap((part) => [`--${boundary}`, ...part]),
    `--${boundary}--`,
  ];
}

async function shown(lines: Lines) {
  const decoded = await read(...lines);
  const { text, files, problems } = seen(decoded);
  const markup = decoded.mail.html;
  return { text, ...(markup === undefined ? {} : { html: markup.trim() }), files, problems };
}

describe('alternatives', () => {
  it.each<[string, readonly Lines[], object]>([
    [
      'text and HTML are one',
      [plain('Dark'), html('<b>Dark</b>')],
      { text: 'Dark', html: '<b>Dark</b>' },
    ],
    [
      'in the wrong order too',
      [html('<b>Dark</b>'), plain('Dark')],
      { text: 'Dark', html: '<b>Dark</b>' },
    ],
    [
      'an empty text gives way to the HTML',
      [plain(' \r\n'), html('<b>Dark</b>')],
      { text: 'Dark', html: '<b>Dark</b>' },
    ],
    [
      'so does one that only asks for another program',
      [
        plain('Please use a program that can show HTML.'),
        html('<p>The lamp in the hall has been dark since Sunday.</p>'),
      ],
      {
        text: 'The lamp in the hall has been dark since Sunday.',
        html: '<p>The lamp in the hall has been dark since Sunday.</p>',
      },
    ],
    [
      'and HTML that calls itself text',
      [plain('<html><b>Dark</b></html>'), html('<b>Dark</b>')],
      { text: 'Dark', html: '<b>Dark</b>' },
    ],
    [
      'words about HTML that the HTML says as well stay',
      [plain('I like HTML'), html('<p>I like <i>HTML</i></p>')],
      { text: 'I like HTML', html: '<p>I like <i>HTML</i></p>' },
    ],
    [
      'the same text twice is one',
      [plain('Dark  lamp'), plain('Dark lamp'), html('<b>Dark</b>')],
      { text: 'Dark lamp', html: '<b>Dark</b>' },
    ],
    ['different texts both stay', [plain('One'), plain('Two')], { text: 'One\nTwo' }],
    [
      'the last HTML is the best',
      [html('<i>poor</i>'), html('<b>rich</b>')],
      { text: 'rich', html: '<b>rich</b>' },
    ],
  ])('%s', async (_, parts, expected) => {
    expect(await shown(multipart('alternative', ...parts))).toEqual({
      ...expected,
      files: [],
      problems: [],
    });
  });

  it.each(['text/calendar', 'text/x-amp-html', 'text/enriched', 'text/richtext', 'text/markdown'])(
    '%s is a file beside text and HTML',
    async (type) => {
      const other = [`Content-Type: ${type}`, '', 'BEGIN:VCALENDAR'];
      const decoded = await read(
        ...multipart('alternative', plain('Dark'), other, html('<b>Dark</b>')),
      );
      expect(seen(decoded)).toEqual({ text: 'Dark', files: [`text-1.txt ${type}`], problems: [] });
      expect(calendarPartOf(decoded)?.toString()).toBe(
        type === 'text/calendar' ? 'BEGIN:VCALENDAR' : undefined,
      );
    },
  );

  it('HTML around a file, as Apple Mail sends it: both halves stay', async () => {
    const rich = multipart('mixed', html('<b>Before</b>'), image('lamp.png'), html('<b>After</b>'));
    expect(await shown(multipart('alternative', plain('Before and after'), rich))).toEqual({
      text: 'Before and after',
      html: '<b>Before</b><br/>\n<b>After</b>',
      files: ['lamp.png image/png'],
      problems: [],
    });
  });
});

describe('texts side by side', () => {
  it('follow each other, pictures between them are files', async () => {
    expect(
      await shown(
        multipart(
          'mixed',
          plain('Before.'),
          image('lamp.png', ['Content-Disposition: inline']),
          plain('After.'),
        ),
      ),
    ).toEqual({
      text: 'Before.\nAfter.',
      files: ['lamp.png image/png'],
      problems: [],
    });
  });

  it('a footer of a list follows in text and in HTML', async () => {
    const letter = multipart('alternative', plain('Dark'), html('<b>Dark</b>'));
    expect(await shown(multipart('mixed', letter, plain('A list\n<footer>')))).toEqual({
      text: 'Dark\nA list\n<footer>',
      html: '<b>Dark</b><br/>\n<p>A list<br/>&lt;footer&gt;</p>',
      files: [],
      problems: [],
    });
  });

  it('HTML alone between texts stands in the text as well', async () => {
    expect((await shown(multipart('mixed', plain('One'), html('<b>Two</b>')))).text).toBe(
      'One\nTwo',
    );
  });

  it.each<[string, Lines, Lines]>([
    ['a disposition', ['Content-Disposition: attachment'], ['text-1.txt text/plain']],
    ['a name', ['Content-Disposition: inline; filename="app.log"'], ['app.log text/plain']],
    [
      'a disposition that nobody knows',
      ['Content-Disposition: form-data'],
      ['text-1.txt text/plain'],
    ],
  ])('a text is a file by %s', async (_, field, files) => {
    expect(await shown(multipart('mixed', plain('See the log.'), plain('lines', field)))).toEqual({
      text: 'See the log.',
      files,
      problems: [],
    });
  });

  it('a text that says no more than inline is text', async () => {
    expect(
      await shown(multipart('mixed', plain('One', ['Content-Disposition: inline']), plain('Two'))),
    ).toMatchObject({ text: 'One\nTwo' });
  });

  it('where all texts have names, the first one is the letter', async () => {
    const named = ['Content-Type: text/plain; name="letter.txt"', '', 'Dear support'];
    expect(await shown(multipart('mixed', named, image('lamp.png')))).toMatchObject({
      text: 'Dear support',
      files: ['lamp.png image/png'],
    });
  });

  it('a text that is none by its bytes is a file', async () => {
    const bytes = Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 37) % 256)).toString(
      'base64',
    );
    expect(
      await shown(
        multipart('mixed', plain('See'), [
          'Content-Type: text/plain',
          'Content-Transfer-Encoding: base64',
          '',
          bytes,
        ]),
      ),
    ).toMatchObject({
      text: 'See',
      files: ['attachment-1 application/octet-stream'],
    });
  });
});

describe('pictures within the HTML', () => {
  async function pictures(markup: string, fields: Lines, around: Lines = []) {
    const [type = '', ...lines] = multipart(
      'related',
      html(markup, around),
      image('a.png', fields),
    );
    const { mail } = await read(type, ...lines);
    return mail.attachments.map(({ inline, contentId, location }) => ({
      inline,
      contentId,
      location,
    }))[0];
  }

  it.each([
    ['<img src="cid:a@x">', '<a@x>', true],
    ['<img src=cid:a%40x>', '<a@x>', true],
    ['<td background="CID:a@x">', 'a@x', true],
    ['<img src="cid:b@x">', '<a@x>', false],
    ['<img src="cid:a@x.y">', '<a@x>', false],
  ])('%s with the id %s', async (markup, id, inline) => {
    expect(await pictures(markup, [`Content-ID: ${id}`])).toEqual({
      inline,
      contentId: 'a@x',
      location: undefined,
    });
  });

  it.each<[string, Lines, Lines, boolean, string]>([
    ['<img src="a.png">', ['Content-Location: a.png'], [], true, 'a.png'],
    [
      '<img src="http://x.example/a.png">',
      ['Content-Location: http://x.example/a.png'],
      [],
      true,
      'http://x.example/a.png',
    ],
    [
      '<img src="img/a.png">',
      ['Content-Location: http://x.example/img/a.png'],
      ['Content-Location: http://x.example/page.html'],
      true,
      'img/a.png',
    ],
    [
      '<img src="http://x.example/a.png">',
      ['Content-Location: a.png', 'Content-Base: http://x.example/'],
      [],
      true,
      'http://x.example/a.png',
    ],
    ['<img src="./a.png">', ['Content-Location: a.png'], [], true, './a.png'],
    ['<img src="b.png">', ['Content-Location: a.png'], [], false, 'a.png'],
  ])('%s with the place %j', async (markup, fields, around, inline, location) => {
    expect(await pictures(markup, fields, around)).toEqual({
      inline,
      contentId: undefined,
      location,
    });
  });
});

describe('packed into the text', () => {
  it('a uuencoded file stands behind those of the mail', async () => {
    const text = plain(['Hello', 'begin 644 cat.txt', '#0V%T', '`', 'end', 'Bye'].join('\r\n'));
    const decoded = await read(...multipart('mixed', text, image('lamp.png')));
    expect(seen(decoded)).toEqual({
      text: 'Hello\nBye',
      files: ['lamp.png image/png', 'cat.txt text/plain'],
      problems: [],
    });
    expect(decoded.mail.attachments.map(({ from }) => from)).toEqual([undefined, 'uuencode']);
    expect(decoded.contents.map(String)).toEqual(['bytes of lamp.png', 'Cat']);
  });

  it('paragraphs that flow are put together', async () => {
    const flowed = [
      'Content-Type: text/plain; format=Flowed; delsp=no',
      '',
      'A lamp \r\nis dark.\r\n> quoted \r\n> words',
    ];
    expect((await shown(flowed)).text).toBe('A lamp is dark.\n> quoted words');
  });

  it('a winmail.dat that cannot be opened is a file, and that is said', async () => {
    const broken = ['Content-Type: application/ms-tnef; name="winmail.dat"', '', 'rubbish'];
    expect(await shown(multipart('mixed', plain('See'), broken))).toEqual({
      text: 'See',
      files: ['winmail.dat application/ms-tnef'],
      problems: ['container-broken'],
    });
  });
});

describe('signed and encrypted', () => {
  const signature = ['Content-Type: application/pgp-signature', '', 'signature'];

  it.each<[string, Lines, object, Lines]>([
    [
      'PGP/MIME',
      multipart('signed; protocol="application/pgp-signature"', plain('Dark'), signature),
      { kind: 'signed', by: 'pgp' },
      ['signature.asc application/pgp-signature'],
    ],
    [
      'S/MIME',
      multipart('signed; protocol="application/pkcs7-signature"', plain('Dark'), [
        'Content-Type: application/pkcs7-signature',
        '',
        'x',
      ]),
      { kind: 'signed', by: 'smime' },
      ['smime.p7s application/pkcs7-signature'],
    ],
    [
      'a list that added its footer',
      multipart('mixed', multipart('signed', plain('Dark'), signature), plain('')),
      { kind: 'signed', by: 'pgp' },
      ['signature.asc application/pgp-signature'],
    ],
    [
      'PGP/MIME, encrypted',
      multipart(
        'encrypted; protocol="application/pgp-encrypted"',
        ['Content-Type: application/pgp-encrypted', '', 'Version: 1'],
        ['Content-Type: application/octet-stream; name="encrypted.asc"', '', 'x'],
      ),
      { kind: 'encrypted', by: 'pgp' },
      ['version.asc application/pgp-encrypted', 'encrypted.asc application/octet-stream'],
    ],
    [
      'PGP in the text',
      plain(
        '-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nDark\r\n-----BEGIN PGP SIGNATURE-----\r\nx\r\n-----END PGP SIGNATURE-----',
      ),
      { kind: 'signed', by: 'pgp' },
      [],
    ],
    [
      'PGP in the text, encrypted',
      plain('-----BEGIN PGP MESSAGE-----\r\n\r\nx\r\n-----END PGP MESSAGE-----'),
      { kind: 'encrypted', by: 'pgp' },
      [],
    ],
    [
      'S/MIME, encrypted',
      ['Content-Type: application/pkcs7-mime; smime-type=enveloped-data', '', 'x'],
      { kind: 'encrypted', by: 'smime' },
      ['smime.p7m application/pkcs7-mime'],
    ],
  ])('%s', async (_, lines, protection, files) => {
    const decoded = await read(...lines);
    expect(decoded.mail.protection).toEqual(protection);
    expect(seen(decoded).files).toEqual(files);
  });

  it('nothing of the kind', async () => {
    expect((await read(...plain('-----BEGIN PGP'))).mail.protection).toBeUndefined();
  });
});

it('what a server says of a delivery stands in the text, and the returned mail is a file', async () => {
  const status = [
    'Content-Type: message/delivery-status',
    '',
    'Final-Recipient: rfc822; gone@x.example',
  ];
  const returned = [
    'Content-Type: message/rfc822',
    '',
    'Subject: Lamp',
    'Message-ID: <out@desk.example>',
    '',
    'Hi',
  ];
  const decoded = await read(...multipart('report', plain('Not delivered.'), status, returned));
  expect(seen(decoded)).toEqual({
    text: 'Not delivered.\nFinal-Recipient: rfc822; gone@x.example',
    files: ['Lamp.eml message/rfc822'],
    problems: [],
  });
  expect(bouncePartsOf(decoded).parts[0]).toContain('<out@desk.example>');
});

it('a file elsewhere is named and not fetched, a piece of a cut mail is shown', async () => {
  const elsewhere = [
    'Content-Type: message/external-body; access-type=URL; URL="https://x.example/a"',
    '',
    'Content-Type: text/plain',
    '',
    'phantom',
  ];
  expect(await shown(multipart('mixed', plain('See'), elsewhere))).toMatchObject({
    text: 'See',
    files: ['attachment-1 message/external-body'],
  });
  expect(
    await shown(['Content-Type: message/partial; id=x; number=2; total=3', '', 'the middle']),
  ).toMatchObject({ text: 'the middle' });
});

it('a mail of nothing but enriched text shows its words', async () => {
  expect(
    await shown(['Content-Type: text/enriched', '', 'A <bold>dark</bold> lamp << hall']),
  ).toMatchObject({ text: 'A dark lamp < hall' });
});
