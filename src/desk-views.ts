/** The links below `views/` of a desk. Promises: building it starts nothing. */
import type { Desk } from './desk.ts';
import { createViews, type Views } from './services/views/views.ts';

export function createDeskViews(
  desk: Pick<Desk, 'config' | 'index' | 'directory' | 'parts'>,
): Views {
  const { config, index, directory, parts } = desk;
  const { files, clock, log } = parts;
  return createViews(
    { index, files, clock, log },
    {
      directory,
      scope: () => config.current().desk.views,
      queues: () => config.current().queues.map(({ name }) => name),
    },
  );
}
