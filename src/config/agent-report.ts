/**
 * The weekly report of an agent: the key `report` in config/agents/LOGIN.yaml.
 *
 *     report: weekly              of all queues that he sees
 *     report: [Support, Billing]  of these alone
 *
 * Promises: pure and total; without the key there is no report.
 */
import { scalarTexts } from './yaml.ts';

export interface ReportWish {
  /** Undefined: of all that the agent sees. */
  readonly queues: readonly string[] | undefined;
}

export const reportExpected = 'weekly, off, or a list of queues';

/** `off` for none. */
export function readReport(value: unknown): ReportWish | 'off' | undefined {
  if (value === 'weekly') return { queues: undefined };
  if (value === 'off' || value === false) return 'off';
  const queues = Array.isArray(value) ? scalarTexts(value) : undefined;
  if (queues === undefined || queues.some((queue) => queue.trim() === '')) return undefined;
  return queues.length === 0 ? 'off' : { queues };
}

/** The form in the file. */
export function formatReport({ queues }: ReportWish): string | readonly string[] {
  return queues ?? 'weekly';
}
