import { afterAll, beforeAll, expect, it } from 'vitest';
import { textOf } from '../../helpers/visitor.ts';
import { password, startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;

beforeAll(async () => {
  viewer = await startViewer();
});
afterAll(() => viewer.close());

it('a page asks strangers to log in, and brings them back to it', async () => {
  const visitor = viewer.visitor();
  const refused = await visitor.get('/tickets?q=is%3Aopen');
  expect(refused.status).toBe(303);
  expect(refused.location).toBe('/login?back=%2Ftickets%3Fq%3Dis%253Aopen');

  await visitor.get(refused.location);
  const entered = await visitor.post('/login', {
    login: 'anna',
    password,
    back: '/tickets?q=is%3Aopen',
  });
  expect(entered.status).toBe(303);
  expect(entered.location).toBe('/tickets?q=is%3Aopen');
  expect((await visitor.get(entered.location)).status).toBe(200);
});

it('an address logs in as well as a name, and the cookie is kept from scripts', async () => {
  const visitor = viewer.visitor();
  await visitor.get('/login');
  const answer = await visitor.post('/login', { login: 'Anna@desk.example', password });
  const cookie = answer.headers.getSetCookie().find((text) => text.startsWith('session='));
  expect(cookie).toMatch(/HttpOnly; SameSite=Lax; Max-Age=\d+$/);
});

it('behind https the cookies are secure', async () => {
  const secure = await startViewer({ settings: { publicUrl: 'https://desk.example' } });
  try {
    const answer = await secure.visitor().get('/login');
    expect(answer.headers.getSetCookie().every((cookie) => cookie.endsWith('; Secure'))).toBe(true);
  } finally {
    await secure.close();
  }
});

it('a wrong password says so and keeps the name', async () => {
  const visitor = viewer.visitor();
  await visitor.get('/login');
  const answer = await visitor.post('/login', { login: 'anna', password: 'wrong' });
  expect(answer.status).toBe(401);
  expect(textOf(answer.text)).toContain('Name or password is wrong.');
  expect(answer.text).toContain('name="login" value="anna"');
});

it('coming back leads nowhere but to this desk', async () => {
  for (const back of [
    '//evil.example/',
    'https://evil.example/',
    '/\\evil.example',
    'javascript:alert(1)',
  ]) {
    const visitor = viewer.visitor();
    await visitor.get('/login');
    expect((await visitor.post('/login', { login: 'anna', password, back })).location).toBe('/');
  }
});

it('looking at a one-time link does not use it up; its button does', async () => {
  const token = await viewer.test.desk.accounts.createLoginToken('ben');
  for (let preview = 0; preview < 3; preview += 1) {
    expect((await viewer.visitor().get(`/login/${token}`)).status).toBe(200);
  }
  const visitor = viewer.visitor();
  await visitor.get(`/login/${token}`);
  const entered = await visitor.post(`/login/${token}`, {});
  expect(entered.location).toBe('/account');
  expect(textOf((await visitor.get('/account')).text)).toContain('Ben Kaya');

  const late = viewer.visitor();
  await late.get(`/login/${token}`);
  const refused = await late.post(`/login/${token}`, {});
  expect(refused.status).toBe(410);
  expect(textOf(refused.text)).toContain('This log-in link was used before or is too old.');
});

it('logging out ends the session in this browser', async () => {
  const visitor = await viewer.member();
  await visitor.get('/account');
  expect((await visitor.post('/logout', {})).location).toBe('/login');
  expect((await visitor.get('/account')).status).toBe(303);
});

it('a form without the token of its session does nothing', async () => {
  const visitor = await viewer.member();
  const stale = await visitor.post('/logout', { csrf: 'guessed' });
  expect(stale.status).toBe(403);
  expect(textOf(stale.text)).toContain('This form is out of date');
  expect((await visitor.get('/account')).status).toBe(200);

  const guest = viewer.visitor();
  expect((await guest.post('/login', { csrf: '', login: 'anna', password })).status).toBe(403);
});

it('a form from another site does nothing, whatever it carries', async () => {
  const visitor = await viewer.member();
  await visitor.get('/account');
  expect((await visitor.post('/logout', {}, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
  expect((await visitor.post('/logout', {}, { Origin: 'https://evil.example' })).status).toBe(403);
  expect((await visitor.get('/account')).status).toBe(200);
  expect(
    (await visitor.post('/logout', {}, { Origin: viewer.url, 'Sec-Fetch-Site': 'same-origin' }))
      .status,
  ).toBe(303);
});

it('a new password is typed twice, is long enough, and voids older sessions', async () => {
  const own = await startViewer();
  try {
    const elsewhere = await own.member();
    const visitor = await own.member();
    await visitor.get('/account');
    const short = await visitor.post('/account', { password: 'short', again: 'short' });
    expect(short.status).toBe(422);
    expect(textOf(short.text)).toContain('It needs at least 10 characters.');
    const different = await visitor.post('/account', {
      password: 'long enough one',
      again: 'long enough two',
    });
    expect(textOf(different.text)).toContain('The two passwords are not the same.');

    const set = await visitor.post('/account', {
      password: 'long enough one',
      again: 'long enough one',
    });
    expect(set.location).toBe('/');
    expect(textOf((await visitor.open('/')).text)).toContain('Your password is set.');
    expect((await elsewhere.get('/account')).status).toBe(303);
  } finally {
    await own.close();
  }
});

it('one click changes the language, before the log-in and after it', async () => {
  const visitor = viewer.visitor();
  expect((await visitor.get('/login', { 'Accept-Language': 'de-AT, en;q=0.5' })).text).toContain(
    '<html lang="de" dir="ltr"',
  );
  const english = await visitor.get('/login', { 'Accept-Language': 'cy' });
  expect(english.text).toContain('<html lang="en"');
  expect(english.text).toMatch(/<button name="language" value="de"/);
  expect((await visitor.post('/language', { language: 'de', back: '/login' })).location).toBe(
    '/login',
  );
  expect(textOf((await visitor.get('/login')).text)).toContain('Passwort vergessen?');

  const member = await viewer.member();
  await member.get('/account');
  await member.post('/language', { language: 'de', back: '/account' });
  expect(viewer.test.desk.accounts.find('anna')?.language).toBe('de');
  expect(textOf((await (await viewer.member()).get('/account')).text)).toContain('Dein Konto');
  await member.get('/account');
  await member.post('/language', { language: 'en', back: '/account' });
});

it('colours and density are kept and written on the page', async () => {
  const visitor = await viewer.member();
  await visitor.get('/account');
  await visitor.post('/look', { theme: 'dark', back: '/account' });
  await visitor.post('/look', { density: 'compact', back: '/account' });
  expect((await visitor.get('/account')).text).toMatch(
    /<html [^>]*data-theme="dark" data-density="compact"/,
  );
  await visitor.post('/look', { theme: 'system', back: '/account' });
  expect((await visitor.get('/account')).text).not.toContain('data-theme');
});
