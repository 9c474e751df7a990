import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeSettings } from '../../src/config/describe.ts';
import { parseConfig } from '../../src/config/parse.ts';
import type { ConfigSources } from '../../src/config/reader.ts';
import { noTicketRules } from '../../src/core/ticket/ticket-rules.ts';

interface Given {
  readonly desk?: string;
  readonly queues?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, string>>;
}

function sources({ desk, queues = {}, environment = {}, flags = {} }: Given): ConfigSources {
  return {
    desk: desk === undefined ? undefined : { file: 'desk.yaml', text: desk },
    queues: Object.entries(queues).map(([name, text]) => ({ file: `queues/${name}.yaml`, text })),
    environment,
    flags,
    hostName: 'machine.example',
    directory: '/srv/desk',
  };
}

function configOf(given: Given) {
  const parsed = parseConfig(sources(given));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  return parsed.value;
}

function problemsOf(given: Given): readonly string[] {
  const parsed = parseConfig(sources(given));
  return parsed.ok
    ? []
    : parsed.refusal.map(({ file, line, reason }) => `${file}:${line ?? '-'} ${reason}`);
}

describe('parseConfig', () => {
  test('gives a whole desk when nothing is said', () => {
    expect(configOf({})).toEqual({
      desk: {
        directory: '/srv/desk',
        addresses: ['support@localhost'],
        name: 'Support',
        timeZone: 'UTC',
        language: 'en',
        defaultQueue: 'Support',
        http: { host: '127.0.0.1', port: 8080 },
        publicUrl: undefined,
        smtp: { host: '127.0.0.1', port: 2525 },
        lmtp: undefined,
        hostName: 'machine.example',
        tlsKeyFile: undefined,
        tlsCertificateFile: undefined,
        maxMessageBytes: 52_428_800,
        maxRecipients: 100,
        maxConnections: 200,
        idleTimeoutMs: 300_000,
        smarthost: undefined,
        sendConnections: 5,
        giveUpAfterMs: 432_000_000,
        plusAddresses: false,
        confirmations: true,
        confirmationsPerHour: 3,
        autoReplyPauseMs: 14_400_000,
        ticketAutoReplies: 5,
        autoRepliesPerHour: 300,
        breakerMails: 10,
        breakerReopenings: 10,
        sweepEveryMs: 60_000,
        watchedFolders: 256,
        infoSeparator: ':',
        sessionHours: 12,
        logLevel: 'info',
        spamFilter: undefined,
        virusScanner: undefined,
        scanTimeoutMs: 20_000,
        scannerDown: 'accept',
        spamScore: undefined,
        refuseSpamScore: undefined,
        junkQueue: undefined,
        virusAtSmtp: 'quarantine',
        checkSenders: true,
        authenticationTimeoutMs: 10_000,
        dnsServer: undefined,
        trustedRelays: [
          { text: '127.0.0.0/8', length: 32, bits: '01111111' },
          { text: '::1', length: 128, bits: `${'0'.repeat(127)}1` },
        ],
        authservIds: [],
        dkimKeyFile: undefined,
        dkimSelector: undefined,
        dkimDomain: undefined,
        foreignNumbers: [],
        answerHtml: true,
        quoting: 'full',
        signaturePlace: 'above',
        lockHours: 8,
        undoSendMs: 10_000,
        appointmentReminderMs: 900_000,
        notifyPauseMs: 60_000,
        pendingReminder: { amount: 1, unit: 'wd' },
        pendingClose: { amount: 1, unit: 'wd' },
        pendingCustomer: undefined,
        requireTotp: 'never',
        passwordLogin: true,
        auditDays: 365,
        openidIssuer: undefined,
        openidClientId: undefined,
        openidClientSecret: undefined,
        openidClientSecretFile: undefined,
        openidName: 'OpenID',
        openidScopes: 'openid email profile',
        openidCreate: false,
        openidRolesClaim: undefined,
        country: undefined,
        dropStableMs: 5000,
        dropMostBytes: 52_428_800,
        dropNames: [],
        faxGateway: undefined,
        faxText: 'body',
      },
      mailboxes: [],
      gateways: [],
      calendars: [],
      slas: [],
      ticketRules: noTicketRules,
      queues: [
        {
          name: 'Support',
          addresses: ['support@localhost'],
          closedFollowUp: 'reopen',
          reopenDays: 0,
          signature: '',
        },
      ],
    });
  });

  test('takes a value from flags before the environment before the file', () => {
    const given = {
      desk: 'http: 1\nsmtp: off\nmaxRecipients: 7',
      environment: { MAILDESK_HTTP: '2' },
    };
    expect(configOf(given).desk).toMatchObject({
      http: { port: 2 },
      smtp: undefined,
      maxRecipients: 7,
    });
    expect(configOf({ ...given, flags: { http: '3' } }).desk.http.port).toBe(3);
    expect(configOf({ ...given, environment: { MAILDESK_HTTP: '' } }).desk.http.port).toBe(1);
  });

  test('a provider needs a client, and speaks http on this machine alone', () => {
    expect(problemsOf({ desk: 'openidIssuer: https://id.example' })).toEqual([
      expect.stringContaining('"openidIssuer" needs an "openidClientId" beside it'),
    ]);
    for (const issuer of ['http://127.0.0.1:9000', 'http://[::1]:9000/x', 'https://id.example/a'])
      expect(
        configOf({ desk: `openidIssuer: ${issuer}\nopenidClientId: desk` }).desk.openidIssuer,
      ).toBe(issuer);
    for (const issuer of [
      'http://id.example',
      'http://127.0.0.1.id.example',
      'https://u:p@id.example',
    ])
      expect(
        problemsOf({ desk: `openidIssuer: ${issuer}\nopenidClientId: desk` }).length,
        issuer,
      ).toBe(1);
  });

  test('a key without value is as if it were not there', () => {
    expect(configOf({ desk: 'smarthost:\nname: ~\n' }).desk).toMatchObject({
      smarthost: undefined,
      name: 'Support',
    });
  });

  test('the default queue stands first and takes the addresses that no other claims', () => {
    const { desk, queues } = configOf({
      desk: 'address: [desk@x.example, Bills@x.example]\ndefaultQueue: technical',
      queues: {
        a: 'name: Billing\naddresses: bills@x.example',
        b: 'name: Accounts\naddresses: [acc@x.example]',
        c: 'name: Technical\naddresses: [tech@x.example]',
      },
    });
    expect(queues.map(({ name, addresses }) => [name, addresses])).toEqual([
      ['Technical', ['tech@x.example', 'desk@x.example']],
      ['Accounts', ['acc@x.example']],
      ['Billing', ['bills@x.example']],
    ]);
    expect(desk.defaultQueue).toBe('Technical');
    expect(desk.addresses).toEqual([
      'desk@x.example',
      'Bills@x.example',
      'tech@x.example',
      'acc@x.example',
    ]);
  });

  test('Support is the default queue unless another is named, else the first by name', () => {
    const queues = { a: 'name: Alpha', s: 'name: Support' };
    expect(configOf({ queues }).queues.map(({ name }) => name)).toEqual(['Support', 'Alpha']);
    expect(configOf({ queues: { z: 'name: Zeta', a: 'name: Alpha' } }).desk.defaultQueue).toBe(
      'Alpha',
    );
  });

  test('reads a queue whole', () => {
    const text =
      'name: Billing::Refunds\nfollowUp: { closed: new, days: 30 }\nsignature: |\n  Anna\n  Desk\n';
    expect(configOf({ queues: { r: text, s: 'name: Support' } }).queues[1]).toEqual({
      name: 'Billing::Refunds',
      addresses: [],
      closedFollowUp: 'new',
      reopenDays: 30,
      signature: 'Anna\nDesk',
    });
  });

  test('the answer is frozen through and through', () => {
    const { desk, queues } = configOf({ queues: { s: 'name: Support\naddresses: a@x.example' } });
    for (const part of [desk, desk.http, desk.addresses, queues, queues[0], queues[0]?.addresses]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test('a relative TLS file is meant from the folder of desk.yaml', () => {
    const { desk } = configOf({ desk: 'tlsKey: tls/key.pem\ntlsCertificate: /etc/cert.pem' });
    expect([desk.tlsKeyFile, desk.tlsCertificateFile]).toEqual([
      '/srv/desk/config/tls/key.pem',
      '/etc/cert.pem',
    ]);
  });

  test('a machine whose name cannot stand in SMTP is called localhost', () => {
    const parsed = parseConfig({ ...sources({}), hostName: 'my machine!' });
    expect(parsed.ok && parsed.value.desk.hostName).toBe('localhost');
  });
});

describe('parseConfig names all that is wrong:', () => {
  test('bad values of file, environment and queues together, with file and line', () => {
    expect(
      problemsOf({
        desk: '# desk\nhttp: nowhere\nmaxMessage: 5\n',
        queues: { s: 'name: Support\nfollowUp:\n  closed: maybe\n  days: -1\n' },
        environment: { MAILDESK_SWEEP_EVERY: '60' },
      }),
    ).toEqual([
      'queues/s.yaml:3 "closed" of "followUp" should be one of "reopen", "new", "reject"',
      'queues/s.yaml:4 "days" of "followUp" should be a whole number from 0 to 36500',
      'desk.yaml:2 "http" is "nowhere", but should be host:port, [IPv6 address]:port, or a port alone',
      'desk.yaml:3 "maxMessage" is "5", but should be a size from 1KB to 1GB (B, KB, MB or GB)',
      'environment:- MAILDESK_SWEEP_EVERY is "60", but should be a duration from 100ms to 1d (ms, s, m, h or d)',
    ]);
  });

  test('unknown keys with the nearest known one', () => {
    expect(
      problemsOf({
        desk: 'adress: a@x.example\n',
        queues: { s: 'name: Support\nsignatur: x\nfollowUp: { close: new }' },
        environment: { MAILDESK_SMPT: '1', MAILDESK_OF_ANOTHER_PROGRAM: 'x' },
      }),
    ).toEqual([
      'environment:- Unknown variable MAILDESK_SMPT (did you mean MAILDESK_SMTP?)',
      'desk.yaml:1 Unknown setting "adress" (did you mean "address"?)',
      'queues/s.yaml:2 Unknown queue setting "signatur" (did you mean "signature"?)',
      'queues/s.yaml:3 Unknown setting of followUp "close" (did you mean "closed"?)',
    ]);
  });

  test('contradictions', () => {
    expect(
      problemsOf({
        desk: 'tlsKey: key.pem\nhttp: 2525\ndefaultQueue: Suport\ndkimKey: dkim.pem\n',
        queues: {
          a: 'name: Support\naddresses: a@x.example',
          b: 'addresses: [b@x.example, A@x.example]\nname: SUPPORT',
        },
      }),
    ).toEqual([
      'queues/b.yaml:2 The queue "SUPPORT" stands in queues/a.yaml already',
      'queues/b.yaml:1 The address A@x.example belongs to queues/a.yaml already',
      'desk.yaml:3 Unknown queue "Suport" (did you mean "SUPPORT"?)',
      'desk.yaml:1 "tlsKey" needs a "tlsCertificate" beside it',
      'desk.yaml:4 "dkimKey" needs a "dkimSelector" beside it',
      'desk.yaml:- "smtp" and "http" listen at the same host and port',
    ]);
  });

  test('YAML that cannot be read, with the line', () => {
    const [first = ''] = problemsOf({ desk: 'name: A\nhttp: [1\n' });
    expect(first).toMatch(/^desk\.yaml:3 /);
    expect(problemsOf({ desk: 'name: A\nname: B\n' })).toEqual([
      'desk.yaml:2 Map keys must be unique',
    ]);
    expect(problemsOf({ desk: '- a\n' })).toEqual([
      'desk.yaml:1 The file should be a table of "key: value" lines',
    ]);
    expect(problemsOf({ queues: { q: 'addresses: a@x.example' } })).toEqual([
      'queues/q.yaml:- The queue needs a "name"',
    ]);
    expect(problemsOf({ desk: 'data: /elsewhere' })).toEqual([
      'desk.yaml:1 "data" cannot be set in the directory that it names',
    ]);
  });

  test('aliases that multiply and nesting without end', () => {
    const bomb = Array.from(
      { length: 30 },
      (_, i) => `k${i}: &k${i} [${`*k${i - 1},`.repeat(i ? 9 : 0)}1]`,
    ).join('\n');
    expect(problemsOf({ desk: bomb }).length).toBeGreaterThan(0);
    expect(problemsOf({ desk: `name: ${'['.repeat(100_000)}` }).length).toBeGreaterThan(0);
    expect(problemsOf({ desk: 'x'.repeat(1_000_001) })).toEqual([
      'desk.yaml:- The file is longer than 1,000,000 characters',
    ]);
  });

  test('a secret is not repeated', () => {
    const [problem] = problemsOf({ environment: { MAILDESK_SMARTHOST: 'anna:geheim@host' } });
    expect(problem).toBe(
      'environment:- MAILDESK_SMARTHOST should be smtp://user:password@host:port or smtps://…, or off',
    );
  });

  test('names of queues that could not be folders', () => {
    for (const name of ['../up', 'a/b', '.hidden', '"a\\nb"', 'A:B', '"::"', '""']) {
      expect(problemsOf({ queues: { q: `name: ${name}` } }).length, name).toBe(1);
    }
  });

  test('any text is either a configuration or a list of problems', () => {
    const piece = fc.constantFrom(
      'name',
      'address',
      'followUp',
      ': ',
      '\n',
      '  ',
      '- ',
      '[',
      '{',
      '"',
      '&a ',
      '*a',
      'x',
      '#',
      '!!',
      '|',
      '?',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 60 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, text, (desk, queue) => {
        const parsed = parseConfig(sources({ desk, queues: { q: queue } }));
        expect(parsed.ok ? parsed.value.queues.length : parsed.refusal.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('describeSettings', () => {
  test('shows value and default of every setting, but no secret', () => {
    const rows = describeSettings(
      configOf({
        environment: { MAILDESK_SMARTHOST: 'smtp://u:geheim@h', MAILDESK_SWEEP_EVERY: '90s' },
      }),
    );
    expect(JSON.stringify(rows)).not.toContain('geheim');
    expect(rows.find(({ key }) => key === 'smarthost')).toMatchObject({
      value: '***',
      default: 'off',
    });
    expect(rows.find(({ key }) => key === 'sweepEvery')).toEqual({
      key: 'sweepEvery',
      environment: 'MAILDESK_SWEEP_EVERY',
      value: '90s',
      default: '1m',
      unit: 'ms, s, m, h or d',
      sentence: 'How often all ticket folders are looked at for changes by others.',
    });
    expect(rows[0]).toMatchObject({ key: 'data', value: '/srv/desk', default: './data' });
  });
});
