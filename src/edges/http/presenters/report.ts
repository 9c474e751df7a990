/** What weekly report an agent gets, as a form. Promises: pure. */
import type { ReportWish } from '../../../config/agent-report.ts';

export function presentReport(report: ReportWish | undefined, queues: readonly string[]) {
  const own = report?.queues;
  return {
    isWanted: report !== undefined,
    isEveryQueue: own === undefined,
    queues: queues.map((queue) => ({
      value: queue,
      isOn: own?.some((each) => each.toLowerCase() === queue.toLowerCase()) === true,
    })),
  };
}
