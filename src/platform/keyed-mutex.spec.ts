import { describe, expect, it } from '@jest/globals';
import { KeyedMutex } from './keyed-mutex.js';

describe('a keyed mutex', () => {
  it('does not call work whose turn does not come in time, and goes on with what is behind it', async () => {
    const mutex = new KeyedMutex();
    let end = (): void => undefined;
    const first = mutex.run('key', () => new Promise<void>((resolve) => (end = resolve)));
    const called: string[] = [];
    const work = (name: string) => (): Promise<string> => {
      called.push(name);
      return Promise.resolve(name);
    };
    const late = mutex.runWithin('key', 1, work('late'), () => new Error('too late'));
    const behind = mutex.runWithin('key', 60_000, work('behind'), () => new Error('too late'));
    await expect(late).rejects.toThrow('too late');
    end();
    await first;
    expect(await behind).toBe('behind');
    expect([called, mutex.isTaken('key')]).toEqual([['behind'], false]);
  });

  it('passes the failure of work on', async () => {
    const failing = new KeyedMutex().runWithin(
      'key',
      60_000,
      () => Promise.reject(new Error('broken')),
      Error,
    );
    await expect(failing).rejects.toThrow('broken');
  });
});
