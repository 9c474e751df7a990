import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import type { Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let anna: Visitor;
let open: TicketNumber;
let hidden: TicketNumber;

beforeAll(async () => {
  viewer = await startViewer();
  const queues = join(viewer.test.directory, 'config', 'queues');
  await mkdir(queues, { recursive: true });
  await writeFile(
    join(queues, 'board.yaml'),
    'name: Board\nrights:\n  agent: []\n  board: [see, note]\n',
  );
  await viewer.test.desk.config.reload();
  ({ ticket: open } = await viewer.test.receive(plainMail({ Subject: 'Open to all' })));
  ({ ticket: hidden } = await viewer.test.receive(plainMail({ Subject: 'Between few' }), {
    queue: 'Board',
  }));
  anna = await viewer.member();
});

afterAll(() => viewer.close());

async function bytesAt(path: string): Promise<{ status: number; bytes: Buffer; headers: Headers }> {
  const response = await anna.fetch(path);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, bytes, headers: response.headers };
}

describe('a ticket', () => {
  it('is offered in every form that can be made, and handed out', async () => {
    const page = await anna.get(`/tickets/${open}/export`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('value="mbox"');
    const { status, bytes, headers } = await bytesAt(`/tickets/${open}/export/file?format=mbox`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/mbox');
    expect(headers.get('content-disposition')).toContain(`${open}.mbox`);
    expect(String(bytes)).toMatch(/^From kim@customer\.example /);
    expect(String(bytes)).toContain('Subject: Open to all');
    const { entries } = await viewer.test.desk.audit.list({ kind: 'reads', most: 9 });
    expect(entries.filter(({ what }) => what === 'export')).toMatchObject([
      { agent: 'anna', ticket: open, way: 'viewer' },
    ]);
  });

  it('is a zip of its mails', async () => {
    const { bytes } = await bytesAt(`/tickets/${open}/export/file?format=eml&notes=1`);
    const files = unzipSync(bytes);
    expect(Object.keys(files)).toHaveLength(2);
    expect(strFromU8(files['manifest.json'] ?? new Uint8Array())).toContain(open);
  });

  it('is not there for who may not see it', async () => {
    for (const path of ['export', 'export/file?format=mbox', 'export/file?format=pdf'])
      expect((await anna.get(`/tickets/${hidden}/${path}`)).status).toBe(404);
  });

  it('has no form of another name', async () => {
    expect((await anna.get(`/tickets/${open}/export/file?format=exe`)).status).toBe(404);
  });

  it('names the setting where there is no browser for a PDF', async () => {
    const own = await startViewer({ settings: { pdfBrowser: '/no/such/browser' } });
    try {
      const { ticket } = await own.test.receive(plainMail());
      const page = await (await own.member()).get(`/tickets/${ticket}/export`);
      expect(page.text).toContain('pdfBrowser');
      expect(page.text).not.toContain('value="pdf"');
    } finally {
      await own.close();
    }
  });
});

describe('a search', () => {
  it('hands out what the agent sees of it', async () => {
    const page = await anna.get('/export?q=kim');
    expect(page.text).toContain('1 ticket of the search');
    const { bytes } = await bytesAt('/export/file?format=mbox&q=is%3Aopen');
    expect(String(bytes)).toContain('Open to all');
    expect(String(bytes)).not.toContain('Between few');
  });

  it('that nobody understands is no page', async () => {
    expect((await anna.get('/export?q=nosuchfield:x')).status).toBe(404);
  });

  it('is offered beside the list', async () => {
    expect((await anna.get('/tickets?q=is:open')).text).toContain('/export?q=is%3Aopen');
  });
});
