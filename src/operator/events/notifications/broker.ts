import type { Socket } from 'node:net';
import { type ChannelModel, connect, type ConfirmChannel } from 'amqplib';
import type { Notification } from './notification.js';

export interface BrokerOptions {
  /** `amqp://` or `amqps://`, with user and password. */
  readonly url: string;
  readonly exchange: string;
  /** Topic of the notifications; messages of information go to `<topic>.info`. */
  readonly topic: string;
  /** True to create a missing exchange or queue so that it survives the broker's restart. */
  readonly isDurable: boolean;
  /** Longest time for a connection, and for the confirmation of messages. */
  readonly timeoutMs: number;
}

/** What became of messages that were published. */
export interface Published {
  /** Number of messages, from the first, that the broker has taken. */
  readonly taken: number;
  /** Why it has not taken the next one; null if it has taken all. */
  readonly problem: string | null;
}

/** Seconds without a sign of life after which either side gives the connection up, half of them without a beat. */
const HEARTBEAT_S = 10;

/** As oslo.messaging sets them. */
const PROPERTIES = {
  contentType: 'application/json',
  contentEncoding: 'utf-8',
  deliveryMode: 2,
  priority: 0,
  headers: {},
};

/** A connection to a broker on which the exchange and the queue of the notifications are there. */
export class Broker {
  /** Ids of messages that no queue took. */
  private readonly returned = new Set<string>();
  private failure: Error | null = null;

  private constructor(
    private readonly connection: ChannelModel,
    private readonly channel: ConfirmChannel,
    private readonly options: BrokerOptions,
  ) {
    const fail = (error?: Error): void => {
      this.failure ??= error ?? new Error('the broker closed the connection');
    };
    connection.on('close', fail);
    channel.on('error', fail);
    channel.on('close', () => fail());
    channel.on('return', ({ properties }) => this.returned.add(String(properties.messageId)));
  }

  /**
   * @param stop ends it early.
   * @throws what the broker or the network says.
   */
  static async open(options: BrokerOptions, stop: AbortSignal): Promise<Broker> {
    const connecting = connect(addressOf(options.url), {
      timeout: options.timeoutMs,
      noDelay: true,
      clientProperties: { connection_name: 'clinker' },
    });
    try {
      return await within(options.timeoutMs, stop, async () => {
        const connection = await connecting;
        // Without a listener, a failure of the connection would end the process.
        connection.on('error', () => undefined);
        await ensureQueue(connection, options);
        return new Broker(connection, await openChannel(connection), options);
      });
    } catch (error) {
      connecting.then(destroy, () => undefined);
      throw error;
    }
  }

  /**
   * Publishes messages in their order.
   * @param stop ends it early.
   * @throws if the connection has failed before.
   */
  async publish(notifications: readonly Notification[], stop: AbortSignal): Promise<Published> {
    this.assertOpen();
    this.returned.clear();
    const { exchange, topic, timeoutMs } = this.options;
    const answers = notifications.map((): boolean | null => null);
    const answered = notifications.map(
      ({ id, body }, index) =>
        new Promise<void>((resolve) => {
          const options = { ...PROPERTIES, messageId: id, mandatory: true };
          this.channel.publish(exchange, `${topic}.info`, body, options, (error: unknown) => {
            answers[index] = error === null && !this.returned.has(id);
            resolve();
          });
        }),
    );
    let problem = 'the broker did not take the message: no queue is bound, or it has no room';
    try {
      await within(timeoutMs, stop, () => Promise.all(answered));
      this.assertOpen();
    } catch (error) {
      problem = (error as Error).message;
    }
    const refused = answers.findIndex((isTaken) => isTaken !== true);
    return refused === -1 ? { taken: answers.length, problem: null } : { taken: refused, problem };
  }

  private assertOpen(): void {
    if (this.failure !== null) throw this.failure;
  }

  close(): void {
    destroy(this.connection);
  }
}

function addressOf(url: string) {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  return {
    protocol: protocol.slice(0, -1),
    hostname: hostname.replaceAll(/^\[|\]$/g, ''),
    ...(port === '' ? {} : { port: Number(port) }),
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    // amqplib decodes it.
    vhost: pathname.slice(1),
    heartbeat: HEARTBEAT_S,
  };
}

/**
 * Creates the exchange and the queue unless they are there, as oslo.messaging's notifier does: messages for consumers that
 * come later are kept. Existing ones are taken as they are, durable or not.
 */
async function ensureQueue(
  connection: ChannelModel,
  { exchange, topic, isDurable }: BrokerOptions,
): Promise<void> {
  const queue = `${topic}.info`;
  const durable = isDurable;
  if (!(await isThere(connection, (channel) => channel.checkExchange(exchange))))
    await onChannel(connection, (channel) => channel.assertExchange(exchange, 'topic', { durable }));
  if (!(await isThere(connection, (channel) => channel.checkQueue(queue))))
    await onChannel(connection, (channel) => channel.assertQueue(queue, { durable }));
  await onChannel(connection, (channel) => channel.bindQueue(queue, exchange, queue));
}

const NOT_FOUND = 404;

async function isThere(
  connection: ChannelModel,
  check: (channel: ConfirmChannel) => Promise<unknown>,
): Promise<boolean> {
  try {
    await onChannel(connection, check);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === NOT_FOUND) return false;
    throw error;
  }
}

/** On a channel of its own, because the broker closes it when something is missing. */
async function onChannel(
  connection: ChannelModel,
  work: (channel: ConfirmChannel) => Promise<unknown>,
): Promise<void> {
  const channel = await openChannel(connection);
  await work(channel);
  await channel.close();
}

async function openChannel(connection: ChannelModel): Promise<ConfirmChannel> {
  const channel = await connection.createConfirmChannel();
  // Whoever waits for the channel learns of it.
  channel.on('error', () => undefined);
  return channel;
}

async function within<T>(ms: number, stop: AbortSignal, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let end = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${String(ms)} ms`)), ms);
    end = () => reject(new Error('the server is stopping'));
  });
  stop.addEventListener('abort', end);
  if (stop.aborted) end();
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', end);
  }
}

/** Ends a connection without the farewell, to which a silent broker does not reply. amqplib itself has no way to. */
function destroy(connection: ChannelModel): void {
  const { stream } = connection.connection as unknown as { readonly stream?: Socket };
  stream?.destroy(new Error('given up'));
}
