import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectorOf } from './client.mjs';

async function available(client, id) {
  for (;;) {
    const { body } = await client.send('GET', `/volumes/${id}`);
    if (body.volume.status === 'available') return id;
    await sleep(5);
  }
}

async function aVolume(client, type) {
  const { body } = await client.createVolume(randomUUID(), type);
  return available(client, body.volume.id);
}

async function attached(client, volume, host) {
  const { body } = await client.create(volume, randomUUID(), host && connectorOf(host));
  return body.attachment.id;
}

const aReservation = async (client) => {
  const volume = await aVolume(client);
  return { volume, id: await attached(client, volume, null) };
};

const aConnection = async (client) => {
  const volume = await aVolume(client);
  const id = await attached(client, volume, 'first');
  await client.complete(id);
  return { volume, id };
};

/** Two hosts on one volume. */
const aSharedConnection = async (client) => {
  const volume = await aVolume(client, 'shared');
  const id = await attached(client, volume, 'first');
  await client.complete(id);
  await attached(client, volume, 'second');
  return { volume, id };
};

const update =
  (host) =>
  (client, { id }) =>
    client.update(id, connectorOf(host));
const complete = (client, { id }) => client.complete(id);
const remove = (client, { id }) => client.delete(id);

/**
 * Every operation that writes: what there is before, what is asked for, and the states in which its attachment (or its
 * volume, where there is none) may be found: untouched, undone by the recovery, and done. `cutsOff`
 * where a failure may leave the host without access: who wants a host off repeats the call.
 */
export const SCENARIOS = [
  {
    name: 'create volume',
    prepare: async () => ({ name: randomUUID() }),
    act: (client, { name }) => client.createVolume(name),
    before: 'gone',
    failed: 'error',
    done: 'available',
  },
  {
    name: 'delete volume',
    prepare: async (client) => ({ volume: await aVolume(client) }),
    act: (client, { volume }) => client.deleteVolume(volume),
    before: 'available',
    failed: 'error_deleting',
    done: 'gone',
  },
  {
    name: 'reserve',
    prepare: async (client) => ({ volume: await aVolume(client), isAttached: true }),
    act: (client, { volume }) => client.create(volume, randomUUID()),
    before: 'gone',
    done: 'reserved',
  },
  {
    name: 'create with connector',
    prepare: async (client) => ({ volume: await aVolume(client), isAttached: true }),
    act: (client, { volume }) => client.create(volume, randomUUID(), connectorOf('first')),
    before: 'gone',
    done: 'attaching',
  },
  {
    name: 'connect a reservation',
    prepare: aReservation,
    act: update('first'),
    before: 'reserved',
    failed: 'error_attaching',
    done: 'attaching',
  },
  {
    name: 'connect the same host again',
    prepare: aConnection,
    act: update('first'),
    before: 'attached',
    done: 'attaching',
  },
  {
    name: 'move to another host',
    prepare: aConnection,
    act: update('second'),
    before: 'attached',
    done: 'attaching',
  },
  {
    name: 'move to a host that the volume has already',
    prepare: aSharedConnection,
    act: update('second'),
    before: 'attached',
    done: 'attaching',
  },
  { name: 'complete', prepare: aReservation, act: complete, before: 'reserved', done: 'attached' },
  { name: 'delete a reservation', prepare: aReservation, act: remove, before: 'reserved', done: 'gone' },
  { name: 'detach', prepare: aConnection, act: remove, before: 'attached', done: 'gone', cutsOff: true },
  {
    name: 'detach one of two hosts',
    prepare: aSharedConnection,
    act: remove,
    before: 'attached',
    done: 'gone',
    cutsOff: true,
  },
];
