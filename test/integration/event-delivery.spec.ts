import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeadLettersRepository } from '../../src/operator/events/receivers/dead-letters.repository.js';
import { EventDelivery } from '../../src/operator/events/receivers/event-delivery.js';
import { settingsOf } from '../../src/operations/process-settings.js';
import { ProcessesRepository } from '../../src/operations/processes.repository.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;
let unitOfWork: UnitOfWork;

beforeAll(async () => {
  server = await createTestApp();
  unitOfWork = server.app.get(UnitOfWork);
});
afterAll(() => server.close());

/** A process that lives until it ends, and what it delivers. */
async function process(): Promise<EventDelivery & { die: () => Promise<void> }> {
  const id = randomUUID();
  const processes = server.app.get(ProcessesRepository, { strict: false });
  const settings = settingsOf(server.config);
  await unitOfWork.run((tx) => processes.add(tx, { id, node: null, settings }));
  const die = (): Promise<void> => unitOfWork.run((tx) => processes.remove(tx, id));
  const letters = server.app.get(DeadLettersRepository, { strict: false });
  return Object.assign(new EventDelivery(unitOfWork, { id }, letters), { die });
}

describe('a receiver', () => {
  it('begins where any server first knows it, and is served by one of them', async () => {
    const [young, old] = [await process(), await process()];
    expect(await young.begin('webhook new', 7)).toBe(7);
    expect(await old.begin('webhook new', 9)).toBeNull();
    expect(await old.advance('webhook new', 8)).toBe(false);
    expect(await young.advance('webhook new', 8)).toBe(true);
  });

  it('is served by another server once its own has died, which then stops', async () => {
    const [first, second] = [await process(), await process()];
    await first.begin('webhook moved', 1);
    await first.advance('webhook moved', 2);
    await first.die();
    expect(await second.begin('webhook moved', 5)).toBe(2);
    expect(await first.advance('webhook moved', 4)).toBe(false);
    expect(await second.begin('webhook moved', 5)).toBe(2);
  });

  it('is served by another server as soon as its own stops', async () => {
    const [first, second] = [await process(), await process()];
    await first.begin('webhook left', 3);
    await second.end('webhook left');
    expect(await second.begin('webhook left', 3)).toBeNull();
    await first.end('webhook left');
    expect(await second.begin('webhook left', 3)).toBe(3);
  });
});
