/**
 * Prepared texts put into the form of an answer: the one that is named, or those that shortcuts in the text stand for.
 *
 * Leaves to others: what may be used (services/answers/prepared-texts.ts), keeping and sending (routes/write.ts).
 */
import {
  type OfferedModule,
  offeredModules,
  shortcutsIn,
} from '../../core/answers/offered-modules.ts';
import {
  keyOfModule,
  type PreparedFile,
  type PreparedText,
  parsePreparedKey,
} from '../../services/answers/prepared-texts.ts';
import type { TicketFolder } from '../../storage/ticket-store.ts';
import type { ViewerDeps } from './deps.ts';
import { type WriteForm, withExpanded, withPrepared } from './presenters/write-form.ts';
import type { Visit } from './visit.ts';

export interface Insertions {
  /** By its key; undefined when there is none that may be used here. */
  read(place: AnswerPlace, key: string): Promise<PreparedText | undefined>;
  /** The form with the text in it, above signature and quotation, and the files that come along. */
  putIn(place: AnswerPlace, typed: WriteForm, key: string): Promise<Inserted | undefined>;
  /** The form with its shortcuts turned into what they stand for. */
  expand(place: AnswerPlace, typed: WriteForm): Promise<Inserted>;
  offered(place: AnswerPlace): readonly OfferedModule[];
}

export interface AnswerPlace {
  readonly folder: TicketFolder;
  readonly visit: Visit;
}

export interface Inserted {
  readonly form: WriteForm;
  readonly files: readonly PreparedFile[];
}

export function createInsertions({
  answers,
  prepared,
  sight,
}: Pick<ViewerDeps, 'answers' | 'prepared' | 'sight'>): Insertions {
  async function read(
    { folder, visit: { agent } }: AnswerPlace,
    text: string,
  ): Promise<PreparedText | undefined> {
    const key = parsePreparedKey(text);
    if (key === undefined) return undefined;
    return prepared.read({
      folder,
      agent,
      key,
      mayRead: (number) => sight.mayRead(agent, number),
    });
  }

  function offered({ folder: { ticket }, visit }: AnswerPlace): readonly OfferedModule[] {
    const wish = { queue: ticket.queue, language: ticket.language, own: visit.locale.code };
    return offeredModules(answers.modules(), wish);
  }

  return {
    read,
    offered,
    async putIn(place, typed, key) {
      const found = await read(place, key);
      return found === undefined
        ? undefined
        : { form: withPrepared(typed, found), files: await found.files() };
    },
    async expand(place, typed) {
      let form = typed;
      const files: PreparedFile[] = [];
      for (const { typed: shortcut, module } of shortcutsIn(typed.text, offered(place))) {
        const found = await read(place, keyOfModule(module));
        if (found === undefined) continue;
        form = withExpanded(form, shortcut, found);
        files.push(...(await found.files()));
      }
      return { form, files };
    },
  };
}
