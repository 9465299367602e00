import {
  get,
  LATEST,
  multiattachType,
  queries,
  quietly,
  reserve,
  scenario,
  versions,
  volume,
} from '../lib/steps.mjs';

const LIST = '/v3/volumes';
const names = ({ volumes, ...rest }) => ({ volumes: volumes.map(({ id, name }) => ({ id, name })), ...rest });
const list = (values, options) => queries(LIST, values, { pick: names, ...options });
const page = (values, options) => list(values, { ordered: true, ...options });

const three = quietly(
  volume('alpha', { size: 1, metadata: { color: 'red', form: 'round' } }, { pause: 1100 }),
  volume('beta', { size: 2, metadata: { color: 'red' } }, { pause: 1100 }),
  volume('gamma', { size: 3 }),
);

export default {
  group: 'volumes-list',
  scenarios: [
    scenario('an empty list', [
      get(LIST),
      get(`${LIST}/detail`),
      get(`${LIST}?with_count=true`, { version: '3.45' }),
    ]),
    scenario('limit, marker and offset', [
      three,
      page([
        'limit=1',
        'limit=2',
        'limit=3',
        'limit=4',
        'limit=0',
        'marker={gamma}',
        'marker={gamma}&limit=1',
        'offset=1',
        'offset=1&limit=1',
      ]),
      page([
        'limit=-1',
        'limit=abc',
        'limit=',
        'offset=-1',
        'offset=abc',
        'marker={unknown}',
        'marker=abc',
        'limit=1&limit=2',
      ]),
      get('/v3/{project}/volumes?limit=1', {
        name: 'links with the project in the path',
        pick: names,
        ordered: true,
      }),
      get('/v3/volumes/detail?limit=1', { name: 'links of the detailed list', pick: names, ordered: true }),
      page(['limit=1&name=alpha&sort=name:asc', 'limit=1&metadata=%7B%22color%22:%20%22red%22%7D']),
    ]),
    scenario('sort', [
      three,
      page([
        'sort=name',
        'sort=name:asc',
        'sort=size:desc',
        'sort=created_at:asc',
        'sort=display_name:asc',
        'sort=id&limit=0',
      ]),
      page([
        'sort_key=size',
        'sort_key=size&sort_dir=asc',
        'sort_dir=asc',
        'sort=bootable:asc,size:asc',
        'sort=status:asc,size:asc',
      ]),
      page([
        'sort=bogus',
        'sort=size:up',
        'sort=size&sort_key=size',
        'sort=',
        'sort=user_id:asc',
        'sort=attach_status',
        'sort=metadata',
      ]),
    ]),
    scenario('with_count', [
      three,
      list(['with_count=true'], { name: 'at 3.44', version: '3.44' }),
      list(
        [
          'with_count=true',
          'with_count=True',
          'with_count=1',
          'with_count=false',
          'with_count=bogus',
          'with_count=',
        ],
        { version: '3.45' },
      ),
      list(['with_count=true&limit=1', 'with_count=true&name=alpha', 'with_count=true&limit=0'], {
        version: '3.45',
        ordered: true,
      }),
      get(`${LIST}/detail?with_count=true`, { name: 'detail', version: '3.45', pick: names }),
    ]),
    scenario('filters', [
      three,
      list([
        'name=alpha',
        'name=nothing',
        'display_name=alpha',
        'status=available',
        'status=in-use',
        'size=2',
        'size=abc',
        'bootable=false',
      ]),
      list([
        'bootable=true',
        'bootable=bogus',
        'availability_zone=nova',
        'availability_zone=mars',
        'migration_status=none',
      ]),
      list([
        'metadata=%7B%22color%22:%20%22red%22%7D',
        "metadata=%7B'color':'red','form':'round'%7D",
        'metadata=x',
        'metadata=%7B%7D',
      ]),
      list([
        'multiattach=false',
        'group_id={unknown}',
        'user_id=admin',
        'id={alpha}',
        'bogus=1',
        'description=x',
        'host=x',
        'no_migration_targets=1',
      ]),
      list([
        'name=',
        'name=alpha&name=beta',
        'name~=lph',
        'status=available&name=beta',
        'consumes_quota=true',
        'consumes_quota=bogus',
      ]),
    ]),
    scenario(
      'filters as a member',
      [
        three,
        list([
          'name=alpha',
          'status=available',
          'size=2',
          'bootable=false',
          'availability_zone=nova',
          'all_tenants=1',
          'all_tenants=bogus',
        ]),
        list([
          'metadata=%7B%22color%22:%20%22red%22%7D',
          'group_id={unknown}',
          'migration_status=none',
          'consumes_quota=true',
        ]),
        versions(
          ['3.0', '3.30', '3.31', '3.33', '3.34', LATEST],
          get(`${LIST}?bogus=1`, { name: 'bogus', pick: names }),
        ),
        versions(
          ['3.30', '3.31', LATEST],
          get(`${LIST}?multiattach=false`, { name: 'multiattach', pick: names }),
        ),
        versions(['3.30', '3.31'], get(`${LIST}?id={alpha}`, { name: 'id', pick: names })),
        versions(['3.30', '3.31', '3.34'], get(`${LIST}?name~=lph`, { name: 'name~', pick: names })),
        versions(['3.30', '3.31'], get(`${LIST}?project_id={project}`, { name: 'project_id', pick: names })),
        versions(['3.30', '3.31'], get(`${LIST}?display_name=alpha`, { name: 'display_name', pick: names })),
      ],
      { as: 'member' },
    ),
    scenario('time comparison filters', [
      three,
      versions(
        ['3.59', '3.60'],
        get(`${LIST}?created_at=gt:2020-01-01T00:00:00`, { name: 'created_at gt', pick: names }),
      ),
      list(
        [
          'created_at=lt:2020-01-01T00:00:00',
          'created_at=bogus',
          'created_at=gt:bogus',
          'updated_at=gte:2020-01-01',
        ],
        { version: '3.60' },
      ),
    ]),
    scenario('the glance metadata filter and multiattach', [
      quietly(multiattachType(), volume('volume', { volume_type: '{multi}' })),
      list(['multiattach=true', 'multiattach=false', 'volume_type_id={multi}', 'glance_metadata=%7B%7D']),
    ]),
    scenario('all_tenants', [
      quietly(volume('own'), volume('theirs', {}, { as: 'noauth foreign' })),
      list(
        [
          'all_tenants=1',
          'all_tenants=true',
          'all_tenants=0',
          'all_tenants=false',
          'all_tenants=bogus',
          'all_tenants=',
        ],
        { mine: 'volumes' },
      ),
      list(['all_tenants=1&project_id={foreign}', 'project_id={foreign}'], { mine: 'volumes' }),
    ]),
    scenario('status filters follow the attachments', [
      quietly(volume('volume'), volume('other'), reserve()),
      list(['status=reserved', 'status=available', 'attach_status=detached']),
    ]),
    scenario('suffixes and slashes', [
      get(`${LIST}.json`),
      get(`${LIST}/`),
      get(`${LIST}/detail.json`),
      get(`${LIST}.xml`),
    ]),
  ],
};
