import { expect, it, onTestFinished } from 'vitest';
import { bad, good } from '../../../src/services/doctor/doctor.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf } from '../../helpers/visitor.ts';
import { password, startViewer } from './viewer.ts';

it('the page of problems shows admins what the doctor found, with its cure, and nobody else', async () => {
  const findings = [
    good('clock', 'agrees'),
    bad('warn', 'secrets', 'every account can read "k.pem"', 'chmod o= k.pem'),
    bad('fail', 'port smtp', 'nobody answers', 'Look into the log'),
  ];
  const viewer = await startViewer({
    replaced: () => ({ doctor: { examine: async () => findings } }),
  });
  onTestFinished(() => viewer.close());
  const { accounts } = viewer.test.desk;
  await accounts.add({ login: 'rita', name: 'Rita', email: 'rita@desk.example', roles: ['admin'] });
  await accounts.setPassword('rita', password);
  const rita = viewer.visitor();
  await rita.get('/login');
  await rita.post('/login', { login: 'rita', password });
  const seen = textOf((await rita.get('/problems')).text);
  expect(seen).toContain('chmod o= k.pem');
  expect(seen.indexOf('nobody answers')).toBeLessThan(seen.indexOf('k.pem'));
  expect(seen).not.toContain('agrees');
  expect(textOf((await (await viewer.member()).get('/problems')).text)).not.toContain('k.pem');
});

it('who does not administer the queue sees a hold, and cannot set or lift it', async () => {
  const viewer = await startViewer();
  onTestFinished(() => viewer.close());
  const { ticket } = await viewer.test.receive(plainMail());
  const anna = await viewer.member();
  await anna.get(`/tickets/${ticket}`);
  expect((await anna.post(`/tickets/${ticket}/fields`, { 'set.hold': 'Mine' })).status).toBe(403);
  const changes = [{ kind: 'set', field: 'hold', value: 'Case 4711' } as const];
  await viewer.test.desk.tickets.run(
    ticket,
    { kind: 'update', changes },
    { kind: 'user', account: 'root' },
  );
  const { text } = await anna.get(`/tickets/${ticket}`);
  expect(textOf(text)).toContain('Case 4711');
  expect(text).not.toContain('name="set.hold"');
});
