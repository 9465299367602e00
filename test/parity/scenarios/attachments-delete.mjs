import {
  complete,
  connect,
  connector,
  del,
  multiattachType,
  quietly,
  remove,
  reserve,
  resetStatus,
  scenario,
  show,
  volume,
  volumeState,
} from '../lib/steps.mjs';

const other = { instance_uuid: '{instance2}' };
const shared = [multiattachType(), volume('volume', { volume_type: '{multi}' })];

export default {
  group: 'attachments-delete',
  scenarios: [
    scenario('a reservation', [
      quietly(volume(), reserve()),
      remove('attachment', { version: '3.27' }),
      volumeState(),
    ]),
    scenario('with the project in the path', [
      quietly(volume(), reserve()),
      del('/v3/{project}/attachments/{attachment}'),
    ]),
    scenario('a connected attachment', [quietly(volume(), reserve(), connect()), remove(), volumeState()]),
    scenario('an attached attachment', [
      quietly(volume(), reserve(), connect(), complete()),
      remove(),
      volumeState(),
    ]),
    scenario('a completed reservation', [quietly(volume(), reserve(), complete()), remove(), volumeState()]),
    scenario('a deleted attachment is gone', [
      quietly(volume(), reserve(), remove()),
      show('attachment', { message: true }),
      remove('attachment', { message: true }),
      connect(),
    ]),
    scenario('an unknown attachment', [
      del('/v3/attachments/{unknown}', { message: true }),
      del('/v3/attachments/not-a-uuid'),
      del('/v3/attachments/detail'),
    ]),
    scenario('one of two reservations by the same instance', [
      quietly(volume(), reserve('first'), reserve('second')),
      remove('first'),
      volumeState(),
      remove('second'),
      volumeState('volume', 'state after both'),
    ]),
    scenario('one of two attached ones', [
      quietly(shared, reserve('first'), connect('first'), complete('first')),
      quietly(reserve('second', other), connect('second', connector('host-b')), complete('second')),
      remove('first'),
      volumeState(),
      remove('second'),
      volumeState('volume', 'state after both'),
    ]),
    scenario('the attached one while another is reserved', [
      quietly(shared, reserve('first'), connect('first'), complete('first'), reserve('second', other)),
      volumeState('volume', 'state before'),
      remove('first'),
      volumeState(),
    ]),
    scenario('the reserved one while another is attached', [
      quietly(shared, reserve('first'), connect('first'), complete('first'), reserve('second', other)),
      remove('second'),
      volumeState(),
    ]),
    scenario('the attached one while another is attaching', [
      quietly(shared, reserve('first'), connect('first'), complete('first')),
      quietly(reserve('second', other), connect('second', connector('host-b'))),
      remove('first'),
      volumeState(),
    ]),
    scenario('the volume becomes available from error and maintenance', [
      quietly(volume(), reserve(), connect(), resetStatus('error')),
      remove(),
      volumeState(),
      quietly(reserve('again'), resetStatus('maintenance')),
      remove('again'),
      volumeState('volume', 'state after maintenance'),
    ]),
    scenario('a failing disconnect changes nothing', [
      quietly(volume(), reserve(), connect('attachment', connector('host-a', { ref_fail: 'terminate' }))),
      remove(),
      show(),
      volumeState(),
    ]),
    scenario('with a body', [
      quietly(volume(), reserve()),
      remove('attachment', { name: 'JSON body', body: {} }),
      remove('attachment', { name: 'empty JSON body', headers: { 'Content-Type': 'application/json' } }),
      remove('attachment', { name: 'again' }),
    ]),
  ],
};
