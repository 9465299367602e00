import {
  attach,
  connect,
  connector,
  get,
  post,
  quietly,
  reserve,
  scenario,
  show,
  volume,
  volumeState,
} from '../lib/steps.mjs';

/** `ref_fail` in a connector makes the test driver of both servers fail in that call. */
const failing = (call) => connector('host-a', { ref_fail: call });
const without = (key) => {
  const rest = connector();
  delete rest[key];
  return rest;
};

const createFails = (name, fields) =>
  scenario(name, [
    quietly(volume()),
    post('/v3/attachments', { name: 'create', body: attach({ connector: fields }) }),
    get('/v3/attachments/detail?volume_id={volume}', { name: 'what is left' }),
    volumeState(),
  ]);

const updateFails = (name, fields) =>
  scenario(name, [
    quietly(volume(), reserve()),
    connect('attachment', fields),
    show(),
    volumeState(),
    connect('attachment', connector(), { name: 'a second try' }),
    show('attachment', { name: 'show after the second try' }),
  ]);

export default {
  group: 'attachments-failures',
  scenarios: [
    createFails('create: the driver refuses the connector', failing('validate')),
    createFails('create: the connector lacks what the driver needs', without('initiator')),
    createFails('create: the connector has no host', without('host')),
    createFails('create: the export fails', failing('export')),
    createFails('create: the connection fails', failing('initialize')),
    updateFails('update: the driver refuses the connector', failing('validate')),
    updateFails('update: the connector lacks what the driver needs', without('initiator')),
    updateFails('update: the export fails', failing('export')),
    updateFails('update: the connection fails', failing('initialize')),
  ],
};
