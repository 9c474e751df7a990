/**
 * One address in front of a desk that comes and goes, as a proxy or a name has one.
 *
 * Promises: its port stays the same; while it leads nowhere, whoever knocks is cut off at once.
 */
import { connect, createServer, type Socket } from 'node:net';

export interface FrontDoor {
  readonly url: string;
  /** Undefined: nobody is there, and who was connected is cut off. */
  leadTo(port: number | undefined): void;
  close(): Promise<void>;
}

export async function openFrontDoor(): Promise<FrontDoor> {
  const sockets = new Set<Socket>();
  let target: number | undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (target === undefined) {
      socket.destroy();
      return;
    }
    const desk = connect(target, '127.0.0.1');
    desk.on('error', () => socket.destroy());
    socket.on('close', () => desk.destroy());
    desk.on('close', () => socket.destroy());
    socket.pipe(desk).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    leadTo(next) {
      target = next;
      if (next === undefined) for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
