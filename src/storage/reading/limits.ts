/** Beyond these a mail is shown shortened, with a problem that says so; the original keeps everything. */
export const limits = {
  headerBytes: 512 * 1024,
  fields: 2000,
  fieldCharacters: 20_000,
  textCharacters: 4_000_000,
  htmlCharacters: 4_000_000,
  /** Of one text; no more could be shown whatever its charset. */
  textBytes: 16 * 1024 * 1024,
  /** Longer HTML is stripped of its tags instead of being laid out as text. */
  convertedCharacters: 1_000_000,
  /** Of everything that is unpacked out of files within one mail. */
  unpackedBytes: 128 * 1024 * 1024,
  /** Signed contents within signed contents. */
  containers: 3,
  attachments: 1000,
  recipients: 500,
  references: 1000,
};
