import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { tellOfChannels, tellOfConnection } from './rabbitmq-troubles.js';

/** As amqp-connection-manager has it. */
class AConnection extends EventEmitter {
  readonly channel = new EventEmitter();
  readonly createChannel = jest.fn((_options?: object) => this.channel);
  readonly reconnect = jest.fn();
}

let connection: AConnection;
let told: unknown[];
beforeEach(() => {
  jest.useFakeTimers();
  connection = new AConnection();
  told = [];
});
afterEach(() => void jest.useRealTimers());

const note = (error: unknown): void => void told.push(error);

describe('a channel that the broker refuses', () => {
  const refused = new Error('ACCESS_REFUSED');

  it('is told of, ends nothing, and is tried again later', () => {
    tellOfChannels(connection, note);
    const given = { json: false };
    expect(connection.createChannel(given)).toBe(connection.channel);
    expect(connection.channel.emit('error', refused)).toBe(true);
    expect([told, connection.reconnect.mock.calls]).toEqual([[refused], []]);
    jest.advanceTimersByTime(5_000);
    expect(connection.reconnect).toHaveBeenCalledTimes(1);
  });

  it('is not tried again once the connection is closed', () => {
    connection.reconnect.mockImplementation(() => {
      throw new Error('cannot reconnect after close');
    });
    tellOfChannels(connection, note);
    connection.createChannel();
    connection.channel.emit('error', refused);
    expect(() => jest.advanceTimersByTime(5_000)).not.toThrow();
    expect(told).toEqual([refused]);
  });
});

describe('a connection', () => {
  it('is told of when it fails or is lost, but not when it is made anew on purpose', () => {
    tellOfConnection(connection, note);
    const [failed, lost] = [new Error('ECONNREFUSED'), new Error('CONNECTION_FORCED')];
    connection.emit('connectFailed', { err: failed, url: 'amqp://127.0.0.1' });
    connection.emit('disconnect', { err: lost });
    connection.emit('disconnect', { err: new Error('forced reconnect') });
    expect(told).toEqual([failed, lost]);
  });
});
