/**
 * The Content-Disposition of a download (RFC 6266), with a name from a mail.
 *
 * Promises: total; the name holds no path, control sign, direction sign or line break, in both its forms.
 */
import { cleanFileName } from '../../../core/media/file-name.ts';

/** `type` gives a file without name its ending. */
export function contentDisposition(kind: 'inline' | 'attachment', name: string, type = ''): string {
  const safe = cleanFileName({ name, type });
  const ascii = safe.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(safe).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  // RFC 8187: old clients read the first form, all others the second.
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
