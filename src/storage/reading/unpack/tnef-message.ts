/** What a TNEF stream says, read: the message and its files. */

export interface TnefFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
  readonly contentId?: string;
}

export interface TnefPerson {
  readonly name: string;
  /** Empty where only a name is known. */
  readonly address: string;
}

/** A meeting, as far as a calendar needs it; times in milliseconds since 1970. */
export interface TnefMeeting {
  readonly kind: 'request' | 'cancel' | 'accepted' | 'declined' | 'tentative';
  readonly uid: string;
  readonly start: number;
  readonly end: number;
  readonly isAllDay: boolean;
  readonly place: string;
}

export interface TnefMessage {
  readonly subject: string | undefined;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly from: TnefPerson | undefined;
  readonly to: readonly TnefPerson[];
  readonly cc: readonly TnefPerson[];
  /** Milliseconds since 1970. */
  readonly date: number | undefined;
  readonly meeting: TnefMeeting | undefined;
  readonly files: readonly TnefFile[];
  readonly isBroken: boolean;
}
