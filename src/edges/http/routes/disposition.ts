/**
 * The Content-Disposition of a download (RFC 6266), with a name from a mail.
 *
 * Promises: total; the name holds no path, control sign, direction sign or line break, in both its forms.
 */

const longest = 150;

export function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const safe = safeFileName(name);
  const ascii = safe.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(safe).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  // RFC 8187: old clients read the first form, all others the second.
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

export function safeFileName(name: string): string {
  const base = name
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  return shorten(base) || 'file';
}

/** Keeps the ending, by which a system chooses the program. */
function shorten(name: string): string {
  const signs = [...name];
  if (signs.length <= longest) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : '';
  return signs.slice(0, longest - ending.length).join('') + ending;
}
