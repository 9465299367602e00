import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { BackgroundReader, Reader } from '../../src/platform/database/reader.js';
import { EventsReader } from '../../src/operator/events/stream/events.reader.js';
import { Database } from '../../src/platform/database/database.module.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { VolumeConnections } from '../../src/attachments/attachment/volume-connections.js';
import { SQLITE_STATISTICS } from '../../src/platform/database/sqlite-statistics.js';
import { aConnector } from '../support/api.js';
import { onSqlite } from '../support/databases.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;

beforeAll(async () => {
  server = await createTestApp();
  const volume = await server.api.volume({ name: 'known', metadata: { k: 'v' } });
  await server.api.attachment(volume, { connector: aConnector() });
});
afterAll(() => server.close());

/** The index by which each statement of a request reads each table, as `table index`. */
async function readsOf(path: string): Promise<string[]> {
  const steps = await planOf(path);
  return steps.flatMap((step) => {
    const [, table, index] =
      /^(?:SEARCH|SCAN) (\w+)(?: EXISTS)?(?: USING (?:COVERING )?INDEX (\w+))?/.exec(step) ?? [];
    return table === undefined ? [] : [`${table} ${index ?? 'whole'}`];
  });
}

/** SQLite's plan for each statement of a request, step by step. */
async function planOf(path: string): Promise<string[]> {
  const reader = server.app.get(Reader);
  const real = reader.rows.bind(reader);
  const asked: Parameters<typeof reader.rows>[] = [];
  reader.rows = (...args) => {
    asked.push(args);
    return real(...args);
  };
  expect((await server.api.get(path)).status).toBe(200);
  reader.rows = real;
  const plans = await Promise.all(
    asked.map(([sql, parameters]) => real<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, parameters)),
  );
  return plans.flat().map(({ detail }) => detail);
}

const ID = randomUUID();

interface Lists {
  /** Queries over a project's rows, by the index that serves them. */
  readonly ofProject: Readonly<Record<string, readonly string[]>>;
  /** The same over all projects' rows. */
  readonly ofAll: Readonly<Record<string, readonly string[]>>;
}

/** Filters of unknown selectivity: the list is read in its order and ends with the page. */
const ATTACHMENTS_IN_ORDER = [
  ...['', 'mountpoint=m', 'attach_time=t', 'attach_mode=rw', 'connector=c', 'limit=2'],
  ...['connection_info=c', 'created_at=t', 'updated_at=t', 'attached_host~=h', 'sort=created_at:asc'],
];
const VOLUMES_IN_ORDER = [
  ...['', 'status=available', 'size=1', 'bootable=false', 'multiattach=false', 'description=d', 'limit=2'],
  ...['user_id=admin', 'attach_status=attached', 'migration_status=m', 'availability_zone=nova'],
  ...[`encryption_key_id=${ID}`, 'created_at=gt:2026-01-01', 'updated_at=gt:2026-01-01', 'name~=n'],
  ...['status=available&size=1', 'sort=created_at:asc'],
];
const OF_INSTANCE = [
  ...[`instance_id=${ID}`, `instance_uuid=${ID}`, `instance_id=${ID}&status=attached`],
  ...[`instance_id=${ID}&sort=created_at:asc`, `instance_id=${ID}&attached_host=h`],
];
const OF_VOLUME = [
  ...[`volume_id=${ID}`, `volume_id=${ID}&status=attached`, `volume_id=${ID}&instance_id=${ID}`],
  ...[`volume_id=${ID}&instance_id=${ID}&status=attached`, `volume_id=${ID}&attach_status=attached`],
];
const OF_STATUS = ['status=attached', 'attach_status=attached'];
const OF_HOST = ['attached_host=h', 'status=attached&attached_host=h'];

const LISTS: Readonly<Record<string, Lists>> = {
  attachments: {
    ofProject: {
      attachments_project_created: ATTACHMENTS_IN_ORDER,
      attachments_project_status: [...OF_STATUS, 'sort=attach_status:asc'],
      attachments_volume: OF_VOLUME,
      attachments_instance: OF_INSTANCE,
      attachments_host_created: OF_HOST,
      sqlite_autoindex_attachments_1: [`id=${ID}`, `id=${ID}&status=attached`],
    },
    ofAll: {
      attachments_created: ATTACHMENTS_IN_ORDER,
      attachments_status: [...OF_STATUS, 'sort=attach_status:asc'],
      attachments_volume: [...OF_VOLUME, 'sort=volume_id:asc'],
      attachments_instance: OF_INSTANCE,
      attachments_host_created: OF_HOST,
      sqlite_autoindex_attachments_1: [`id=${ID}`, 'sort=id:asc'],
    },
  },
  volumes: {
    ofProject: {
      volumes_project_created: [...VOLUMES_IN_ORDER, `volume_type_id=${ID}`],
      volumes_project_name_created: ['name=known', 'name=known&status=available', 'name=known&size=1'],
      sqlite_autoindex_volumes_1: [`id=${ID}`],
    },
    ofAll: {
      volumes_created: VOLUMES_IN_ORDER,
      volumes_project_name_created: ['name=known', 'name=known&status=available'],
      volumes_volume_type_created: [`volume_type_id=${ID}`, `volume_type_id=${ID}&status=available`],
      sqlite_autoindex_volumes_1: [`id=${ID}`, 'sort=id:asc'],
    },
  },
  messages: {
    ofProject: {
      messages_project_created: [
        ...['', 'event_id=e', 'message_level=ERROR', 'resource_type=VOLUME', 'sort=created_at:asc'],
      ],
      messages_resource: [`resource_uuid=${ID}`, `resource_uuid=${ID}&resource_type=VOLUME`],
      messages_request: [`request_id=req-${ID}`, `request_id=req-${ID}&resource_uuid=${ID}`],
    },
    ofAll: {},
  },
};

const listsBy = (which: keyof Lists, prefix: string): [string, string][] =>
  Object.entries(LISTS).flatMap(([table, lists]) =>
    Object.entries(lists[which]).flatMap(([index, queries]) =>
      queries.map((query): [string, string] => [`/v3/${table}?${prefix}${query}`, `${table} ${index}`]),
    ),
  );

// The other databases choose by statistics, and there are few rows here.
onSqlite(describe)('a list of any size is read by the index that fits it', () => {
  it.each([...listsBy('ofProject', ''), ...listsBy('ofAll', 'all_tenants=1&')])('%s', async (path, reads) => {
    expect(await readsOf(path)).toEqual([reads]);
  });

  it.each([
    [
      '/v3/volumes/detail?limit=1000',
      [
        'attachments attachments_volume',
        'volume_metadata sqlite_autoindex_volume_metadata_1',
        'volume_types sqlite_autoindex_volume_types_1',
        'volumes volumes_project_created',
      ],
    ],
    [
      `/v3/volumes?metadata=${encodeURIComponent('{"k": "v"}')}`,
      ['m sqlite_autoindex_volume_metadata_1', 'volumes volumes_project_created'],
    ],
    ['/v3/volumes?with_count=true', ['volumes volumes_project_created', 'volumes volumes_project_usage']],
    [
      '/v3/volumes/summary',
      ['volume_metadata volume_metadata_project_value', 'volumes volumes_project_usage'],
    ],
    [
      '/v3/volumes/summary?all_tenants=1',
      ['volume_metadata volume_metadata_value', 'volumes volumes_backend_usage'],
    ],
    ['/v3/types', ['volume_types volume_types_created']],
    ['/v3/types?is_public=None', ['volume_types volume_types_created']],
    [
      '/v3/scheduler-stats/get_pools?detail=true',
      [
        'backend_services sqlite_autoindex_backend_services_1',
        'entry whole',
        'operations operations_started_id',
        'volumes sqlite_autoindex_volumes_1',
      ],
    ],
  ])('%s', async (path, reads) => {
    expect([...new Set(await readsOf(path))].sort()).toEqual(reads);
  });

  it.each([
    ...[...listsBy('ofProject', ''), ...listsBy('ofAll', 'all_tenants=1&')].map(([path]) => path),
    '/v3/types',
    '/v3/types?is_public=None',
  ])('%s needs no sorting but where what it is sorted by has no order', async (path) => {
    // Few volumes share a name and few attachments an id; the names of all projects are as many lists.
    const isSorted = path.includes('all_tenants=1&name=');
    expect((await planOf(path)).some((step) => step.startsWith('USE TEMP B-TREE'))).toBe(isSorted);
  });
});

onSqlite(it)('what connects a volume is found by indices', async () => {
  const plan = await server.app.get(UnitOfWork).run(async (tx) => {
    const asked = jest.spyOn(tx.statements, 'rows');
    await server.app.get(VolumeConnections).lock(tx, ID);
    const [sql, parameters] = asked.mock.calls.find(([text]) => text.includes('has_work'))!;
    asked.mockRestore();
    return tx.statements.rows<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, parameters);
  });
  expect(plan.map(({ detail }) => detail).filter((step) => step.startsWith('SCAN'))).toEqual([]);
});

onSqlite(it)('reads the stream of events by its index alone', async () => {
  const [requests, background] = [server.app.get(Reader), server.app.get(BackgroundReader)];
  const asked = [jest.spyOn(requests, 'rows'), jest.spyOn(background, 'rows')];
  const events = server.app.get(EventsReader, { strict: false });
  await events.page(0, 'background');
  await events.ends();
  await events.at(1);
  const sent = asked.flatMap(({ mock }) => mock.calls);
  for (const spy of asked) spy.mockRestore();
  expect(sent).toHaveLength(3);
  for (const [sql, parameters] of sent) {
    const plan = await requests.rows<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, parameters);
    const steps = plan.map(({ detail }) => detail).filter((step) => step.includes('attachment_events'));
    expect(steps).toEqual([
      expect.stringMatching(/^SEARCH attachment_events USING (COVERING )?INDEX attachment_events_position/),
    ]);
    expect(plan.filter(({ detail }) => detail.includes('TEMP B-TREE'))).toEqual([]);
  }
});

onSqlite(describe)('the statistics that SQLite goes by', () => {
  const select = <Row>(sql: string): Promise<Row[]> => server.app.get(Reader).rows<Row>(sql, []);

  it('are told of every index of their tables, column by column', async () => {
    for (const [table, indices] of Object.entries(SQLITE_STATISTICS)) {
      const listed = await select<{ name: string }>(`SELECT name FROM pragma_index_list('${table}')`);
      const columns = listed.map(async ({ name }) => {
        const parts = await select(`SELECT 1 FROM pragma_index_info('${name}')`);
        return [name, parts.length + 1] as const;
      });
      const told = Object.entries(indices).map(([name, stat]) => [name, stat.split(' ').length] as const);
      expect(new Map(told)).toEqual(new Map(await Promise.all(columns)));
    }
  });

  it('are those of the release after a start, though somebody has counted a small database', async () => {
    await server.app.get(Database).unitOfWork.run(({ manager }) => manager.query('ANALYZE'));
    const counted = await select<{ stat: string }>("SELECT stat FROM sqlite_stat1 WHERE tbl = 'volumes'");
    expect(counted.some(({ stat }) => stat.startsWith('1000000'))).toBe(false);
    await server.stop();
    server = await createTestApp({ continueFrom: server });
    const rows = await select<{ idx: string; stat: string }>('SELECT idx, stat FROM sqlite_stat1');
    expect(new Map(rows.map(({ idx, stat }) => [idx, stat]))).toEqual(
      new Map(Object.values(SQLITE_STATISTICS).flatMap((indices) => Object.entries(indices))),
    );
    expect(await readsOf(`/v3/attachments?instance_id=${ID}&status=attached`)).toEqual([
      'attachments attachments_instance',
    ]);
  });
});
