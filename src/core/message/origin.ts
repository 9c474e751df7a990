/** The client of an SMTP session, as far as it says something of a mail's sender. */
export interface Origin {
  readonly ip: string;
  /** What it called itself in HELO or EHLO. */
  readonly helo: string;
}
