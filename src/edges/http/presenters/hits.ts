/**
 * What was searched for, marked in the messages of a conversation; links lead to the first of them.
 *
 * Promises: pure; every character of a text stays. A folded quotation in which something stands is open.
 */
import { findMarks, type WantedRun, wantedRuns } from '../../../core/search/passages.ts';
import { parseQuery } from '../../../core/search/query.ts';
import { markHtml } from '../../../services/render/mark-html.ts';
import type { Segment, TextPart } from './mail-text.ts';
import type { MessageView } from './message.ts';
import type { FlowItem } from './ticket.ts';

/** What is no message stays as it is. */
export function markHits(flow: readonly FlowItem[], find: string | undefined): readonly FlowItem[] {
  const runs = runsOf(find);
  if (runs.length === 0 || find === undefined) return flow;
  const first = { isTaken: false };
  return flow.map((item) => {
    if (item.kind !== 'message') return item;
    const { message } = item;
    return { ...item, message: { ...message, ...markMessage(message, { runs, find, first }) } };
  });
}

/** What a text of the address line looks for; nothing when it is not understood. */
export function runsOf(find: string | undefined): readonly WantedRun[] {
  const query = parseQuery(find ?? '', 'any');
  return query.ok ? wantedRuns(query.value) : [];
}

interface Marking {
  readonly runs: readonly WantedRun[];
  readonly find: string;
  readonly first: { isTaken: boolean };
}

function markMessage({ text, frame }: MessageView, marking: Marking): Partial<MessageView> {
  if (frame !== undefined) {
    const sign = frame.src.includes('?') ? '&' : '?';
    return {
      frame: { ...frame, src: `${frame.src}${sign}find=${encodeURIComponent(marking.find)}#hit` },
    };
  }
  return { text: text && { parts: text.parts.map((part) => markPart(part, marking)) } };
}

function markPart(part: TextPart, marking: Marking): TextPart {
  if (part.rich !== undefined) {
    const html = markHtml(part.rich.html, marking.runs, { isFirst: !marking.first.isTaken });
    marking.first.isTaken ||= html !== part.rich.html;
    return { ...part, rich: { html } };
  }
  const segments = markSegments(part.segments, marking);
  const isOpen = part.isOpen === true || segments.some(({ isHit }) => isHit === true);
  return { ...part, segments, isOpen };
}

/** Words reach over no border of a segment, for these stand between words. */
function markSegments(segments: readonly Segment[], { runs, first }: Marking): readonly Segment[] {
  return segments.flatMap((segment) => {
    const marked: Segment[] = [];
    let from = 0;
    for (const { start, end } of findMarks(segment.text, runs)) {
      if (start > from) marked.push({ ...segment, text: segment.text.slice(from, start) });
      const isFirst = !first.isTaken;
      first.isTaken = true;
      const hit: Segment = { ...segment, text: segment.text.slice(start, end), isHit: true };
      marked.push(isFirst ? { ...hit, isFirst: true } : hit);
      from = end;
    }
    if (from < segment.text.length) marked.push({ ...segment, text: segment.text.slice(from) });
    return marked;
  });
}
