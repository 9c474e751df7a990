/**
 * The chart library as files for the browser: uPlot, as its package brings it.
 *
 * Owns: where uPlot lies. Promises: `uplot.js` is a module of our own server that exports it, `uplot.css` its style sheet.
 * Leaves to others: charts (templates/static/overview.js), which pages load them.
 */
import { createRequire } from 'node:module';
import type { FileOps } from '../../storage/files.ts';

/** By name below `/static/`. */
export async function readChartLibrary(files: FileOps): Promise<ReadonlyMap<string, Buffer>> {
  const { resolve } = createRequire(import.meta.url);
  const [script, style] = await Promise.all([
    files.readFile(resolve('uplot/dist/uPlot.iife.min.js')),
    files.readFile(resolve('uplot/dist/uPlot.min.css')),
  ]);
  return new Map([
    ['uplot.js', Buffer.concat([script, Buffer.from('\nexport default uPlot;\n')])],
    ['uplot.css', style],
  ]);
}
