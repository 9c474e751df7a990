/** The test log is itself held to its promises. */
import { expect, it } from 'vitest';
import { createRecordingLog } from './log.ts';

it('the test log is content with info lines and with expected warnings', () => {
  const log = createRecordingLog();
  log.expectLog('disk.slow');
  log.info('desk.started');
  log.warn('disk.slow', { ms: 5 });
  log.warn('disk.slow', { ms: 6 });
  log.verify();
  expect(log.events('warn')).toEqual(['disk.slow', 'disk.slow']);
  expect(log.events()).toEqual(['desk.started', 'disk.slow', 'disk.slow']);
});

it('the test log fails on a warning of a child that nobody expected, and shows its fields', () => {
  const log = createRecordingLog();
  log.child({ session: 's1' }).error('mail.lost', { error: new Error('no space') });
  expect(log.lines).toEqual([
    { level: 'error', event: 'mail.lost', fields: { session: 's1', error: new Error('no space') } },
  ]);
  expect(() => log.verify()).toThrow(
    'Unexpected error "mail.lost": {"session":"s1","error":"no space"}',
  );
});

it('the test log fails when an expected warning never came, also if it came as info', () => {
  const log = createRecordingLog();
  log.expectLog('disk.slow');
  log.info('disk.slow');
  expect(() => log.verify()).toThrow('Expected "disk.slow" in the log, but it never came');
});
