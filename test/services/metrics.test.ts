import { expect, it } from 'vitest';
import { Fault } from '../../src/base/fault.ts';
import { parseMessageName } from '../../src/core/ticket/event.ts';
import { formatTicketNumber } from '../../src/core/ticket/number.ts';
import type { IncomingMail } from '../../src/services/intake/incoming.ts';
import { countMails, createMetrics, deliveryCounter } from '../../src/services/metrics.ts';

const mail: IncomingMail = {
  raw: Buffer.alloc(0),
  via: 'smtp',
  sender: '',
  recipients: [],
  client: undefined,
};

it('createMetrics writes the Prometheus text format with escaped labels', () => {
  const metrics = createMetrics();
  metrics.gauge('b_size', 'A size').set(1.5, { queue: 'a "b" \\ \n c' });
  const counter = metrics.counter('a_total', 'Some\nhelp');
  counter.add();
  counter.add({}, 2);
  metrics.counter('a_total', 'asked again').add();
  expect(metrics.format()).toBe(
    '# HELP a_total Some help\n# TYPE a_total counter\na_total 4\n' +
      '# HELP b_size A size\n# TYPE b_size gauge\nb_size{queue="a \\"b\\" \\\\ \\n c"} 1.5\n',
  );
});

it('createMetrics refuses one name for two kinds of figures', () => {
  const metrics = createMetrics();
  metrics.counter('a_total', 'help');
  expect(() => metrics.gauge('a_total', 'help')).toThrow('is a counter, not a gauge');
});

it('countMails counts what was filed by source and rule, and failures apart', async () => {
  const metrics = createMetrics();
  const message = parseMessageName('m1');
  let failure: Fault | undefined;
  const intake = countMails(
    {
      async process() {
        if (failure !== undefined) throw failure;
        if (message === undefined) throw new Error('bad name in test');
        return {
          outcome: 'filed',
          ticket: formatTicketNumber('20261123', 1),
          message,
          rule: 'signed-id',
        };
      },
    },
    metrics,
  );
  await intake.process(mail);
  await intake.process({ ...mail, via: 'pipe' });
  failure = new Fault('disk-full', { retry: 'later', detail: 'full' });
  await expect(intake.process(mail)).rejects.toBe(failure);
  expect(metrics.format()).toContain('maildesk_mails_in_total{source="smtp",rule="signed-id"} 1\n');
  expect(metrics.format()).toContain('maildesk_mails_in_total{source="pipe",rule="signed-id"} 1\n');
  expect(metrics.format()).toContain('maildesk_mails_in_failed_total{source="smtp"} 1\n');
});

it('deliveryCounter counts attempts by outcome', () => {
  const metrics = createMetrics();
  const count = deliveryCounter(metrics);
  count('sent');
  count('failed');
  count('sent');
  expect(metrics.format()).toContain('maildesk_deliveries_total{outcome="sent"} 2\n');
  expect(metrics.format()).toContain('maildesk_deliveries_total{outcome="failed"} 1\n');
});
