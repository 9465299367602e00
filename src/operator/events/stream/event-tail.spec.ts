import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { traced } from '../../../platform/spans.js';
import type { EventSequencer } from './event-sequencer.js';
import { EventTail } from './event-tail.js';
import type { EventsReader } from './events.reader.js';

beforeEach(() => new NodeTracerProvider().register());
afterEach(() => {
  trace.disable();
  context.disable();
});

it('the looks for new events belong to no trace, whoever was the first to listen', async () => {
  const seen: boolean[] = [];
  let third = (): void => undefined;
  const untilThird = new Promise<void>((resolve) => (third = resolve));
  const sequencer = {
    sequence: () => {
      seen.push(trace.getActiveSpan() !== undefined);
      if (seen.length === 3) third();
      return Promise.resolve('done');
    },
  } as unknown as EventSequencer;
  const events = {
    ends: () => Promise.resolve({ newest: 0, removed: 0 }),
    page: () => Promise.resolve({ events: [], removed: 0, isFull: false }),
  } as unknown as EventsReader;
  const tail = new EventTail(events, sequencer, pino({ enabled: false }));
  const request = trace.getTracer('test').startSpan('GET /v3/events');
  await context.with(trace.setSpan(ROOT_CONTEXT, request), () =>
    traced({ name: 'a part of it' }, async () => {
      await tail.listen(() => undefined);
      expect(trace.getActiveSpan()).toBeDefined();
    }),
  );
  await untilThird;
  tail.onModuleDestroy();
  expect(seen).toEqual([false, false, false]);
});
