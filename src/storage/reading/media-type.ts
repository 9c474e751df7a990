/** Media types by the names of files. Owns libmime's table of them. */
import libmime from 'libmime';

/** The media type that a file's name stands for; `application/octet-stream` when it says nothing. */
export function typeOfName(name: string): string {
  return libmime.detectMimeType(name.toLowerCase()) || 'application/octet-stream';
}
