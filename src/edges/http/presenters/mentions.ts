/** Colleagues named in a note are marked in its text. Promises: pure; the text stays as it is. */
import { findMentions, type Person } from '../../../core/message/mentions.ts';
import type { MailText, Segment } from './mail-text.ts';

export function markMentions(text: MailText, people: readonly Person[] | undefined): MailText {
  if (people === undefined) return text;
  return {
    parts: text.parts.map((part) =>
      part.kind === 'own'
        ? { ...part, segments: part.segments.flatMap((segment) => markSegment(segment, people)) }
        : part,
    ),
  };
}

function markSegment(segment: Segment, people: readonly Person[]): readonly Segment[] {
  if (segment.href !== undefined) return [segment];
  const segments: Segment[] = [];
  let from = 0;
  for (const { start, end } of findMentions(segment.text, people)) {
    if (start > from) segments.push({ text: segment.text.slice(from, start) });
    segments.push({ text: segment.text.slice(start, end), isMention: true });
    from = end;
  }
  if (from < segment.text.length) segments.push({ text: segment.text.slice(from) });
  return segments;
}
