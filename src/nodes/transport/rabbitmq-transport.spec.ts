import 'reflect-metadata';
import { describe, expect, it, jest } from '@jest/globals';
import { AnsweringServer } from './rabbitmq-transport.js';

describe('answers over RabbitMQ', () => {
  it('may be lost with the broker', () => {
    const lost = Promise.reject(new Error('channel closed'));
    const handled = jest.spyOn(lost, 'catch');
    const sendToQueue = jest.fn(() => lost);
    const server = Object.assign(new AnsweringServer({}), { channel: { sendToQueue } });
    server.sendMessage({ response: { done: true }, isDisposed: true }, 'replies', 'correlation');
    expect(sendToQueue.mock.calls).toEqual([
      ['replies', expect.any(Buffer), { correlationId: 'correlation' }],
    ]);
    expect(handled).toHaveBeenCalledTimes(1);
  });
});
