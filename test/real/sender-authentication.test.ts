/**
 * Who sent it, with a real DNS server (dnsmasq), over real SMTP, into real tickets; and the desk's own signatures,
 * read by mailauth and by dkimpy.
 */
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { dkimVerify } from 'mailauth';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { readVerdicts, type SenderVerdict } from '../../src/core/message/verdicts.ts';
import { firstBlockField } from '../../src/core/ticket/event.ts';
import { parseTicketNumber } from '../../src/core/ticket/number.ts';
import { createDnsLookup, type DnsLookup } from '../../src/services/intake/dns.ts';
import { createFakeClock } from '../helpers/clock.ts';
import { type DnsServer, startDnsServer, startSilentServer } from '../helpers/dns-server.ts';
import { findProgram } from '../helpers/programs.ts';
import { makeEd25519Key, makeRsaKey, sealedBy, signedBy } from '../helpers/signed-mail.ts';
import { startSmtpSink } from '../helpers/smtp-sink.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';

const key = makeRsaKey();
const listKey = makeRsaKey();
const deskKey = makeRsaKey();
const modernKey = makeEd25519Key();

let dns: DnsServer;
let app: TestApp | undefined;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  dns = await startDnsServer({
    texts: {
      'customer.example': 'v=spf1 a:mx.customer.example mx -all',
      'here.example': 'v=spf1 ip4:127.0.0.0/8 -all',
      'through-mx.example': 'v=spf1 mx -all',
      'included.example': 'v=spf1 include:here.example -all',
      'soft.example': 'v=spf1 ip4:192.0.2.0/24 ~all',
      'neutral.example': 'v=spf1 ip4:192.0.2.0/24 ?all',
      'broken.example': 'v=spf1 nonsense:x -all',
      's1._domainkey.customer.example': key.record,
      's1._domainkey.here.example': key.record,
      's1._domainkey.list.example': listKey.record,
      'arc._domainkey.list.example': listKey.record,
      'desk._domainkey.desk.example': deskKey.record,
      'desk._domainkey.modern.example': modernKey.record,
      '_dmarc.customer.example': 'v=DMARC1; p=reject',
      '_dmarc.here.example': 'v=DMARC1; p=quarantine',
      '_dmarc.soft.example': 'v=DMARC1; p=none',
    },
    hosts: { 'mx.customer.example': '192.0.2.25', 'mx.here.example': '127.0.0.1' },
    mailServers: {
      'customer.example': 'mx.customer.example',
      'through-mx.example': 'mx.here.example',
    },
  });
});

afterAll(() => dns.close());

afterEach(async () => {
  await app?.stop();
  app = undefined;
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(settings: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  app = await startTestApp({
    settings: {
      checkSenders: 'true',
      dnsServer: dns.address,
      trustedRelays: 'off',
      confirmations: 'false',
      ...settings,
    },
  });
  return app;
}

function mailFrom(domain: string, subject = 'Lamp'): string {
  count += 1;
  return `From: Kim Berg <kim@${domain}>\r\nTo: support@localhost\r\nSubject: ${subject}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${count}@${domain}>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nThe lamp is dark.\r\n`;
}
let count = 0;

/** The ticket's last event, and what it says of the sender. */
async function deliver(to: TestApp, mail: string, from: string) {
  const number = parseTicketNumber(/ticket (\d+)/.exec(await to.send(mail, { from }))?.[1] ?? '');
  if (number === undefined) throw new Error('The mail was not filed');
  const folder = await to.desk.store.read(number);
  const event = folder?.messages.at(-1)?.event;
  if (folder === undefined || event === undefined) throw new Error('There is no ticket');
  const { sender } = readVerdicts(event.fields);
  if (sender === undefined) throw new Error('There is no verdict');
  return { number, ticket: folder.ticket, event, sender };
}

async function verdictOn(mail: string, from: string): Promise<SenderVerdict> {
  return (await deliver(app ?? (await start()), mail, from)).sender;
}

describe('SPF', () => {
  it.each([
    ['here.example', 'pass'],
    ['through-mx.example', 'pass'],
    ['included.example', 'pass'],
    ['customer.example', 'fail'],
    ['soft.example', 'softfail'],
    ['neutral.example', 'neutral'],
    ['broken.example', 'permerror'],
    ['nothing.example', 'none'],
  ])('of %s comes to %s', async (domain, spf) => {
    expect(await verdictOn(mailFrom(domain), `kim@${domain}`)).toMatchObject({ spf, by: 'desk' });
  });
});

describe('DKIM and DMARC', () => {
  it('pass with the signature of the author’s domain', async () => {
    const mail = await signedBy(mailFrom('customer.example'), { domain: 'customer.example', key });
    expect(await verdictOn(mail, 'kim@customer.example')).toEqual({
      spf: 'fail',
      dkim: 'pass',
      dmarc: 'pass',
      arc: 'none',
      dkimDomain: 'customer.example',
      dmarcPolicy: 'reject',
      by: 'desk',
    });
  });

  it('fail when the body was changed on the way, and the mail is taken all the same', async () => {
    const mail = await signedBy(mailFrom('customer.example'), { domain: 'customer.example', key });
    const altered = mail.replace('is dark', 'is bright');
    expect(await verdictOn(altered, 'kim@customer.example')).toMatchObject({
      dkim: 'fail',
      dmarc: 'fail',
      dmarcPolicy: 'reject',
    });
  });

  it.each([
    ['by SPF of the same domain', 'here.example', 'kim@here.example', 'pass', 'quarantine'],
    ['by SPF of another domain', 'customer.example', 'kim@here.example', 'fail', 'reject'],
    ['with a domain that only looks', 'soft.example', 'kim@soft.example', 'fail', 'none'],
    ['without a record', 'nothing.example', 'kim@here.example', 'none', undefined],
  ])('come out right %s', async (_what, author, from, dmarc, dmarcPolicy) => {
    expect(await verdictOn(mailFrom(author), from)).toMatchObject({ dmarc, dmarcPolicy });
  });

  it('do not take the signature of a list for the author’s', async () => {
    const mail = await signedBy(mailFrom('customer.example'), {
      domain: 'list.example',
      key: listKey,
    });
    expect(await verdictOn(mail, 'bounce@here.example')).toMatchObject({
      spf: 'pass',
      dkim: 'pass',
      dkimDomain: 'list.example',
      dmarc: 'fail',
    });
  });

  it('hold for a mail that dkimpy has signed', async () => {
    const signed = await python(
      `sys.stdout.buffer.write(dkim.sign(mail, b's1', b'customer.example', sys.argv[1].encode()) + mail)`,
      mailFrom('customer.example'),
      key.privateKey,
    );
    expect(await verdictOn(signed, 'kim@customer.example')).toMatchObject({ dkim: 'pass' });
  });
});

describe('ARC', () => {
  it('passes for a mail that a list has sealed and passed on', async () => {
    const seal = {
      domain: 'list.example',
      key: listKey,
      found: 'dmarc=pass header.from=x.example',
    };
    const mail = await sealedBy(mailFrom('customer.example'), seal);
    expect(await verdictOn(mail, 'bounce@here.example')).toMatchObject({ arc: 'pass' });
    const altered = mail.replace('is dark', 'is bright');
    expect(await verdictOn(altered, 'bounce@here.example')).toMatchObject({ arc: 'fail' });
  });
});

describe('a mail through a server of ours', () => {
  const told =
    'Authentication-Results: mx.desk.example (ours); spf=pass smtp.mailfrom=kim@customer.example; dmarc=pass (p=reject dis=none) header.from=customer.example\r\n';
  const trace = 'Received: from x (x [192.0.2.25]) by mx.desk.example; Mon, 23 Nov 2026\r\n';

  it('is as that server says, when the client is trusted', async () => {
    await start({ trustedRelays: '127.0.0.0/8', authservIds: 'mx.desk.example' });
    const mail = told + trace + mailFrom('customer.example');
    expect(await verdictOn(mail, 'kim@customer.example')).toMatchObject({
      spf: 'pass',
      dmarc: 'pass',
      dmarcPolicy: 'reject',
      by: 'mx.desk.example',
    });
  });

  it('is checked here when the client is not trusted', async () => {
    await start({ authservIds: 'mx.desk.example' });
    const mail = told + trace + mailFrom('customer.example');
    expect(await verdictOn(mail, 'kim@customer.example')).toMatchObject({
      spf: 'fail',
      dmarc: 'fail',
      by: 'desk',
    });
  });
});

describe('a forged author', () => {
  it('does not get into a ticket by its number; who he pretends to be does', async () => {
    const desk = await start();
    const genuine = (subject?: string) =>
      signedBy(mailFrom('customer.example', subject), { domain: 'customer.example', key });
    const from = 'kim@customer.example';
    const { number } = await deliver(desk, await genuine(), from);
    const subject = `Re: [#${number}] Lamp`;
    const forged = await deliver(desk, mailFrom('customer.example', subject), from);
    expect(forged.number).not.toBe(number);
    expect([...forged.ticket.links]).toEqual([`suggested:${number}`]);
    const answer = await deliver(desk, await genuine(subject), from);
    expect(answer.number).toBe(number);
    expect(firstBlockField(answer.event, 'follow-up')).toBe('rule=subject-number');
  });
});

describe('the memory of answers', () => {
  it('asks again after five minutes, after one when there was nothing, and at once after a failure', async () => {
    const server = await startDnsServer({ texts: { 'a.example': 'one' } });
    let isOpen = true;
    closers.push(async () => isOpen && (await server.close()));
    const clock = createFakeClock();
    let at = { host: '127.0.0.1', port: server.port };
    const lookup = createDnsLookup({ clock, server: () => at });
    const failure = (name: string) =>
      lookup(name, 'TXT').catch((error: { code: string }) => error.code);
    expect(await lookup('A.example', 'TXT')).toEqual([['one']]);
    expect(await failure('no.example')).toBe('ENOTFOUND');
    await server.close();
    isOpen = false;
    expect(await lookup('a.example', 'TXT')).toEqual([['one']]);
    expect(await failure('no.example')).toBe('ENOTFOUND');
    await clock.advance(61_000);
    expect(await failure('no.example')).toBe('ECONNREFUSED');
    expect(await lookup('a.example', 'TXT')).toEqual([['one']]);
    await clock.advance(240_000);
    expect(await failure('a.example')).toBe('ECONNREFUSED');
    // Another server is asked as soon as it is set, and failures were not kept.
    at = { host: '127.0.0.1', port: dns.port };
    expect(await failure('a.example')).toBe('ENOTFOUND');
    expect(await lookup('_dmarc.customer.example', 'TXT')).toEqual([['v=DMARC1; p=reject']]);
  });
});

describe('a DNS server that is silent', () => {
  it('gives temperror within the time limit, and the mail is taken', async () => {
    const silent = await startSilentServer();
    closers.push(() => silent.close());
    await start({ dnsServer: silent.address, authenticationTimeout: '1s' });
    const mail = await signedBy(mailFrom('customer.example'), { domain: 'customer.example', key });
    const begin = performance.now();
    expect(await verdictOn(mail, 'kim@customer.example')).toMatchObject({
      spf: 'temperror',
      dkim: 'temperror',
      dmarc: 'temperror',
    });
    const took = performance.now() - begin;
    expect(took).toBeGreaterThan(900);
    // Not the sum of what the resolver would wait for.
    expect(took).toBeLessThan(20_000);
  });

  it('or is not there at all does the same at once', async () => {
    const gone = await startSilentServer();
    await gone.close();
    await start({ dnsServer: gone.address });
    expect(await verdictOn(mailFrom('customer.example'), 'kim@customer.example')).toMatchObject({
      spf: 'temperror',
      dmarc: 'temperror',
    });
  });
});

describe('outgoing mail', () => {
  it.each([
    ['RSA', deskKey, 'desk.example'],
    ['Ed25519', modernKey, 'modern.example'],
  ])(
    'is signed with %s as mailauth and dkimpy find it right, and the ticket keeps it unsigned',
    async (_what, own, domain) => {
      const sink = await startSmtpSink();
      closers.push(() => sink.close());
      const desk = await start({
        address: `support@${domain}`,
        smarthost: sink.url,
        confirmations: 'true',
      });
      // The key comes while the desk runs.
      const directory = join(desk.directory, 'config');
      await writeFile(join(directory, 'dkim.pem'), own.privateKey);
      await writeFile(join(directory, 'desk.yaml'), 'dkimKey: dkim.pem\ndkimSelector: desk\n');
      expect(await desk.desk.config.reload()).toEqual([]);
      expect((await desk.desk.findDkimRecords()).map(({ name, state }) => [name, state])).toEqual([
        [`desk._domainkey.${domain}`, 'right'],
      ]);
      await desk.send(mailFrom('here.example'), {
        from: 'kim@here.example',
        to: `support@${domain}`,
      });
      const [sent] = await sink.waitFor(1);
      const raw = sent?.raw ?? Buffer.alloc(0);
      expect(raw.toString('latin1')).toMatch(new RegExp(`^DKIM-Signature: .* d=${domain};`));

      const lookup = createDnsLookup({
        clock: systemClock,
        server: () => ({ host: '127.0.0.1', port: dns.port }),
      });
      const { results } = await dkimVerify(raw, { resolver: (name) => textsOf(lookup, name) });
      expect(results.map(({ status }) => status.result)).toEqual(['pass']);
      const [pieces = []] = await textsOf(lookup, `desk._domainkey.${domain}`);
      const record = pieces.join('');
      const verify =
        'print(dkim.verify(mail, dnsfunc=lambda name, timeout=5: sys.argv[1].encode()))';
      const mail = raw.toString('latin1');
      expect(await python(verify, mail, record)).toBe('True\n');
      const changed = mail.replace(/Subject: /, 'Subject: x');
      expect(await python(verify, changed, record)).toBe('False\n');

      await desk.settled();
      for await (const number of desk.desk.store.numbers())
        for (const { directory: part, fileName } of (await desk.desk.store.read(number))
          ?.messages ?? [])
          expect(
            (
              await desk.desk.parts.files.readFile(
                join(desk.desk.folderPath(number), part, fileName),
              )
            ).toString('latin1'),
          ).not.toContain('DKIM-Signature');
    },
  );
});

async function textsOf(lookup: DnsLookup, name: string): Promise<string[][]> {
  const answer = await lookup(name, 'TXT');
  return answer.map((pieces) => (Array.isArray(pieces) ? pieces.map(String) : []));
}

/** Runs a line of Python with dkimpy, an implementation that shares nothing with mailauth; `mail` is bytes. */
async function python(line: string, mail: string, argument: string): Promise<string> {
  const program = await findProgram('dkimverify', 'python3-dkim');
  // The Python that has the library need not be the first in the PATH.
  const interpreter = /^#! ?(\S+)/.exec(await readFile(program, 'utf8'))?.[1] ?? 'python3';
  const script = `import sys, dkim\nmail = sys.stdin.buffer.read()\n${line}`;
  const child = spawn(interpreter, ['-c', script, argument], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(Buffer.from(mail, 'latin1'));
  const [said, failed] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (failed !== '') throw new Error(failed);
  return said;
}
