import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { StreamEvent } from '../stream/stream-event.js';
import { EventReceiver, type ReceiverTools } from './event-receiver.js';
import type { Sent } from './event-sink.js';

const TAKEN: Sent = { taken: 1, delivered: 1, refusal: null };
const REFUSED: Sent = { taken: 0, delivered: 0, refusal: { reason: 'status 503', isFinal: false } };

const EVENTS = [11, 12, 13].map((position) => ({ position, id: String(position) }) as StreamEvent);

/** A receiver of three events. `send` is told how many sends came before. */
function receiving(send: (count: number) => Sent, leaseMs = 60_000) {
  const tail = { position: 13, replacements: 0, after: () => null };
  const told: string[] = [];
  const waiting = new Set<() => void>();
  let sends = 0;
  const tell = (what: string): void => {
    told.push(what);
    for (const resolve of waiting) resolve();
  };
  const tools = {
    tail,
    log: pino({ enabled: false }),
    leaseMs,
    events: {
      page: (after: number) =>
        Promise.resolve({ events: EVENTS.filter(({ position }) => position > after), removed: 0 }),
    },
    delivery: {
      begin: () => {
        tell('begin');
        return Promise.resolve(10);
      },
      advance: (_: string, position: number) => {
        tell(`record ${String(position)}`);
        return Promise.resolve(true);
      },
      end: () => Promise.resolve(),
    },
  } as unknown as ReceiverTools;
  const sink = {
    send: ([event]: readonly StreamEvent[]) => {
      tell(`send ${String(event?.position)}`);
      sends += 1;
      return Promise.resolve(send(sends - 1));
    },
    close: () => undefined,
  };
  const receiver = new EventReceiver(
    {
      name: 'one',
      cursor: 'one',
      retryMs: Infinity,
      sink,
      count: () => undefined,
      setBehind: () => undefined,
    },
    tools,
  );
  const until = async (isMet: () => boolean): Promise<void> => {
    while (!isMet()) await new Promise<void>((resolve) => waiting.add(resolve));
  };
  return { receiver, tail, told, until };
}

describe('a receiver of events', () => {
  it('reads its place anew, and records none, when an older copy of the database takes its place', async () => {
    const { receiver, tail, told, until } = receiving((count) => {
      if (count !== 1) return TAKEN;
      tail.replacements += 1;
      return REFUSED;
    });
    receiver.start();
    await until(() => told.includes('record 13'));
    await receiver.stop();
    expect(told).toEqual([
      ...['begin', 'send 11', 'send 12'],
      ...['begin', 'send 11', 'send 12', 'send 13', 'record 13'],
    ]);
  });

  it('asks within its lease whether it is still the one to deliver', async () => {
    const { receiver, told, until } = receiving(() => TAKEN, -1);
    receiver.start();
    await until(() => told.includes('record 13'));
    await receiver.stop();
    expect(told).toEqual([
      ...['begin', 'record 10', 'send 11', 'record 11', 'send 12', 'record 12', 'send 13', 'record 13'],
    ]);
  });
});
