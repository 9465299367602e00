import { describe, expect, it } from '@jest/globals';
import { DatabaseTrouble } from './database-failure.js';
import { Overdue, Turns, type Weight } from './turns.js';

/** Starts work that runs until `end` is called, and records its start in `begun`. */
function aWork(turns: Turns<number>, weight: Weight, begun: string[], name: string) {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const done = turns.take(weight, async () => {
    begun.push(name);
    await ended;
  });
  return { end: () => end(), done };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('Turns', () => {
  it('lends each connection to one at a time, first come first served', async () => {
    const turns = new Turns([1, 2], { waitMs: 60_000 });
    const begun: string[] = [];
    const works = ['a', 'b', 'c', 'd'].map((name) => aWork(turns, 'small', begun, name));
    await settled();
    expect(begun).toEqual(['a', 'b']);
    works[1]?.end();
    await settled();
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const { end } of works) end();
    await Promise.all(works.map(({ done }) => done));
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
  });

  it('keeps one connection for what is small, which goes before all that is large', async () => {
    const turns = new Turns([1, 2], { waitMs: 60_000 });
    const begun: string[] = [];
    const large = ['l1', 'l2'].map((name) => aWork(turns, 'large', begun, name));
    const small = ['s1', 's2'].map((name) => aWork(turns, 'small', begun, name));
    await settled();
    expect(begun).toEqual(['l1', 's1']);
    large[0]?.end();
    await settled();
    expect(begun).toEqual(['l1', 's1', 's2']);
    for (const { end } of [...small, ...large]) end();
    await Promise.all([...small, ...large].map(({ done }) => done));
    expect(begun).toEqual(['l1', 's1', 's2', 'l2']);
  });

  it('does not let small work keep large work waiting for ever', async () => {
    const turns = new Turns([1], { waitMs: 400 });
    const begun: string[] = [];
    const first = aWork(turns, 'small', begun, 's1');
    const large = aWork(turns, 'large', begun, 'l1');
    await new Promise((resolve) => setTimeout(resolve, 250));
    const second = aWork(turns, 'small', begun, 's2');
    first.end();
    await settled();
    expect(begun).toEqual(['s1', 'l1']);
    for (const { end } of [large, second]) end();
    await Promise.all([first, large, second].map(({ done }) => done));
  });

  it('rejects requests that have waited too long, and forgets them', async () => {
    const turns = new Turns([1], { waitMs: 20 });
    const begun: string[] = [];
    const holder = aWork(turns, 'small', begun, 'a');
    await expect(turns.take('small', () => Promise.resolve())).rejects.toThrow(DatabaseTrouble);
    holder.end();
    await holder.done;
    expect(await turns.take('large', (connection) => Promise.resolve(connection))).toBe(1);
  });

  it('waits for work no longer than it may take, and lends its connection only once it is over', async () => {
    const turns = new Turns([1], { waitMs: 60_000, workMs: 20 });
    const begun: string[] = [];
    const hanging = aWork(turns, 'small', begun, 'a');
    await expect(hanging.done).rejects.toThrow(Overdue);
    const next = turns.take('small', () => Promise.resolve('b'));
    await settled();
    expect(begun).toEqual(['a']);
    hanging.end();
    expect(await next).toBe('b');
  });

  it('lends a connection again after work that failed', async () => {
    const turns = new Turns([1], { waitMs: 60_000 });
    await expect(turns.take('small', () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(await turns.take('small', (connection) => Promise.resolve(connection))).toBe(1);
  });
});
