import {
  complete,
  connect,
  get,
  queries,
  quietly,
  reserve,
  scenario,
  versions,
  volume,
} from '../lib/steps.mjs';

const LIST = '/v3/attachments';

/** One attachment in each state. */
const states = quietly(
  volume('volumeA'),
  volume('volumeB'),
  volume('volumeC'),
  reserve('reserved', { volume_uuid: '{volumeA}' }),
  reserve('attaching', { volume_uuid: '{volumeB}', instance_uuid: '{instance2}' }),
  connect('attaching'),
  reserve('attached', { volume_uuid: '{volumeC}' }),
  connect('attached'),
  complete('attached'),
);

const filter = (list, options) => queries(LIST, list, { mine: 'attachments', ...options });

const PUBLIC = [
  'volume_id={volumeA}',
  'instance_id={instance}',
  'instance_id={instance2}',
  'attach_status=attached',
].concat([
  'attach_status=reserved&instance_id={instance}',
  'attach_status=bogus',
  'volume_id={unknown}',
  'volume_id=',
  'volume_id={volumeA.upper}',
  'instance_id=',
]);

export default {
  group: 'attachments-filters',
  scenarios: [
    scenario('public filters as an admin', [states, filter(PUBLIC)]),
    scenario('public filters as a member', [states, filter(PUBLIC)], { as: 'member' }),
    scenario('public filters below 3.31 as a member', [states, filter(PUBLIC)], {
      as: 'member',
      version: '3.27',
    }),
    scenario('the status filter', [
      states,
      filter(['status=reserved', 'status=attached']),
      filter(['status=reserved'], { name: 'at 3.27', version: '3.27' }),
      filter(['status=reserved&volume_id={volumeA}']),
    ]),
    scenario(
      'the status filter as a member',
      [
        states,
        filter(['status=reserved', 'status=attached']),
        filter(['status=reserved'], { name: 'at 3.27', version: '3.27' }),
      ],
      { as: 'member' },
    ),
    scenario('the status filter on the detailed list', [
      states,
      queries(`${LIST}/detail`, ['status=reserved']),
    ]),
    scenario(
      'unknown filters of a member',
      [
        quietly(volume(), reserve()),
        versions(['3.27', '3.30', '3.31', '3.33', '3.34', '3.70'], get(`${LIST}?bogus=1`, { name: 'bogus' })),
        versions(['3.30', '3.31', '3.70'], get(`${LIST}?bogus=1&other=2`, { name: 'two of them' })),
        versions(
          ['3.30', '3.31', '3.33', '3.34', '3.70'],
          get(`${LIST}?volume_id~=a`, { name: 'volume_id~' }),
        ),
        versions(['3.30', '3.31'], get(`${LIST}?id={attachment}`, { name: 'a column that is no filter' })),
        versions(['3.30', '3.31'], get(`${LIST}?instance_uuid={instance}`, { name: 'instance_uuid' })),
        versions(['3.30', '3.31'], get(`${LIST}?%C3%A9=1`, { name: 'outside of ASCII' })),
        versions(['3.30', '3.31'], get(`${LIST}/detail?bogus=1`, { name: 'detail' })),
      ],
      { as: 'member' },
    ),
    scenario('unknown filters of an admin', [
      quietly(volume(), reserve()),
      versions(['3.27', '3.31', '3.34', '3.70'], get(`${LIST}?bogus=1`, { name: 'bogus' })),
      versions(['3.27', '3.31'], get(`${LIST}?%C3%A9=1`, { name: 'outside of ASCII' })),
    ]),
    scenario('columns as filters of an admin', [
      states,
      filter([
        'id={reserved}',
        'instance_uuid={instance}',
        'attach_mode=rw',
        'attached_host=host-a',
        'mountpoint=/dev/vdb',
      ]),
      filter([
        'attach_mode=null',
        'connection_info=x',
        'connector=x',
        'created_at=2020-01-01',
        'deleted=False',
        'project_id=x',
      ]),
    ]),
    scenario('like filters of an admin', [
      states,
      filter(['attached_host~=ost', 'volume_id~={volumeA}', 'bogus~=x']),
      filter(['attached_host~=ost'], { name: 'like at 3.33', version: '3.33' }),
    ]),
    scenario('filters that are relationships or methods', [
      quietly(volume(), reserve()),
      filter(['volume=x', 'save=x', 'metadata=x']),
    ]),
    scenario('repeated parameters', [
      states,
      filter(['volume_id={volumeA}&volume_id={volumeB}', 'attach_status=reserved&attach_status=attached']),
      filter(['sort=id&sort=created_at', 'instance_id={instance}&instance_id={instance}']),
    ]),
    scenario('all_tenants of an admin', [
      quietly(
        volume('volumeA'),
        reserve('a', { volume_uuid: '{volumeA}' }),
        volume('volumeB', {}, { as: 'noauth foreign' }),
        reserve('b', { volume_uuid: '{volumeB}' }, { as: 'noauth foreign' }),
      ),
      get(LIST, { name: 'without' }),
      filter(['all_tenants=1', 'all_tenants=true', 'all_tenants=True', 'all_tenants=', 'all_tenants=bogus']),
      filter([
        'all_tenants=1&project_id={foreign}',
        'all_tenants=1&project_id={project}',
        'project_id={foreign}',
      ]),
      filter(['all_tenants=1&volume_id={volumeB}', 'volume_id={volumeB}']),
      queries(`${LIST}/detail`, ['all_tenants=1'], { mine: 'attachments', name: 'detail all_tenants' }),
    ]),
    scenario('all_tenants that says no', [
      quietly(
        volume('volumeA'),
        reserve('a', { volume_uuid: '{volumeA}' }),
        volume('volumeB', {}, { as: 'noauth foreign' }),
        reserve('b', { volume_uuid: '{volumeB}' }, { as: 'noauth foreign' }),
      ),
      filter(['all_tenants=0', 'all_tenants=false', 'all_tenants=False']),
    ]),
    scenario(
      'all_tenants of a member is dropped',
      [
        quietly(
          volume('volumeA'),
          reserve('a', { volume_uuid: '{volumeA}' }),
          volume('volumeB', {}, { as: 'foreign' }),
          reserve('b', { volume_uuid: '{volumeB}' }, { as: 'foreign' }),
        ),
        filter([
          'all_tenants=1',
          'all_tenants=1&project_id={foreign}',
          'project_id={foreign}',
          'volume_id={volumeB}',
        ]),
        filter(['all_tenants=1'], { name: 'at 3.27', version: '3.27' }),
        filter(['project_id={foreign}'], { name: 'project_id at 3.27', version: '3.27' }),
        filter(['marker={b}'], { name: 'a marker of another project' }),
      ],
      { as: 'member' },
    ),
  ],
};
