/** The weekly reports of a desk: the parts, put together. Promises: building it starts nothing. */
import type { Desk } from './desk.ts';
import type { DeskNotices } from './desk-notices.ts';
import { createWeeklyReports, type WeeklyReports } from './services/figures/weekly-reports.ts';
import { createReportPost } from './services/notifications/report-post.ts';
import { writeReport } from './services/present/report-text.ts';

export function createDeskReports(
  desk: Pick<Desk, 'config' | 'figures' | 'accounts' | 'parts'> & {
    readonly notices: Pick<DeskNotices, 'told' | 'post' | 'localeOf' | 'viewer' | 'send'>;
  },
): WeeklyReports {
  const { config, figures, accounts, notices, parts } = desk;
  const { files, clock, random, log } = parts;
  const current = () => config.current();
  const { folderOf } = notices.told;
  return createWeeklyReports({
    figures,
    post: createReportPost({
      files,
      folderOf,
      send: notices.send,
      config: current,
      clock,
      random,
      log,
    }),
    reaches: notices.post.reaches,
    write: async (agent, days, parts) =>
      writeReport({
        days,
        parts,
        viewer: notices.viewer(),
        locale: await notices.localeOf(agent),
      }),
    agents: accounts.list,
    config: current,
    clock,
    log,
  });
}
