import type { Transport, TransportLog } from './transport.js';

/** Loads the transport of a URL; the other one's packages stay unloaded. */
export async function openTransport(url: string, log: TransportLog): Promise<Transport> {
  if (/^amqps?:/.test(url)) {
    const { RabbitmqTransport } = await import('./rabbitmq-transport.js');
    return new RabbitmqTransport(url, log);
  }
  const { NatsTransport } = await import('./nats-transport.js');
  return new NatsTransport(url, log);
}
