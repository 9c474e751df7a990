/** What a page shows of a mail that is attached to a message. */
import type { FileView, ImageView, SoundView, VideoView } from './attachments.ts';
import type { MailText } from './mail-text.ts';
import type { FrameView } from './message-frame.ts';

export interface InnerMailView {
  readonly id: string;
  readonly subject: string;
  readonly isOpen: boolean;
  /** The page of its own. */
  readonly href: string;
  /** To save it as a mail. */
  readonly fileHref: string;
  readonly size: string;
  readonly head: InnerHead | undefined;
  /** Undefined where the content stands on the page of its own. */
  readonly content: InnerContent | undefined;
}

export interface InnerHead {
  readonly author: string;
  readonly address: string;
  readonly to: string;
  readonly time: string;
  readonly timeFull: string;
  readonly timeIso: string;
}

export interface InnerContent {
  readonly text: MailText | undefined;
  readonly frame: FrameView | undefined;
  readonly otherView: { readonly href: string; readonly text: string } | undefined;
  readonly images: readonly ImageView[];
  readonly files: readonly FileView[];
  readonly sounds: readonly SoundView[];
  readonly videos: readonly VideoView[];
  readonly problems: readonly string[];
  readonly mails: readonly InnerMailView[];
  /** To write to whoever wrote it instead of to the sender of the message. */
  readonly answerHref: string | undefined;
  /** What makes its writer the ticket's customer, as the form sends it. */
  readonly customer: { readonly action: string; readonly value: string } | undefined;
}
