import {
  attach,
  complete,
  connect,
  connector,
  multiattachType,
  post,
  quietly,
  reserve,
  scenario,
  show,
  volume,
  volumeState,
} from '../lib/steps.mjs';

const other = { instance_uuid: '{instance2}' };
const shared = quietly(multiattachType(), volume('volume', { volume_type: '{multi}' }));
const create = (name, fields) => post('/v3/attachments', { name, body: attach(fields), message: true });

export default {
  group: 'attachments-shared',
  scenarios: [
    scenario('a multiattach volume that is in-use can be reserved again', [
      shared,
      quietly(reserve('first'), connect('first'), complete('first')),
      reserve('second', other),
      volumeState(),
      connect('second', connector('host-b')),
      volumeState('volume', 'state while attaching'),
      complete('second'),
      volumeState('volume', 'state with two'),
    ]),
    scenario('a multiattach volume that is reserved or attaching is busy', [
      shared,
      quietly(reserve('first')),
      create('while reserved', other),
      quietly(connect('first')),
      create('while attaching', other),
      create('the same instance while attaching', {}),
    ]),
    scenario('the same instance twice on a multiattach volume', [
      shared,
      quietly(reserve('first'), connect('first'), complete('first')),
      reserve('second'),
      connect('second', connector('host-b')),
      complete('second'),
      volumeState(),
    ]),
    scenario('a plain volume that is in-use is busy', [
      quietly(volume(), reserve('first'), connect('first'), complete('first')),
      create('another instance', other),
      create('no instance', { instance_uuid: undefined }),
    ]),
    scenario('a plain volume that is attaching is busy', [
      quietly(volume(), reserve('first'), connect('first')),
      create('another instance', other),
      create('the same instance', {}),
    ]),
    scenario('a second reservation by the instance that uses a plain volume', [
      quietly(volume(), reserve('first'), connect('first'), complete('first')),
      reserve('second'),
      volumeState(),
      connect('second', connector('host-b')),
      show('second'),
    ]),
    scenario('a second create with connector by the instance that uses a plain volume', [
      quietly(volume(), reserve('first'), connect('first'), complete('first')),
      reserve('second', { connector: connector('host-b') }),
      volumeState(),
      complete('second'),
      volumeState('volume', 'state after complete'),
    ]),
    scenario(
      'the shared attachments as a member sees them',
      [
        quietly(
          multiattachType('admin'),
          volume('volume', { volume_type: '{multi}' }),
          reserve('first'),
          connect('first'),
          complete('first'),
          reserve('second', other),
          connect('second', connector('host-b')),
          complete('second'),
        ),
        volumeState(),
        volumeState('volume', 'state for an admin', { as: 'admin' }),
      ],
      { as: 'member' },
    ),
  ],
};
