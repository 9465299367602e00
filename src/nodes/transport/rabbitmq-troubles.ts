/** Milliseconds until a channel that the broker refused is tried again. */
const REFUSED_MS = 5_000;

/** Reason that the connection gives when it is made anew here. */
const MADE_ANEW = 'forced reconnect';

interface Channel {
  on(event: 'error', listener: (error: unknown) => void): void;
}

/** Connection of amqp-connection-manager, which Nest declares as `any`: it connects again and again by itself. */
export interface Connection {
  on(event: 'connectFailed' | 'disconnect', listener: (event: unknown) => void): void;
  createChannel(options: unknown): Channel;
  /** @throws once it is closed. */
  reconnect(): void;
}

export type OnTrouble = (error: unknown) => void;

/** Tells of each failed try to connect, and of each loss of the connection. */
export function tellOfConnection(connection: Connection, onTrouble: OnTrouble): void {
  for (const event of ['connectFailed', 'disconnect'] as const)
    connection.on(event, (error) => {
      const { err = error } = error as { readonly err?: unknown };
      if (!(err instanceof Error && err.message === MADE_ANEW)) onTrouble(err);
    });
}

/**
 * Tells of channels that the broker refuses, for instance for want of permissions, and connects anew after a pause, since a
 * refused channel is gone for good. Nobody else hears of them: each would end the process.
 */
export function tellOfChannels(connection: Connection, onTrouble: OnTrouble): void {
  const createChannel = connection.createChannel.bind(connection);
  connection.createChannel = (options) => {
    const channel = createChannel(options);
    channel.on('error', (error) => {
      onTrouble(error);
      setTimeout(() => reconnect(connection), REFUSED_MS).unref();
    });
    return channel;
  };
}

function reconnect(connection: Connection): void {
  try {
    connection.reconnect();
  } catch {
    // This process has closed it meanwhile.
  }
}
