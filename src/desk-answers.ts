/** What answers are made of: text modules, signatures and salutations, filled in for a ticket, and the files they stand in. */
import { join } from 'node:path';
import { createFilling, type Filling, type FillingDeps } from './services/answers/fill.ts';
import { readLocales } from './services/render/templates.ts';

export interface DeskFillingDeps extends Omit<FillingDeps, 'word'> {
  /** The program's own folder. */
  readonly program: string;
}

export async function createDeskFilling({ program, ...deps }: DeskFillingDeps): Promise<Filling> {
  const locales = await readLocales(join(program, 'locales'));
  return createFilling({
    ...deps,
    word: (language, key) => locales.find(language)?.text(key),
  });
}
