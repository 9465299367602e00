import {
  complete,
  connect,
  connector,
  get,
  queries,
  quietly,
  reserve,
  scenario,
  volume,
} from '../lib/steps.mjs';

const LIST = '/v3/attachments';

/** Three volumes with one attachment each, made in different seconds so that their order is certain. */
const three = quietly(
  volume('volumeA'),
  volume('volumeB'),
  volume('volumeC'),
  reserve('a', { volume_uuid: '{volumeA}' }, { pause: 1100 }),
  reserve('b', { volume_uuid: '{volumeB}', instance_uuid: '{instance2}' }, { pause: 1100 }),
  reserve('c', { volume_uuid: '{volumeC}' }),
);

const page = (list, options) => queries(LIST, list, { ordered: true, ...options });

export default {
  group: 'attachments-list',
  scenarios: [
    scenario('an empty list', [get(LIST), get(`${LIST}/detail`), get('/v3/{project}/attachments')]),
    scenario('summaries and details in every state', [
      quietly(volume('volumeA'), volume('volumeB'), volume('volumeC')),
      quietly(reserve('reserved', { volume_uuid: '{volumeA}' })),
      quietly(reserve('attaching', { volume_uuid: '{volumeB}' }), connect('attaching')),
      quietly(
        reserve('attached', { volume_uuid: '{volumeC}', mode: 'ro' }),
        connect('attached'),
        complete('attached'),
      ),
      get(LIST),
      get(`${LIST}/detail`),
    ]),
    scenario('limit', [
      three,
      page([
        'limit=1',
        'limit=2',
        'limit=3',
        'limit=0',
        'limit=1000',
        'limit=1001',
        'limit=%202',
        'limit=%2B2',
        'limit=02',
      ]),
      page([
        'limit=-1',
        'limit=abc',
        'limit=',
        'limit=1.5',
        'limit=1e2',
        'limit=0x1',
        'limit=99999999999999999999',
      ]),
      page(['limit=2&limit=3', 'limit=1&limit=1']),
      get(`${LIST}/detail?limit=1`, { ordered: true }),
      get(`/v3/{project}/attachments?limit=1`, { ordered: true }),
    ]),
    scenario('offset', [
      three,
      page(['offset=0', 'offset=1', 'offset=3', 'offset=1&limit=1', 'offset=2147483647']),
      page(['offset=-1', 'offset=abc', 'offset=', 'offset=2147483648']),
    ]),
    scenario('marker', [
      three,
      page([
        'marker={c}',
        'marker={a}',
        'marker={b}&limit=1',
        'marker={c}&offset=1',
        'marker={c}&sort=created_at:asc',
      ]),
      page(['marker={unknown}', 'marker=', 'marker=abc'], { message: true }),
    ]),
    scenario('sort', [
      three,
      page([
        'sort=created_at',
        'sort=created_at:asc',
        'sort=created_at:desc',
        'sort=%20created_at%20:%20asc',
        'sort=created_at:asc,id',
      ]),
      page([
        'sort=instance_uuid:asc,created_at:desc',
        'sort=attach_status:asc,created_at:asc',
        'sort_key=created_at&sort_dir=asc',
      ]),
      page([
        'sort_dir=asc',
        'sort_key=created_at',
        'sort_key=created_at&sort_key=id',
        'sort=created_at:asc:desc',
      ]),
    ]),
    scenario('sort refusals', [
      page([
        'sort=',
        'sort=:',
        'sort=bogus',
        'sort=status:asc',
        'sort=name',
        'sort=created_at:ASC',
        'sort=created_at:up',
      ]),
      page([
        'sort=,',
        'sort_dir=up',
        'sort_key=bogus',
        'sort_key=',
        'sort=id&sort_key=id',
        'sort=id&sort_dir=asc',
        'sort=created_at:',
      ]),
    ]),
    scenario('sort keys that are relationships or methods', [
      page(['sort=volume', 'sort=save', 'sort_key=metadata']),
    ]),
    scenario('sort refusals with attachments present', [
      quietly(volume(), reserve()),
      page([
        'sort=bogus',
        'sort=instance_id',
        'sort=volume_id',
        'sort=connector:asc',
        'sort=deleted:asc',
        'sort=project_id',
      ]),
    ]),
    scenario('no links however full the page', [three, get(`${LIST}/detail?limit=2`, { ordered: true })]),
    scenario('suffixes and slashes', [
      quietly(volume(), reserve()),
      get(`${LIST}.json`),
      get(`${LIST}/detail.json`),
      get(`${LIST}/{attachment}.json`),
      get('/v3/{project}/attachments.json'),
      get(`${LIST}.xml`),
      get(`${LIST}/{attachment}.xml`),
      get(`${LIST}/`),
      get(`${LIST}/detail/`),
      get(`${LIST}/{attachment}/`),
      get(`${LIST}?`, { name: 'empty query' }),
      get('/v3//attachments'),
    ]),
    scenario('deleted attachments are not listed', [
      quietly(volume(), reserve(), connect('attachment', connector())),
      quietly({ method: 'DELETE', path: '/v3/attachments/{attachment}', name: 'delete' }),
      get(LIST),
      get(`${LIST}?attach_status=detached`),
    ]),
  ],
};
