import type { Socket } from 'node:net';

/**
 * The idle connections of all pools of this process. When one connection turns out to be silent, the others may be too:
 * they are closed together instead of each taking a timeout.
 */
export class IdleConnections {
  private readonly sockets = new Map<object, () => Socket>();

  add(connection: object, socket: () => Socket): void {
    this.sockets.set(connection, socket);
  }

  remove(connection: object): void {
    this.sockets.delete(connection);
  }

  /** Closes them; their pools then drop them. */
  giveUp(): void {
    const sockets = [...this.sockets.values()];
    this.sockets.clear();
    for (const socket of sockets)
      socket().destroy(new Error('another connection to the database gets no answer'));
  }
}
