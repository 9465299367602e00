import { ClientRMQ } from '@nestjs/microservices/client/client-rmq.js';
import type { OutgoingResponse, RmqOptions } from '@nestjs/microservices';
import { ServerRMQ } from '@nestjs/microservices/server/server-rmq.js';
import { BELL_TTL_MS, NestListener, NestRinger, subjectOf } from './nest-bells.js';
import { type Connection, type OnTrouble, tellOfChannels, tellOfConnection } from './rabbitmq-troubles.js';
import type { BellListener, BellRinger, OnBell, Transport, TransportLog } from './transport.js';

const EXCHANGE = 'clinker';

const HEARTBEAT_S = 5;
const RECONNECT_S = 1;

/** Messages that a queue keeps at most; the oldest go first. */
const QUEUE_LENGTH = 10_000;

/** Milliseconds after which the broker forgets the queue of a node that is gone. */
const QUEUE_EXPIRY_MS = 3_600_000;

/** What Nest declares as `any`. */
interface AnswerChannel {
  sendToQueue(queue: string, content: Buffer, options: object): Promise<unknown>;
}

/** Nest's client, which hears nothing of channels that are refused. */
class TellingClient extends ClientRMQ {
  onTrouble: OnTrouble = () => undefined;

  override createClient(): Connection {
    const connection = super.createClient() as Connection;
    tellOfChannels(connection, (error) => this.onTrouble(error));
    return connection;
  }
}

/** Nest's server, which tells of troubles to its own log only, and ends the process with an unhandled rejection. */
export class AnsweringServer extends ServerRMQ {
  onTrouble: OnTrouble = () => undefined;
  /** Called each time when it can listen. */
  onListening: () => void = () => undefined;

  override async createClient<T>(): Promise<T> {
    const connection = await super.createClient<Connection>();
    for (const tell of [tellOfConnection, tellOfChannels]) tell(connection, (error) => this.onTrouble(error));
    return connection as T;
  }

  override async setupChannel(channel: unknown, callback: () => void): Promise<void> {
    await super.setupChannel(channel, callback);
    this.onListening();
  }

  /** Answers that the broker takes with it when it goes away. */
  override sendMessage(message: unknown, replyTo: unknown, correlationId: string): void {
    const serialized: unknown = this.serializer.serialize(message as OutgoingResponse);
    const { options, ...answer } = serialized as { readonly options?: object };
    const content = Buffer.from(JSON.stringify(answer));
    (this.channel as AnswerChannel | null)
      ?.sendToQueue(String(replyTo), content, { correlationId, ...options })
      // The replica looks into the database all the same.
      .catch(() => undefined);
  }
}

/** RabbitMQ: each node has a queue, bound to a topic exchange by the node's subject. */
export class RabbitmqTransport implements Transport {
  constructor(
    private readonly url: string,
    private readonly log: TransportLog,
  ) {}

  ringer(): BellRinger {
    const client = new TellingClient({ ...this.shared(), persistent: false });
    const ringer = new NestRinger(client, this.log);
    client.onTrouble = (error) => ringer.noteTrouble(error);
    return ringer;
  }

  listen(node: string, onBell: OnBell): BellListener {
    const options = {
      ...this.shared(),
      queue: subjectOf(node),
      queueOptions: {
        durable: true,
        arguments: {
          'x-message-ttl': BELL_TTL_MS,
          'x-max-length': QUEUE_LENGTH,
          'x-expires': QUEUE_EXPIRY_MS,
        },
      },
    };
    const server = new AnsweringServer(options);
    const listener = new NestListener(server, node, onBell, this.log);
    server.onTrouble = (error) => listener.noteTrouble(error);
    server.onListening = () => listener.noteEnd();
    return listener;
  }

  private shared(): NonNullable<RmqOptions['options']> {
    return {
      urls: [this.url],
      exchange: EXCHANGE,
      exchangeType: 'topic',
      wildcards: true,
      socketOptions: { heartbeatIntervalInSeconds: HEARTBEAT_S, reconnectTimeInSeconds: RECONNECT_S },
    };
  }
}
