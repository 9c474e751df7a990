/**
 * The pictures of a conversation: each is shown once, where it stands first; signs and points of counters are folded.
 *
 * Promises: pure; every picture stays one click away. What a frame shows counts as shown.
 */
import type { Locale } from '../../../services/render/locale.ts';
import type { Body } from '../bodies.ts';
import type { PicturesOfMail } from '../picture-facts.ts';
import type { ImageView } from './attachments.ts';
import type { FlowItem } from './ticket.ts';

/** In the order of their messages. */
export function foldPictures(
  flow: readonly FlowItem[],
  bodies: ReadonlyMap<string, Pick<Body, 'pictures'>>,
  locale: Locale,
): readonly FlowItem[] {
  const sort = createPictureSorter();
  return flow.map((item) => {
    if (item.kind !== 'message') return item;
    const { message } = item;
    const { shown, again, small } = sort(message.images, bodies.get(message.name)?.pictures);
    const folded = [
      { text: locale.text('quotes.again', { count: again.length }), images: again },
      { text: locale.text('quotes.small', { count: small.length }), images: small },
    ].filter(({ images }) => images.length > 0);
    return { ...item, message: { ...message, images: shown, foldedPictures: folded } };
  });
}

export interface SortedPictures {
  readonly shown: readonly ImageView[];
  readonly again: readonly ImageView[];
  readonly small: readonly ImageView[];
}

/** Asked for one message after another, it knows what stood in those before. */
export function createPictureSorter() {
  const seen = new Set<string>();
  return (images: readonly ImageView[], facts: PicturesOfMail | undefined): SortedPictures => {
    const [shown, again, small]: [ImageView[], ImageView[], ImageView[]] = [[], [], []];
    for (const image of images) {
      const known = facts?.get(image.id);
      if (known === undefined) shown.push(image);
      else if (known.isTiny) small.push(image);
      else if (seen.has(known.digest)) again.push(image);
      else shown.push(image);
      if (known !== undefined) seen.add(known.digest);
    }
    for (const { digest } of facts?.values() ?? []) seen.add(digest);
    return { shown, again, small };
  };
}
