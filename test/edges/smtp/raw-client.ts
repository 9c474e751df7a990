/** An SMTP client that says exactly what it is told to, byte for byte. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface RawClient {
  /** Sends the bytes as they are. */
  send(bytes: string | Buffer): void;
  /** Sends a line and waits for its reply. */
  say(line: string): Promise<string>;
  /** The next reply; all lines of one, joined by LF. Empty when the connection is closed. */
  reply(): Promise<string>;
  /** Goes on with TLS on the same connection. */
  startTls(): Promise<void>;
  closed(): Promise<void>;
  end(): void;
}

/** Connects and takes the greeting. */
export async function openRawClient(
  port: number,
): Promise<{ client: RawClient; greeting: string }> {
  let socket: Socket = connect(port, '127.0.0.1');
  let received = '';
  let isClosed = false;
  let notify = () => {};

  function watch(current: Socket): void {
    current.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      notify();
    });
    current.on('error', () => {});
    current.on('close', () => {
      if (current !== socket) return;
      isClosed = true;
      notify();
    });
  }
  socket.setNoDelay(true);
  watch(socket);

  async function reply(): Promise<string> {
    for (;;) {
      const match = /^(?:\d{3}-[^\r\n]*\r\n)*\d{3}(?: [^\r\n]*)?\r\n/.exec(received);
      if (match !== null) {
        received = received.slice(match[0].length);
        return match[0].trimEnd().replaceAll('\r\n', '\n');
      }
      if (isClosed) return '';
      await new Promise<void>((resolve) => {
        notify = resolve;
      });
    }
  }

  const client: RawClient = {
    send: (bytes) => {
      socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    },
    say(line) {
      socket.write(`${line}\r\n`);
      return reply();
    },
    reply,
    async startTls() {
      socket.removeAllListeners('data');
      const secure = connectTls({ socket, rejectUnauthorized: false });
      await new Promise<void>((resolve) => secure.once('secureConnect', resolve));
      socket = secure;
      watch(secure);
    },
    async closed() {
      while (!isClosed) {
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      }
    },
    end: () => socket.destroy(),
  };
  return { client, greeting: await reply() };
}
