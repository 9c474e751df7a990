/**
 * Figures of the running desk, in the text format that Prometheus reads (version 0.0.4).
 *
 * Promises: adding never fails and never waits; asking twice for a name gives the same figure.
 * Leaves to others: when to add, and who may read.
 */
import { invariant } from '../base/fault.ts';
import type { Intake } from './intake/incoming.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  /** Adds one unless told otherwise. */
  add(labels?: Labels, amount?: number): void;
}

export interface Gauge {
  set(value: number, labels?: Labels): void;
  /** Forgets every value, for figures that are taken anew at each reading. */
  clear(): void;
}

export interface Metrics {
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** Everything, figures by name. */
  format(): string;
}

interface Family {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  /** Value by its labels as written. */
  readonly values: Map<string, number>;
}

export function createMetrics(): Metrics {
  const families = new Map<string, Family>();

  function family(name: string, type: Family['type'], help: string): Family {
    const known = families.get(name) ?? { type, help, values: new Map<string, number>() };
    invariant(known.type === type, `The figure "${name}" is a ${known.type}, not a ${type}`);
    families.set(name, known);
    return known;
  }

  return {
    counter(name, help) {
      const { values } = family(name, 'counter', help);
      return {
        add(labels = {}, amount = 1) {
          const key = formatLabels(labels);
          values.set(key, (values.get(key) ?? 0) + amount);
        },
      };
    },
    gauge(name, help) {
      const { values } = family(name, 'gauge', help);
      return {
        set: (value, labels = {}) => values.set(formatLabels(labels), value),
        clear: () => values.clear(),
      };
    },
    format: () =>
      [...families]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, known]) => formatFamily(name, known))
        .join(''),
  };
}

function formatFamily(name: string, { type, help, values }: Family): string {
  const lines = [...values].map(([labels, value]) => `${name}${labels} ${value}\n`);
  return `# HELP ${name} ${help.replace(/\s+/g, ' ')}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** Mails taken in, by source and by the rule that found their ticket. */
export function countMails(intake: Intake, metrics: Metrics): Intake {
  const mails = metrics.counter(
    'maildesk_mails_in_total',
    'Mails taken in, by source and by follow-up rule or what else became of them',
  );
  const failures = metrics.counter(
    'maildesk_mails_in_failed_total',
    'Mails that could not be filed now, by source',
  );
  return {
    async process(mail) {
      try {
        const result = await intake.process(mail);
        const rule = result.outcome === 'filed' ? result.rule : result.outcome;
        mails.add({ source: mail.via, rule });
        return result;
      } catch (error) {
        failures.add({ source: mail.via });
        throw error;
      }
    },
  };
}

export type DeliveryOutcome = 'sent' | 'deferred' | 'failed';

/** Attempts to send mail, by outcome. */
export function deliveryCounter(metrics: Metrics): (outcome: DeliveryOutcome) => void {
  const deliveries = metrics.counter(
    'maildesk_deliveries_total',
    'Attempts to send a mail, by outcome',
  );
  return (outcome) => deliveries.add({ outcome });
}
