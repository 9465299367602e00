import { describe, expect, it } from '@jest/globals';
import type { CallContext } from '../contract/index.js';
import type { AnyDriver } from './backend-session.js';
import { currentScope, type DriverScope, scoped } from './driver-scope.js';

const SCOPE: DriverScope = { backend: 'b1', driver: 'toy', secrets: [] };

describe('a driver in its scope', () => {
  it('hears of an abort in its own scope, although the server aborts', async () => {
    const { driver, heard } = waiting();
    const abort = new AbortController();
    const call = scoped(driver, SCOPE).deleteVolume({} as never, {
      signal: abort.signal,
      requestId: 'req-1',
    });
    abort.abort(new Error('too late'));
    await expect(call).rejects.toThrow('too late');
    expect(heard).toEqual([SCOPE]);
    expect(currentScope()).toBeUndefined();
  });

  it('gets a signal that was aborted before', async () => {
    const { driver } = waiting();
    const call = { signal: AbortSignal.abort(new Error('too late')), requestId: 'req-1' };
    await expect(scoped(driver, SCOPE).deleteVolume({} as never, call)).rejects.toThrow('too late');
  });
});

it('a driver that is a frozen object works in its scope', async () => {
  const inspect = () => Promise.resolve(currentScope());
  const driver = scoped(Object.freeze({ inspect }) as unknown as AnyDriver, SCOPE);
  expect(await driver.inspect({} as never, {} as never)).toEqual(SCOPE);
});

/** A driver that waits until it is aborted, and notes in which scope it hears of it. */
function waiting() {
  const heard: unknown[] = [];
  const deleteVolume = (_volume: unknown, { signal }: CallContext) =>
    new Promise<void>((_, reject) => {
      const onAbort = () => {
        heard.push(currentScope());
        reject(signal.reason as Error);
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort);
    });
  return { driver: { deleteVolume } as unknown as AnyDriver, heard };
}
