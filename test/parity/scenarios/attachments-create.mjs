import {
  act,
  attach,
  complete,
  connect,
  connector,
  get,
  post,
  quietly,
  reserve,
  resetStatus,
  scenario,
  show,
  volume,
  volumeState,
} from '../lib/steps.mjs';

const create = (name, fields, options) => post('/v3/attachments', { name, body: attach(fields), ...options });

export default {
  group: 'attachments-create',
  scenarios: [
    scenario('a reservation', [
      quietly(volume()),
      reserve('attachment', {}, { version: '3.27' }),
      show(),
      volumeState(),
    ]),
    scenario('a reservation with the project in the path', [
      quietly(volume()),
      post('/v3/{project}/attachments', {
        name: 'reserve',
        body: attach(),
        capture: { attachment: 'attachment.id' },
      }),
      get('/v3/{project}/attachments/{attachment}', { name: 'show' }),
      get('/v3/{project}/attachments'),
      get('/v3/{project}/attachments/detail'),
    ]),
    scenario('a reservation without an instance', [
      quietly(volume()),
      post('/v3/attachments', {
        name: 'reserve',
        body: { attachment: { volume_uuid: '{volume}' } },
        capture: { attachment: 'attachment.id' },
      }),
      show(),
    ]),
    scenario('connector null and connector {} mean reserve', [
      quietly(volume(), volume('second')),
      reserve('attachment', { connector: null }, { name: 'null' }),
      reserve('other', { volume_uuid: '{second}', connector: {} }, { name: 'empty object' }),
    ]),
    scenario('a create with a connector connects at once', [
      quietly(volume()),
      reserve('attachment', { connector: connector() }, { name: 'create' }),
      show(),
      volumeState(),
    ]),
    scenario('a create with a connector and a mode', [
      quietly(volume(), volume('second')),
      reserve('attachment', { connector: connector(), mode: 'ro' }, { name: 'ro' }),
      show(),
      reserve(
        'other',
        { volume_uuid: '{second}', connector: connector('host-a', { mode: 'ro' }) },
        { name: 'connector.mode' },
      ),
      show('other'),
    ]),
    scenario('mode wins over connector.mode', [
      quietly(volume()),
      reserve(
        'attachment',
        { mode: 'rw', connector: connector('host-a', { mode: 'ro' }) },
        { name: 'create' },
      ),
      show(),
    ]),
    scenario('a reservation keeps its mode', [
      quietly(volume(), volume('second')),
      reserve('attachment', { mode: 'rw' }, { name: 'rw' }),
      show(),
      reserve('other', { volume_uuid: '{second}', mode: 'ro' }, { name: 'ro' }),
      show('other'),
    ]),
    scenario('a volume that is reserved cannot be reserved by another instance', [
      quietly(volume(), reserve()),
      create('another instance', { instance_uuid: '{instance2}' }, { message: true }),
      create('no instance', { instance_uuid: undefined }, { message: true }),
      create(
        'another instance with a connector',
        { instance_uuid: '{instance2}', connector: connector() },
        { message: true },
      ),
    ]),
    scenario('the same instance may reserve again', [
      quietly(volume()),
      reserve('first'),
      reserve('second'),
      get('/v3/attachments?volume_id={volume}', { name: 'both are listed' }),
      volumeState(),
    ]),
    scenario('a reservation without instance is never repeated', [
      quietly(volume(), reserve('attachment', { instance_uuid: undefined })),
      create('again without instance', { instance_uuid: undefined }, { message: true }),
    ]),
    scenario('the volume is unknown', [
      create('unknown volume', { volume_uuid: '{unknown}' }, { message: true }),
      create('unknown volume with a connector', { volume_uuid: '{unknown}', connector: connector() }),
    ]),
    scenario('a volume in an error status cannot be reserved', [
      volume(),
      ['error', 'error_extending', 'maintenance'].map((status) => [
        resetStatus(status),
        create(status, {}, { message: true }),
      ]),
    ]),
    scenario('a volume that is detaching cannot be reserved', [
      quietly(volume(), reserve(), connect(), complete(), act('os-begin_detaching', null)),
      create('another instance', { instance_uuid: '{instance2}' }, { message: true }),
      create('the same instance', {}, { message: true }),
    ]),
    scenario('spellings of uuids', [
      quietly(volume(), volume('second')),
      reserve('attachment', { volume_uuid: '{volume.upper}' }, { name: 'upper case' }),
      reserve('other', { volume_uuid: '{second.hex}' }, { name: 'no dashes' }),
      create('braces', { volume_uuid: '{{second}}' }),
      create('urn prefix', { volume_uuid: 'urn:uuid:{second}' }),
      create('instance without dashes', { volume_uuid: '{second}', instance_uuid: '{instance.hex}' }),
    ]),
    scenario('a read-only volume gives read-only attachments', [
      quietly(volume(), act('os-update_readonly_flag', { readonly: true })),
      reserve('attachment', { mode: 'rw', connector: connector() }, { name: 'create with rw' }),
      show(),
    ]),
    scenario('a volume that is no longer read-only', [
      quietly(
        volume(),
        act('os-update_readonly_flag', { readonly: true }),
        act('os-update_readonly_flag', { readonly: false }),
      ),
      reserve('attachment', { mode: 'rw' }, { name: 'reserve with rw' }),
      connect(),
      show(),
    ]),
  ],
};
