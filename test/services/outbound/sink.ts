/** A real SMTP server as smarthost that answers by a script and keeps what it was given. */
import { createServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

export interface SunkMail {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly raw: string;
  readonly user: string | undefined;
  readonly secure: boolean;
}

/** `undefined` accepts; a code refuses; `drop` cuts the connection without a word. */
export type Answer = number | 'drop' | undefined;

export interface SinkScript {
  readonly mailFrom?: (address: string) => Answer;
  readonly recipient?: (address: string) => Answer;
  /** Asked when the data is complete. */
  readonly data?: (mail: SunkMail) => Answer | Promise<Answer>;
  readonly user?: { readonly name: string; readonly password: string };
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly size?: number;
}

export interface Sink {
  readonly port: number;
  /** Accepted mails, in order. */
  readonly mails: readonly SunkMail[];
  /** Connections so far. */
  connections(): number;
  close(): Promise<void>;
}

export async function openSink(script: SinkScript = {}, port = 0): Promise<Sink> {
  const mails: SunkMail[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: SMTPServer = new SMTPServer({
    name: 'sink.example',
    logger: false,
    disableReverseLookup: true,
    lenientAddressParsing: true,
    authOptional: true,
    allowInsecureAuth: true,
    closeTimeout: 1,
    ...(script.size === undefined ? {} : { size: script.size }),
    ...(script.tls ?? {}),
    disabledCommands: [
      ...(script.tls === undefined ? ['STARTTLS'] : []),
      ...(script.user === undefined ? ['AUTH'] : []),
    ],
    onAuth({ username, password }, _session, callback) {
      const isRight = username === script.user?.name && password === script.user?.password;
      callback(
        isRight ? null : new Error('Wrong password'),
        isRight ? { user: username } : undefined,
      );
    },
    onMailFrom: ({ address }, session, callback) =>
      answer(script.mailFrom?.(address), session.id, callback),
    onRcptTo: ({ address }, session, callback) =>
      answer(script.recipient?.(address), session.id, callback),
    async onData(stream, session, callback) {
      const mail: SunkMail = {
        sender: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
        recipients: session.envelope.rcptTo.map(({ address }) => address),
        raw: (await buffer(stream)).toString('latin1'),
        user: session.user,
        secure: session.secure,
      };
      const said = await script.data?.(mail);
      if (said === undefined) mails.push(mail);
      answer(said, session.id, callback);
    },
  });

  function answer(said: Answer, id: string, callback: (error?: Error | null) => void): void {
    if (said === undefined) callback();
    else if (said === 'drop') drop(id);
    else
      callback(
        Object.assign(new Error(`${Math.floor(said / 100)}.0.0 Scripted`), { responseCode: said }),
      );
  }

  function drop(id: string): void {
    for (const connection of server.connections) if (connection.id === id) connection.close();
  }

  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: portOf(server.server.address()),
    mails,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A server that takes connections and then speaks these words, each after a line of the client's. */
export async function openRawServer(
  speak: (socket: Socket) => void,
): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    speak(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(server.address()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function portOf(address: string | { readonly port: number } | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}
