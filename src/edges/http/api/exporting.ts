/** A ticket to be taken along, through the API. Promises: made while it is sent. */
import { Readable } from 'node:stream';
import { exportForms, fileKinds, parseForm } from '../../../services/carry/exporting.ts';
import { unknownKey } from './body.ts';
import { type AgentRoute, type ApiDeps, numberOf } from './calls.ts';
import { ApiRefusal, refusalOf } from './problems.ts';

const keys = ['format', 'notes', 'whole'];

export function createExportRoute({
  reader,
  exporting,
  config,
}: Pick<ApiDeps, 'reader' | 'exporting' | 'config'>): { readonly exportTicket: AgentRoute } {
  return {
    async exportTicket(ctx) {
      const number = numberOf(ctx);
      const parameters = new Map(new URLSearchParams(ctx.querystring));
      for (const key of parameters.keys()) if (!keys.includes(key)) throw unknownKey(key, keys);
      const given = parameters.get('format') ?? 'mbox';
      const form = parseForm(given);
      if (form === undefined) throw bad('format', given, `expected ${exportForms.join(', ')}`);
      const isAsked = (key: 'notes' | 'whole') => {
        const value = parameters.get(key) ?? 'false';
        if (value === 'true' || value === 'false') return value === 'true';
        throw bad(key, value, 'expected true or false');
      };
      const [notes, whole] = [isAsked('notes'), isAsked('whole')];
      const folder = await reader.read(number);
      if (folder === undefined) throw refusalOf({ code: 'unknown-ticket', number });
      if (form === 'pdf' && (await exporting.paper.findBrowser()) === undefined)
        throw bad('format', given, 'this desk has no Chromium; the setting pdfBrowser names it');
      const { timeZone } = config.current().desk;
      const gone = new AbortController();
      ctx.res.once('close', () => gone.abort());
      const pieces =
        form === 'pdf'
          ? exporting.paper.print(folder, { notes, signal: gone.signal })
          : exporting.mails.stream({ numbers: [number], choice: { form, notes, whole }, timeZone });
      // What fails at once is told as a problem, not as half a file.
      const first = await pieces.next();
      const { ending, type } = fileKinds[form];
      ctx.body = Readable.from(
        (async function* () {
          if (first.done !== true) yield first.value;
          yield* pieces;
        })(),
        { objectMode: false },
      );
      ctx.attachment(`${number}${ending}`);
      ctx.set('Content-Security-Policy', "sandbox; default-src 'none'");
      ctx.set('Content-Type', type);
    },
  };
}

function bad(name: string, value: string, expectation: string): ApiRefusal {
  const detail = `Bad value "${value.slice(0, 100)}" for ${name}; ${expectation}`;
  return new ApiRefusal({ code: 'bad-value', detail });
}
