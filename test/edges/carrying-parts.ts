/** Import and export as the edges know them, over a desk of the edges' tests: no browser is there. */

import { createFilesZip } from '../../src/services/carry/attachment-zip.ts';
import type { Exporting } from '../../src/services/carry/exporting.ts';
import { createMailExport } from '../../src/services/carry/mail-export.ts';
import type { MailImport } from '../../src/services/carry/mail-import.ts';
import type { TicketReader } from '../../src/storage/ticket-store.ts';

export function carryingParts({ store }: { readonly store: TicketReader }): {
  readonly exporting: Exporting;
  readonly mailImport: MailImport;
} {
  const none = async () => {
    throw new Error('Nothing is imported here');
  };
  return {
    exporting: {
      mails: createMailExport({ reader: store }),
      files: createFilesZip({ reader: store }),
      paper: {
        findBrowser: async () => undefined,
        async *print() {
          yield await none();
        },
      },
    },
    mailImport: { run: none, foresee: none },
  };
}
