import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { EventPage } from './events.reader.js';
import { EventStream } from './event-stream.js';
import { type EventRow, type StreamEvent, streamEvent } from './stream-event.js';

const ANY = { projectId: undefined, types: undefined, volumeId: undefined, serverId: undefined };

/** A client that takes what was sent only when told to. */
class Client extends Duplex {
  received = '';
  private taken: (() => void) | null = null;

  constructor() {
    super({ writableHighWaterMark: 1000 });
  }

  override _write(chunk: Buffer, _encoding: string, taken: () => void): void {
    this.received += chunk.toString();
    this.taken = taken;
  }

  override _read(): void {
    // It sends nothing.
  }

  /** Takes everything that is sent now or while it does so. */
  async takeAll(): Promise<void> {
    for (let idle = 0; idle < 5; idle += 1) {
      await new Promise(setImmediate);
      if (this.taken === null) continue;
      const taken = this.taken;
      this.taken = null;
      idle = 0;
      taken();
    }
  }

  /** As of a socket. */
  destroySoon(): void {
    this.end();
  }

  get ids(): string[] {
    return [...this.received.matchAll(/^id: (.*)\nevent: attachment/gm)].map(([, id = '']) => id);
  }
}

function event(position: number): StreamEvent {
  const row = {
    position,
    attachment_id: 'a',
    seq: position,
    kind: 'completed',
    volume_id: 'v',
    project_id: 'p',
  };
  return streamEvent({
    ...row,
    reason: 'x'.repeat(200),
    occurred_at: 't',
    request_id: 'r',
  } as unknown as EventRow);
}

interface Source {
  readonly client: Client;
  readonly stream: EventStream;
  /** Events in memory; a source without any has only pages. */
  readonly recent: StreamEvent[];
  readonly pagesRead: number[];
}

const PAGE = 50;

function stream({ isElsewhere = false, removed = 0, stored = [] as StreamEvent[] } = {}): Source {
  const client = new Client();
  const recent: StreamEvent[] = [];
  const pagesRead: number[] = [];
  const page = async (after: number): Promise<EventPage> => {
    pagesRead.push(after);
    const events = stored.filter(({ position }) => position > after).slice(0, PAGE);
    return Promise.resolve({ events, removed, isFull: events.length === PAGE });
  };
  const floor = stored.at(-1)?.position ?? 0;
  const after = (position: number): { events: StreamEvent[]; from: number } | null => {
    if (position < floor) return null;
    const from = recent.findIndex((one) => one.position > position);
    return { events: recent, from: from < 0 ? recent.length : from };
  };
  const start = { position: 0, id: '0', isElsewhere };
  const made = new EventStream(client as unknown as Socket, ANY, { tail: { after }, page }, start);
  return { client, stream: made, recent, pagesRead };
}

const EVENTS = Array.from({ length: 300 }, (_, index) => event(index + 1));
const IDS = EVENTS.map(({ id }) => id);

describe('the stream of a client that takes nothing', () => {
  it('holds what the connection was given, and nothing of the rest', () => {
    const { client, stream: one, recent } = stream();
    for (const next of EVENTS) {
      recent.push(next);
      one.deliver();
      one.beat();
    }
    expect(client.writableLength).toBeLessThan(1000 + (EVENTS[0]?.frame.length ?? 0));
    expect(one.blockedMs).toBeGreaterThan(0);
  });

  it('reads no page for it', async () => {
    const { stream: one, pagesRead } = stream({ stored: EVENTS });
    one.deliver();
    for (let turns = 0; turns < 10; turns += 1) {
      await new Promise(setImmediate);
      one.deliver();
    }
    expect(pagesRead).toEqual([0]);
  });

  it('continues once it takes something, without a loss or a repeat', async () => {
    const { client, stream: one, recent } = stream();
    recent.push(...EVENTS);
    one.deliver();
    await client.takeAll();
    expect(client.ids).toEqual(IDS);
    expect(one.blockedMs).toBe(0);
  });

  it('can be cut off', () => {
    const { client, stream: one } = stream();
    one.cut();
    expect(client.destroyed).toBe(true);
  });
});

describe('a stream that is behind', () => {
  it('reads page after page, then what is in memory', async () => {
    const { client, stream: one, recent, pagesRead } = stream({ stored: EVENTS });
    recent.push(event(301), event(302));
    one.deliver();
    await client.takeAll();
    expect(client.ids).toEqual([...IDS, event(301).id, event(302).id]);
    expect(pagesRead.length).toBeGreaterThanOrEqual(EVENTS.length / PAGE);
  });

  it('tells once that events were removed', async () => {
    const { client, stream: one } = stream({ stored: EVENTS.slice(100), removed: 120 });
    one.deliver();
    await client.takeAll();
    expect(client.received.match(/event: gap/g)).toHaveLength(1);
    expect(client.received).toContain('"reason":"expired"');
    expect(client.ids).toEqual(IDS.slice(100));
  });

  it('says so when its place is of another database', async () => {
    const { client } = stream({ isElsewhere: true });
    await client.takeAll();
    expect(client.received).toMatch(/^retry: 1000\nid: 0\n\nid: 0\nevent: gap\ndata: .*"reason":"unknown"/);
  });
});

it('an ended stream sends nothing more', async () => {
  const { client, stream: one, recent } = stream();
  await client.takeAll();
  one.end();
  const before = client.received;
  recent.push(...EVENTS);
  one.deliver();
  one.beat();
  await client.takeAll();
  expect(client.received).toBe(before);
});
