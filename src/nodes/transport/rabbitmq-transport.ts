import { ClientRMQ } from '@nestjs/microservices/client/client-rmq.js';
import type { RmqOptions } from '@nestjs/microservices';
import { ServerRMQ } from '@nestjs/microservices/server/server-rmq.js';
import { BELL_TTL_MS, NestListener, NestRinger, subjectOf } from './nest-bells.js';
import type { BellListener, BellRinger, OnBell, Transport, TransportLog } from './transport.js';

const EXCHANGE = 'clinker';

const HEARTBEAT_S = 5;
const RECONNECT_S = 1;

/** Messages that a queue keeps at most; the oldest go first. */
const QUEUE_LENGTH = 10_000;

/** Milliseconds after which the broker forgets the queue of a node that is gone. */
const QUEUE_EXPIRY_MS = 3_600_000;

/** RabbitMQ: each node has a queue, bound to a topic exchange by the node's subject. */
export class RabbitmqTransport implements Transport {
  constructor(
    private readonly url: string,
    private readonly log: TransportLog,
  ) {}

  ringer(): BellRinger {
    return new NestRinger(new ClientRMQ({ ...this.shared(), persistent: false }));
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
    return new NestListener(new ServerRMQ(options), node, onBell, this.log);
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
