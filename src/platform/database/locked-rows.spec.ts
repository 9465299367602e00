import { describe, expect, it } from '@jest/globals';
import { DatabaseTrouble } from './database-failure.js';
import { LockedRows } from './locked-rows.js';

const timeout = Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
const inVain = () => Promise.reject(timeout);
const taken = () => Promise.resolve('taken');

describe('LockedRows', () => {
  it('rejects a row at once if another request has just timed out on it, but no other row', async () => {
    const rows = new LockedRows();
    await expect(rows.lock('a', inVain)).rejects.toBe(timeout);
    await expect(rows.lock('a', taken)).rejects.toThrow(DatabaseTrouble);
    expect(await rows.lock('b', taken)).toBe('taken');
  });

  it('lets one try again after a while, and all of them once that one has the row', async () => {
    const rows = new LockedRows();
    await expect(rows.lock('a', inVain)).rejects.toBe(timeout);
    await new Promise((resolve) => setTimeout(resolve, 5_100));
    let give: (value: string) => void = () => undefined;
    const trying = rows.lock('a', () => new Promise<string>((resolve) => (give = resolve)));
    await expect(rows.lock('a', taken)).rejects.toThrow(DatabaseTrouble);
    give('taken');
    expect(await trying).toBe('taken');
    expect(await rows.lock('a', taken)).toBe('taken');
  });

  it('takes other failures for what they are', async () => {
    const rows = new LockedRows();
    await expect(rows.lock('a', () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(await rows.lock('a', taken)).toBe('taken');
  });
});
