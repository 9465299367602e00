import { ClientNats } from '@nestjs/microservices/client/client-nats.js';
import type { NatsOptions } from '@nestjs/microservices';
import { ServerNats } from '@nestjs/microservices/server/server-nats.js';
import { NestListener, NestRinger } from './nest-bells.js';
import type { BellListener, BellRinger, OnBell, Transport, TransportLog } from './transport.js';

const PING_MS = 5_000;
const RECONNECT_MS = 1_000;

/** NATS: what is sent while nobody listens is lost. */
export class NatsTransport implements Transport {
  private readonly options: NonNullable<NatsOptions['options']>;

  constructor(
    url: string,
    private readonly log: TransportLog,
  ) {
    const { protocol, host, username, password } = new URL(url);
    const user = decodeURIComponent(username);
    this.options = {
      servers: host,
      // The broker may be away for any time.
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
      pingInterval: PING_MS,
      ...(protocol === 'tls:' ? { tls: {} } : {}),
      ...(password === '' ? {} : { user, pass: decodeURIComponent(password) }),
      ...(password === '' && user !== '' ? { token: user } : {}),
    };
  }

  ringer(): BellRinger {
    return new NestRinger(new ClientNats(this.options), this.log);
  }

  listen(node: string, onBell: OnBell): BellListener {
    const server = new ServerNats(this.options);
    const listener = new NestListener(server, node, onBell, this.log);
    server.on<'disconnect', () => void>('disconnect', () => listener.noteTrouble(new Error('disconnected')));
    server.on<'reconnect', () => void>('reconnect', () => listener.noteEnd());
    return listener;
  }
}
