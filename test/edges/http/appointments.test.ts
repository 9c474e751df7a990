import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let ticket: TicketNumber;

beforeEach(async () => {
  viewer = await startViewer();
  ({ ticket } = await viewer.test.receive(plainMail({ 'Message-ID': '<one@customer.example>' })));
});

afterEach(() => viewer.close());

const meeting = {
  summary: 'A look at the lamp',
  'start-date': '2031-03-28',
  'start-time': '14:00',
  'end-date': '2031-03-28',
  'end-time': '15:00',
  zone: 'America/New_York',
  people: 'Kim Berg <kim@customer.example>',
  place: 'Shop',
  text: 'Bring it along.',
};

/** Forms need the token of a page. */
async function logIn() {
  const member = await viewer.member();
  await member.get('/account');
  return member;
}

const list = async () => (await viewer.test.desk.appointments.list(ticket)) ?? [];

describe('the form of an appointment', () => {
  it('makes one without a script, which the ticket then shows', async () => {
    const member = await logIn();
    const form = await member.get(`/tickets/${ticket}/appointment`);
    expect(form.text).toContain('value="Lamp"');
    expect(form.text).toContain('Kim Berg &lt;kim@customer.example&gt;');
    const done = await member.post(`/tickets/${ticket}/appointment`, meeting);
    expect(done.status).toBe(303);
    expect(await list()).toMatchObject([
      { summary: 'A look at the lamp', sequence: 0, time: { zone: 'America/New_York' } },
    ]);
    const page = await member.get(`/tickets/${ticket}`);
    expect(page.text).toContain('id="next-appointment"');
    expect(page.text).toContain('14:00 – 15:00 in America/New York');
    expect(page.text).not.toContain('invite.ics');
  });

  it('keeps what was typed when something is wrong with it', async () => {
    const member = await logIn();
    const wrong = { ...meeting, 'end-date': '2031-03-27', place: 'Over there' };
    const answer = await member.post(`/tickets/${ticket}/appointment`, wrong);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('The end must come after the beginning');
    expect(answer.text).toContain('value="Over there"');
    expect(await list()).toEqual([]);
  });

  it('changes one, and says when somebody was faster', async () => {
    const member = await logIn();
    await member.post(`/tickets/${ticket}/appointment`, meeting);
    const uid = (await list())[0]?.uid ?? '';
    const change = { ...meeting, uid, base: '0', 'all-day': 'yes' };
    expect((await member.post(`/tickets/${ticket}/appointment`, change)).status).toBe(303);
    expect(await list()).toMatchObject([
      { sequence: 1, time: { kind: 'days', first: '2031-03-28', last: '2031-03-28' } },
    ]);
    const late = await member.post(`/tickets/${ticket}/appointment`, { ...change, place: 'Else' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('changed or called off in between');
  });

  it('calls one off after saying whom that tells', async () => {
    const member = await logIn();
    await member.post(`/tickets/${ticket}/appointment`, meeting);
    const uid = (await list())[0]?.uid ?? '';
    const asked = await member.get(
      `/tickets/${ticket}/appointment?cancel=1&uid=${encodeURIComponent(uid)}`,
    );
    expect(asked.text).toContain('A mail tells Kim Berg.');
    const gone = { uid, base: '0', text: 'Ill.' };
    expect((await member.post(`/tickets/${ticket}/appointment/cancel`, gone)).status).toBe(303);
    expect(await list()).toMatchObject([{ status: 'cancelled' }]);
    const page = await member.get(`/tickets/${ticket}`);
    expect(page.text).not.toContain('id="next-appointment"');
    const none = await member.get(`/tickets/${ticket}/appointment?uid=x`);
    expect(none.status).toBe(404);
  });
});

describe('a subscribed calendar', () => {
  const address = async () => {
    const member = await logIn();
    const page = await member.get('/account');
    return (
      /value="(http[^"]*\/calendar\/[0-9a-f]{40}\/agent-anna\.ics)"/.exec(page.text)?.[1] ?? ''
    );
  };

  it('needs no log-in, is sent again only when it changed, and ends with a new address', async () => {
    const member = await logIn();
    await member.post(`/tickets/${ticket}/appointment`, meeting);
    const at = await address();
    const first = await fetch(at);
    expect(first.status).toBe(200);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(await first.text()).toContain('SUMMARY:A look at the lamp');
    const tag = first.headers.get('etag') ?? '';
    expect((await fetch(at, { headers: { 'If-None-Match': tag } })).status).toBe(304);
    expect((await fetch(at, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(at, { method: 'POST' })).status).toBe(405);
    expect((await fetch(at.replace('agent-anna', 'agent-ben'))).status).toBe(404);
    const renewed = await member.post('/account/feeds/renew', { queue: '' });
    expect(renewed.status).toBe(303);
    expect((await fetch(at)).status).toBe(404);
    expect((await fetch(await address())).status).toBe(200);
  });

  it('of a team is renewed by who looks after its queue alone', async () => {
    const member = await logIn();
    const refused = await member.post('/account/feeds/renew', { queue: 'Support' });
    expect(refused.status).toBe(403);
    const page = await member.get('/account');
    expect(page.text).toContain('/queue-Support.ics');
  });
});
