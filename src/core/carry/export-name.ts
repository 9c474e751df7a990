/** Names of exported files: date, direction, subject. Promises: pure; good on every system; no two of one folder are the same. */

export interface ExportedName {
  /** `2026-11-23T11:15`. */
  readonly time: string;
  /** Kind of the message. */
  readonly kind: string;
  readonly subject: string;
}

const mostSubject = 60;

/** Made one after another: of equal ones the later get a number. */
export function createNames(): (of: ExportedName, ending: string) => string {
  const taken = new Set<string>();
  return ({ time, kind, subject }, ending) => {
    const when = time.slice(0, 16).replace('T', '_').replace(':', '');
    const base = [when, directions[kind] ?? kind, plainName(subject)]
      .filter((part) => part !== '')
      .join('_');
    for (let count = 1; ; count += 1) {
      const name = `${base}${count === 1 ? '' : `_${count}`}${ending}`;
      // Where capitals and accents make no difference, they must make none here.
      const key = name.normalize('NFKD').toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return name;
    }
  };
}

const directions: Readonly<Record<string, string>> = { 'mail-in': 'in', 'mail-out': 'out' };

/** What a file may be called anywhere: no signs of paths, no signs that cannot be seen, no blanks. */
export function plainName(text: string): string {
  const plain = text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, ' ')
    .replace(/[/\\:*?"<>|#%&'`$;!~^[\]{}()]/g, ' ')
    .trim()
    .replace(/\s+/g, '-');
  return [...plain]
    .slice(0, mostSubject)
    .join('')
    .replace(/^[.-]+|[.-]+$/g, '');
}
