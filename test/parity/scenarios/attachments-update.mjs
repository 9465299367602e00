import {
  bodies,
  complete,
  connect,
  connector,
  put,
  quietly,
  reserve,
  resetStatus,
  scenario,
  show,
  volume,
  volumeState,
} from '../lib/steps.mjs';

const PATH = '/v3/attachments/{unknown}';

export default {
  group: 'attachments-update',
  scenarios: [
    scenario('an update connects a reservation', [
      quietly(volume(), reserve()),
      connect('attachment', connector(), { version: '3.27' }),
      show(),
      volumeState(),
    ]),
    scenario('an update with the project in the path', [
      quietly(volume(), reserve()),
      put('/v3/{project}/attachments/{attachment}', { body: { attachment: { connector: connector() } } }),
    ]),
    scenario('an update may be repeated', [
      quietly(volume(), reserve(), connect()),
      connect('attachment', connector(), { name: 'the same connector' }),
      connect('attachment', connector('host-b'), { name: 'another host' }),
      show(),
    ]),
    scenario('an update of an attached attachment sets it back to attaching', [
      quietly(volume(), reserve(), connect(), complete()),
      connect(),
      show(),
      volumeState(),
      complete(),
      volumeState('volume', 'state after another complete'),
    ]),
    scenario('the mode of the connector', [
      quietly(volume(), reserve()),
      connect('attachment', connector('host-a', { mode: 'ro' }), { name: 'ro' }),
      show(),
    ]),
    scenario('the mode of the reservation wins over that of the connector', [
      quietly(volume(), reserve('attachment', { mode: 'ro' })),
      connect('attachment', connector('host-a', { mode: 'rw' })),
      show(),
    ]),
    scenario('a mode of the connector that does not exist', [
      quietly(volume(), reserve()),
      connect('attachment', connector('host-a', { mode: 'bogus' })),
      show(),
    ]),
    scenario('a connector with nulls as the command line sends it', [
      quietly(volume(), reserve()),
      connect('attachment', {
        initiator: null,
        ip: null,
        host: null,
        platform: 'x86_64',
        os_type: 'linux',
        multipath: 'False',
        mountpoint: null,
        mode: null,
      }),
      show(),
    ]),
    scenario('a connector without host', [
      quietly(volume(), reserve()),
      connect('attachment', { initiator: 'iqn.1994-05.com.example:a' }),
      show(),
    ]),
    scenario('a connector without mountpoint', [
      quietly(volume(), reserve()),
      connect('attachment', { initiator: 'iqn.1994-05.com.example:a', host: 'host-a' }),
    ]),
    scenario('enforce_multipath', [
      quietly(volume(), reserve()),
      connect('attachment', connector('host-a', { multipath: true, enforce_multipath: true })),
    ]),
    scenario('the body of an update', [
      bodies('PUT', PATH, {
        'empty object': {},
        null: null,
        'an array': [],
        'attachment null': { attachment: null },
        'attachment empty': { attachment: {} },
        'attachment a text': { attachment: 'x' },
        'connector null': { attachment: { connector: null } },
        'connector empty': { attachment: { connector: {} } },
        'connector a text': { attachment: { connector: 'x' } },
        'connector an array': { attachment: { connector: [] } },
        'connector a number': { attachment: { connector: 1 } },
        'extra key': { attachment: { connector: connector(), extra: 1 } },
        instance_uuid: { attachment: { connector: connector(), instance_uuid: '{instance}' } },
        mode: { attachment: { connector: connector(), mode: 'ro' } },
        'extra key at the root': { attachment: { connector: connector() }, extra: 1 },
      }),
    ]),
    scenario('a root key named type', [
      bodies('PUT', PATH, {
        'type beside attachment': { attachment: { connector: connector() }, type: 'x' },
      }),
    ]),
    scenario('an unknown attachment', [
      bodies('PUT', PATH, { 'valid body': { attachment: { connector: connector() } } }, { message: true }),
      put('/v3/attachments/not-a-uuid', { body: { attachment: { connector: connector() } } }),
    ]),
    scenario('a volume in an error status', [
      quietly(volume(), reserve(), resetStatus('error')),
      connect('attachment', connector(), { name: 'error' }),
      show(),
    ]),
    scenario('the second of two attachments of a plain volume', [
      quietly(volume(), reserve('first'), reserve('second'), connect('first')),
      connect('second', connector('host-b'), { name: 'while the first is connected' }),
      connect('first', connector(), { name: 'the first again' }),
      show('second'),
    ]),
    scenario('the first of two reservations of a plain volume', [
      quietly(volume(), reserve('first'), reserve('second')),
      connect('second', connector('host-b')),
      volumeState(),
    ]),
    scenario('an update of a volume in maintenance', [
      quietly(volume(), reserve(), resetStatus('maintenance')),
      connect(),
      volumeState(),
    ]),
  ],
};
