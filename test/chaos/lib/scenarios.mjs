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

/** A host connected by a volume action, as older clients do. */
const aHost = async (client) => {
  const volume = await aVolume(client);
  await client.act(volume, 'os-initialize_connection', { connector: connectorOf('first') });
  return { volume, isByHost: true };
};

/** The same, with a server that uses it. */
const anOldAttachment = async (client) => {
  const { volume } = await aHost(client);
  await client.act(volume, 'os-attach', { instance_uuid: randomUUID(), mountpoint: '/dev/vdb' });
  return { volume, isAttached: true };
};

/** The state after a repair by volume action: no connection in the database, but an export on the backend. */
const anOrphanExport = async (client) => {
  const { volume } = await aConnection(client);
  await client.act(volume, 'os-reset_status', { status: 'available', attach_status: 'detached' });
  return { volume };
};

/** A host whose export the backend has lost. */
const aLostExport = async (client, lose) => {
  const connection = await aConnection(client);
  await lose(connection.volume);
  return connection;
};

/** A host unknown to the database, beside an attached one. */
const aStranger = async (client) => {
  const { volume } = await anOrphanExport(client);
  return { volume, id: await attached(client, volume, 'second') };
};

const createWithKey = (client, { volume, instance, key }) =>
  client.create(volume, instance, connectorOf('first'), key);

/** Repeats the request with the same key: whatever the first one did, there must be one attachment afterwards. */
async function repeatWithKey(client, context) {
  const { status } = await createWithKey(client, context);
  const { body } = await client.send('GET', `/attachments?volume_id=${context.volume}`);
  const count = body.attachments.length;
  return status === 200 && count === 1
    ? []
    : [`the repeated key returned ${status}, with ${count} attachments`];
}

const initialize = (client, { volume }) =>
  client.act(volume, 'os-initialize_connection', { connector: connectorOf('second') });
const repair = (client) => client.send('POST', '/clinker-consistency/action', { repair: null });
/** A second repair covers what the first one did not reach. */
const repairAgain = async (client) => void (await repair(client));

const update =
  (host) =>
  (client, { id }) =>
    client.update(id, connectorOf(host));
const complete = (client, { id }) => client.complete(id);
const remove = (client, { id }) => client.delete(id);

/**
 * All writing operations: `prepare`, `act`, and the allowed states of the attachment (or of the volume, if there is
 * none): `before` (untouched), `failed` (undone by the recovery) and `done`. `settle` is called once before judging and
 * returns faults. `isLater` if the work begins after the response; `isLong` for scenarios with many steps similar to
 * another's, which the bounded form has no time for.
 */
export const SCENARIOS = [
  {
    name: 'create volume',
    isLater: true,
    prepare: async () => ({ name: randomUUID() }),
    act: (client, { name }) => client.createVolume(name),
    before: 'gone',
    failed: 'error',
    done: 'available',
  },
  {
    name: 'delete volume',
    isLater: true,
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
    name: 'create with connector and key',
    prepare: async (client) => ({
      volume: await aVolume(client),
      instance: randomUUID(),
      key: randomUUID(),
      isAttached: true,
    }),
    act: createWithKey,
    settle: repeatWithKey,
    before: 'attaching',
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
    name: 'move to a host that the volume already has',
    prepare: aSharedConnection,
    act: update('second'),
    before: 'attached',
    done: 'attaching',
  },
  { name: 'complete', prepare: aReservation, act: complete, before: 'reserved', done: 'attached' },
  { name: 'delete a reservation', prepare: aReservation, act: remove, before: 'reserved', done: 'gone' },
  { name: 'detach', prepare: aConnection, act: remove, before: 'attached', done: 'gone' },
  {
    name: 'detach one of two hosts',
    prepare: aSharedConnection,
    act: remove,
    before: 'attached',
    done: 'gone',
  },
  {
    name: 'os-extend',
    isLater: true,
    prepare: async (client) => ({ volume: await aVolume(client) }),
    act: (client, { volume }) => client.act(volume, 'os-extend', { new_size: 2 }),
    before: 'available',
    failed: 'error_extending',
    done: 'available',
  },
  {
    name: 'os-attach',
    prepare: async (client) => ({ volume: await aVolume(client), isAttached: true }),
    act: (client, { volume }) =>
      client.act(volume, 'os-attach', { instance_uuid: randomUUID(), mountpoint: '/dev/vdb' }),
    before: 'gone',
    done: 'attached',
  },
  {
    name: 'os-initialize_connection',
    prepare: async (client) => ({ volume: await aVolume(client), isByHost: true }),
    act: initialize,
    before: 'gone',
    done: 'connected',
  },
  {
    name: 'os-initialize_connection besides an attachment',
    prepare: async (client) => ({ volume: (await aConnection(client)).volume, isByHost: true }),
    act: initialize,
    before: 'gone',
    done: 'connected',
  },
  {
    name: 'os-terminate_connection',
    prepare: aHost,
    act: (client, { volume }) =>
      client.act(volume, 'os-terminate_connection', { connector: connectorOf('first') }),
    before: 'connected',
    done: 'gone',
  },
  {
    name: 'os-detach of a host that was admitted by an action',
    prepare: anOldAttachment,
    act: (client, { volume }) => client.act(volume, 'os-detach'),
    before: 'attached',
    failed: 'error_detaching',
    done: 'gone',
  },
  {
    name: 'os-force_detach',
    prepare: aConnection,
    act: (client, { volume }) => client.act(volume, 'os-force_detach', {}),
    before: 'attached',
    done: 'gone',
  },
  {
    name: 'clinker doctor --repair of an orphan export',
    isLong: true,
    prepare: anOrphanExport,
    act: repair,
    settle: repairAgain,
    before: 'available',
    done: 'available',
  },
  {
    name: 'clinker doctor --repair of a lost export',
    prepare: aLostExport,
    act: repair,
    settle: repairAgain,
    before: 'attached',
    done: 'attached',
  },
  {
    name: 'clinker doctor --repair of a stranger',
    isLong: true,
    prepare: aStranger,
    act: repair,
    settle: repairAgain,
    before: 'attaching',
    done: 'attaching',
  },
];
