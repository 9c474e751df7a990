/**
 * The text index at work: takes changes, reads the tickets, answers searches.
 *
 * Promises: every request is answered once; searches are answered between any two tickets that are
 * read. Runs in a thread of its own (text-worker.ts), or in the caller's.
 */
import { nextTurn } from '../../../base/clock.ts';
import { assertNever, errorText } from '../../../base/fault.ts';
import { createTextIndex, type FoundTicket } from './text-index.ts';
import type { TextAnswer, TextChange, TextRequest, Unreadable } from './text-protocol.ts';
import type { TextDocument } from './text-segment.ts';
import type { TextSource } from './text-source.ts';

export interface TextServiceDeps {
  readonly source: TextSource;
  readonly answer: (answer: TextAnswer) => void;
  /** Something failed that must not: the service is of no use any more. */
  readonly crash: (cause: unknown) => void;
}

/** The returned function takes a request. */
export function createTextService({
  source,
  answer,
  crash,
}: TextServiceDeps): (request: TextRequest) => void {
  const index = createTextIndex();
  let work: Promise<void> = Promise.resolve();

  async function feed(id: number, changes: readonly TextChange[]): Promise<void> {
    const documents: TextDocument[] = [];
    const unreadable: Unreadable[] = [];
    for (const change of changes) {
      try {
        const document = await readChange(change);
        if (document === undefined) index.remove(change.number);
        else documents.push(document);
      } catch (error) {
        unreadable.push({ number: change.number, reason: errorText(error) });
      }
      await nextTurn();
    }
    index.add(documents);
    answer({ kind: 'fed', id, unreadable });
    await index.tidy(nextTurn);
  }

  async function readChange(change: TextChange): Promise<TextDocument | undefined> {
    const { number, subject, language } = change;
    return subject === undefined ? undefined : source.read(number, { subject, language });
  }

  return (request) => {
    switch (request.kind) {
      case 'feed':
        work = work.then(() => feed(request.id, request.changes)).catch(crash);
        return;
      case 'search':
        answer({ kind: 'found', id: request.id, ...pack(index.search(request.terms)) });
        return;
      default:
        assertNever(request);
    }
  };
}

function pack(found: readonly FoundTicket[]): Pick<Found, 'numbers' | 'scores'> {
  return {
    numbers: found.map(({ number }) => number),
    scores: Float32Array.from(found, ({ score }) => score),
  };
}

type Found = Extract<TextAnswer, { kind: 'found' }>;
