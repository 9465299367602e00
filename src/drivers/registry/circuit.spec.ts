import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { letTimePass, setClockBy } from '../../../test/support/host-clock.js';
import { Circuit } from './circuit.js';

const HOUR_MS = 3_600_000;
const PAUSE_MS = 5_000;
const log = { info: () => undefined, warn: () => undefined };

function opened(): Circuit {
  const circuit = new Circuit(
    { failures: 2, pauseMs: PAUSE_MS },
    log,
    () => Promise.resolve(false),
    () => undefined,
  );
  for (const volume of ['one', 'another']) circuit.watch(volume).missed();
  return circuit;
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the pause after which a backend is tried again', () => {
  it.each([
    ['an hour back', -HOUR_MS],
    ['an hour forward', HOUR_MS],
    ['not at all', 0],
  ])("is as long as it is when the host's clock is set %s", async (_, ms) => {
    const circuit = opened();
    await turn();
    setClockBy(ms);
    expect([circuit.isClosed, circuit.retryAfterS]).toEqual([false, PAUSE_MS / 1000]);
    letTimePass(PAUSE_MS);
    expect(circuit.retryAfterS).toBeNull();
    circuit.watch('one').answered();
    await turn();
    expect(circuit.isClosed).toBe(true);
  });

  it('starts over if the backend does not answer the probe, but not if the probe never reached it', async () => {
    const circuit = opened();
    await turn();
    letTimePass(PAUSE_MS);
    circuit.watch('one').end();
    await turn();
    expect([circuit.isClosed, circuit.retryAfterS]).toEqual([false, null]);
    circuit.watch('one').missed();
    await turn();
    expect([circuit.isClosed, circuit.retryAfterS]).toEqual([false, PAUSE_MS / 1000]);
  });
});
