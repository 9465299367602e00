import type { Socket } from 'node:net';

/** A connection of pg or mysql2. Queries take a callback as the last argument, or return a promise. */
export interface ServerConnection {
  query: (...args: unknown[]) => unknown;
  /** The current socket. */
  readonly socket: () => Socket;
}

type Callback = (...results: unknown[]) => void;

/** The database has not answered a statement in time. */
class Silence extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(limitMs: number) {
    super(`the database has not answered for ${String(limitMs)} ms`);
  }
}

/**
 * Closes a connection that leaves a statement unanswered: the statement fails, and the pool drops the connection.
 * Otherwise a connection lost in the network would block until the kernel gives up.
 */
export function breakWhenSilent(connection: ServerConnection, limitMs: number, onSilence: () => void): void {
  const query = connection.query;
  connection.query = (...args) => {
    const timer = setTimeout(() => {
      onSilence();
      connection.socket().destroy(new Silence(limitMs));
    }, limitMs);
    const last = args.at(-1);
    if (typeof last !== 'function') {
      const answer = query(...args) as Promise<unknown>;
      answer.then(
        () => clearTimeout(timer),
        () => clearTimeout(timer),
      );
      return answer;
    }
    const callback: Callback = (...results) => {
      clearTimeout(timer);
      (last as Callback)(...results);
    };
    return query(...args.slice(0, -1), callback);
  };
}
