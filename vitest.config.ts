/**
 * The tiers of tests as projects: `vitest run --project unit` is the quick one, `vitest run` is all.
 *
 * `unit` is everything that needs neither browser nor foreign programs; `fault` holds the fault sweeps
 * that visit every file operation (every twentieth without MAILDESK_TEST_FULL); `e2e` the whole desk with a browser; `real` programs of the system.
 * A run that asks for nothing in particular leaves most stories to `.ci/run`, so that it is short enough for every day.
 */
import { defineConfig } from 'vitest/config';

const isAsked = process.argv.some((word) => /^--project|^test\//.test(word));
const isWhole = process.env.CI !== undefined || process.env.MAILDESK_TEST_FULL !== undefined;
const isDaily = !isAsked && !isWhole;

const e2e = 'test/e2e/**/*.test.ts';
const real = 'test/real/**/*.test.ts';
const dailyStories = [
  'access',
  'alive',
  'customer-writes-agent-replies',
  'demo',
  'keyboard',
  'languages',
  'program',
].map((name) => `test/e2e/${name}.test.ts`);
const dailyPrograms = ['dovecot', 'postfix'].map((name) => `test/real/${name}.test.ts`);
const fullSweep = 'test/fault/**/*.full.test.ts';
// A whole run visits every call of these roads; the short look at them is for runs that do not.
const shortSweeps =
  process.env.MAILDESK_TEST_SWEEPS === 'off'
    ? ['test/fault/**']
    : isWhole
      ? ['archive', 'draft', 'drop', 'escalation', 'mail', 'regroup'].map(
          (road) => `test/fault/${road}-road.test.ts`,
        )
      : [];

// Files of one worker share what they import, or most of the time goes into reading the sources again for each. So no
// module may hold a state that one test could leave to another; what a test leaves is cleared away by the setup.
const shared = { isolate: false, setupFiles: ['test/setup.ts'] };

// Where nobody looks, a browser or a foreign mail server that stumbled once is asked again; the output says `retry`.
const retry = process.env.CI === undefined ? 0 : 1;

export default defineConfig({
  test: {
    // Much of the time is spent waiting for disks and other programs.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [e2e, real, fullSweep, ...shortSweeps],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      { test: { ...shared, name: 'fault', include: [fullSweep], testTimeout: 300_000 } },
      {
        test: {
          ...shared,
          name: 'e2e',
          include: isDaily ? dailyStories : [e2e],
          retry,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'real',
          include: isDaily ? dailyPrograms : [real],
          retry,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
