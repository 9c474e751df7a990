/** Images from elsewhere: always from this sender, when it is proven who that is. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noVerdicts, type SenderVerdict } from '../../../src/core/message/verdicts.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;

beforeAll(async () => {
  viewer = await startViewer();
});
afterAll(() => viewer.close());

const html =
  '<table><tr><td>News</td></tr></table><img src="https://cdn.example/a.png"><img src="https://cdn.example/o.gif" width=1 height=1><link rel=stylesheet href="https://cdn.example/s.css">';

type Proof = Pick<SenderVerdict, 'dmarc'>['dmarc'] | undefined;

let count = 0;

async function receive(from: string, dmarc: Proof) {
  count += 1;
  const sender: SenderVerdict | undefined =
    dmarc === undefined
      ? undefined
      : {
          spf: 'none',
          dkim: 'none',
          dmarc,
          arc: 'none',
          dkimDomain: undefined,
          dmarcPolicy: undefined,
          by: 'desk',
        };
  const raw = plainMail(
    {
      From: from,
      Subject: `News ${count}`,
      'Message-ID': `<n${count}@x.example>`,
      'Content-Type': 'text/html',
    },
    html,
  );
  const { ticket, message } = await viewer.test.receive(raw, {
    released: { ...noVerdicts, sender },
  });
  const page = `/tickets/${ticket}`;
  return { page, path: `${page}/messages/${encodeURIComponent(message)}` };
}

async function see(visitor: Visitor, { page, path }: { page: string; path: string }) {
  const { text } = await visitor.get(page);
  const frame = await visitor.get(`${path}/html`);
  return {
    text: textOf(text),
    offer: /name="always" value="(\w+)"/.exec(text)?.[1],
    isLoaded: frame.text.includes('cdn.example/a.png'),
    policy: frame.headers.get('content-security-policy') ?? '',
  };
}

describe('images from elsewhere', () => {
  it('are counted, with those that only count readers, and with what is never loaded', async () => {
    const mail = await receive('Kim <kim@shop.example>', 'pass');
    const { text, policy } = await see(await viewer.member(), mail);
    expect(text).toContain('2 images from elsewhere are not loaded');
    expect(text).toContain('1 of them nobody can see');
    expect(text).toContain('1 more thing (style sheet, font or film) is never loaded.');
    expect(policy).toContain('img-src data:;');
    expect(policy).toMatch(/script-src 'none'.*form-action 'none'.*base-uri 'none'/);
  });

  it('are always shown from a sender who is proven, until that is taken back', async () => {
    const visitor = await viewer.member();
    const first = await receive('Bo <Bo@Shop.example>', 'pass');
    expect(await see(visitor, first)).toMatchObject({ offer: 'yes', isLoaded: false });
    await visitor.post(`${first.path}/images`, { always: 'yes' });
    const second = await receive('bo@shop.example', 'pass');
    const seen = await see(visitor, second);
    expect(seen).toMatchObject({ offer: 'no', isLoaded: true });
    expect(seen.text).toContain('Images from bo@shop.example are always shown.');
    expect(seen.policy).toContain('img-src data: https: http:;');
    expect(await readFile(join(viewer.test.directory, 'agents', 'anna', 'images'), 'utf8')).toBe(
      'show bo@shop.example\n',
    );

    // Not by somebody who only writes the same address, not for a colleague, not from another address.
    expect((await see(visitor, await receive('bo@shop.example', 'fail'))).isLoaded).toBe(false);
    expect((await see(visitor, await receive('bob@shop.example', 'pass'))).isLoaded).toBe(false);

    expect(textOf((await visitor.get('/account')).text)).toContain('bo@shop.example');
    await visitor.post('/account/images', { address: 'bo@shop.example' });
    expect((await see(visitor, second)).isLoaded).toBe(false);
  });

  it.each(['fail', 'none', undefined] as const)(
    'of a mail with DMARC %s are not always shown, and the page says why',
    async (dmarc) => {
      const visitor = await viewer.member();
      const mail = await receive('eve@shop.example', dmarc);
      const seen = await see(visitor, mail);
      expect(seen.offer).toBeUndefined();
      expect(seen.text.includes('nothing proves that this mail is from eve@shop.example')).toBe(
        dmarc !== undefined,
      );
      const answer = await visitor.post(`${mail.path}/images`, { always: 'yes' });
      expect(answer.status).toBe(422);
      expect(textOf(answer.text)).toContain('nothing proves');
      expect((await see(visitor, mail)).isLoaded).toBe(false);
    },
  );

  it('of somebody who is not logged in are asked for in vain', async () => {
    const mail = await receive('kim@shop.example', 'pass');
    expect((await viewer.visitor().get(`${mail.path}/html`)).status).toBe(303);
  });
});
