import { describe, expect, it } from '@jest/globals';
import { defer, NEVER, type Observable, of } from 'rxjs';
import { NestListener, NestRinger } from './nest-bells.js';

const BELL = { id: 'an-entry', requestId: 'req-1', waitMs: 20 };

function loggedBy<T>(make: (log: { info: (line: string) => void; warn: (line: string) => void }) => T) {
  const lines: string[] = [];
  const log = {
    info: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(line),
  };
  return { made: make(log), lines };
}

describe('a broker that cannot be used', () => {
  it('is told of by who sends, with the reason, once until it can be used again', async () => {
    const refused = () => defer(() => Promise.reject(new Error('Authorization Violation')));
    const answers: (() => Observable<unknown>)[] = [
      refused,
      refused,
      () => of({ done: true }),
      refused,
      () => NEVER,
    ];
    const client = { send: () => answers.shift()!(), close: () => undefined } as never;
    const { made: ringer, lines } = loggedBy((log) => new NestRinger(client, log));
    for (let rings = 0; rings < 5; rings += 1) await ringer.ring('node-1', BELL).catch(() => undefined);
    const line = 'the broker cannot be used (Authorization Violation): work is found later, in the database';
    expect(lines).toEqual([line, 'the broker can be used again', line]);
  });

  it('is told of by who listens, without its password', async () => {
    const server = {
      addHandler: () => undefined,
      listen: (callback: (error: unknown) => void) =>
        callback({ err: new Error('connect ECONNREFUSED amqp://clinker:a-password@127.0.0.1') }),
      close: () => undefined,
    };
    const { made: listener, lines } = loggedBy(
      (log) => new NestListener(server, 'node-1', () => Promise.resolve(), log),
    );
    await listener.close();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('ECONNREFUSED');
    expect(lines[0]).not.toContain('a-password');
  });

  it('is no trouble once this process closes the connection itself', async () => {
    const client = {
      send: () => defer(() => Promise.reject(new Error('Connection closed'))),
      close: () => undefined,
    } as never;
    const { made: ringer, lines } = loggedBy((log) => new NestRinger(client, log));
    await ringer.close();
    await expect(ringer.ring('node-1', BELL)).rejects.toThrow('Connection closed');
    expect(lines).toEqual([]);
  });
});
