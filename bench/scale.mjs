import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { median, medians, ratio } from './median.mjs';
import { startClinker } from './processes.mjs';
import { attachmentNumber, INSTANCE, PROJECT, seed, volumeNumber } from './seed.mjs';
import { Client, makeVolumes } from './setup.mjs';

const FIGURES = ['rate', 'p50', 'p99', 'cpu'];

/** The measured reads: a title and the path for a database with `count` attachments. */
const READS = {
  show: ['show', (count) => `/attachments/${attachmentNumber(count / 2)}`],
  first: ['first page', () => '/attachments?limit=50'],
  deep: [
    'page after a marker in the middle',
    (count) => `/attachments?limit=50&marker=${attachmentNumber(count / 2)}`,
  ],
  status: ['by attach_status', () => '/attachments?limit=50&attach_status=attached'],
  'status-deep': [
    'by attach_status, after a marker',
    (count) => `/attachments?limit=50&attach_status=attached&marker=${attachmentNumber(count / 2)}`,
  ],
  instance: ['by instance_id', () => `/attachments?limit=50&instance_id=${INSTANCE}`],
  'instance-status': [
    'by instance_id and attach_status',
    () => `/attachments?limit=50&instance_id=${INSTANCE}&attach_status=attached`,
  ],
  volume: ['by volume_id', (count) => `/attachments?limit=50&volume_id=${volumeNumber(count / 2)}`],
  everywhere: ['first page of all projects', () => '/attachments?limit=50&all_tenants=1'],
  'everywhere-deep': [
    'all projects, after a marker',
    (count) => `/attachments?limit=50&all_tenants=1&marker=${attachmentNumber(count / 2)}`,
  ],
  'everywhere-instance': [
    'all projects, by instance_id',
    () => `/attachments?limit=50&all_tenants=1&instance_id=${INSTANCE}`,
  ],
  detail: ['detail, first page', () => '/attachments/detail?limit=50'],
};

/** The measured writes, in an order in which each prepares the next one. */
const WRITES = { create: 'create (reserve)', delete: 'delete' };

/**
 * Compares the same requests among different numbers of attachments, alternating, with one connection. Each database also
 * has half as many events of history. Ratios are those of the largest to the smallest.
 */
export async function measureScale({ main, folder, load, plan, say }) {
  const databases = [];
  try {
    for (const count of plan.rows) databases.push(await prepared({ main, folder, count, say }));
    await startRepeatedly(main, databases, plan.starts);
    for (const database of databases) {
      database.client = new Client(database.server.target(PROJECT));
      database.volumes = await makeVolumes(database.client, plan.scaleVolumes);
    }
    const measured = new Map();
    for (let round = 0; round <= plan.rounds; round++) {
      say(round === 0 ? 'rows: warming up' : `rows: round ${round} of ${plan.rounds}`);
      for await (const { name, title, figures } of oneRound(databases, load, plan)) {
        // The first round is the warm-up.
        if (round > 0)
          measured.set(name, { title, rounds: [...(measured.get(name)?.rounds ?? []), figures] });
      }
    }
    return {
      rows: plan.rows,
      starts: databases.map(({ starts }) => medians(starts, ['startMs', 'startCpuMs'])),
      startRatio: largestToSmallestStart(databases, 'startMs'),
      startCpuRatio: largestToSmallestStart(databases, 'startCpuMs'),
      peakMib: databases.map(({ server }) => server.memoryMib('VmHWM')),
      requests: [...measured].map(([name, { title, rounds }]) => ({
        name,
        title,
        sizes: plan.rows.map((_, size) =>
          medians(
            rounds.map((figures) => figures[size]),
            FIGURES,
          ),
        ),
        ratio: largestToSmallest(rounds, 'p50'),
        cpuRatio: largestToSmallest(rounds, 'cpu'),
      })),
    };
  } finally {
    for (const { server, client } of databases) {
      client?.close();
      await server?.stop();
    }
  }
}

function largestToSmallest(rounds, figure) {
  return median(rounds.map((figures) => ratio(figures.at(-1)[figure], figures[0][figure])));
}

function largestToSmallestStart(databases, figure) {
  const { starts: smallest } = databases[0];
  return median(
    databases.at(-1).starts.map((start, number) => ratio(start[figure], smallest[number][figure])),
  );
}

/** Yields the figures of each request on all databases. */
async function* oneRound(databases, load, plan) {
  const job = { project: PROJECT, connections: 1 };
  const onEach = async (jobOf) => {
    const figures = [];
    for (const database of databases)
      figures.push(await load.run(database.server, { ...job, ...jobOf(database) }));
    return figures;
  };
  for (const [name, [title, path]] of Object.entries(READS)) {
    const read = ({ count }) => ({ operation: 'get', items: [path(count)], seconds: plan.pageSeconds });
    yield { name, title, figures: await onEach(read) };
  }
  let items = databases.map(({ volumes }) => volumes);
  for (const [operation, title] of Object.entries(WRITES)) {
    const figures = await onEach((database) => ({ operation, items: items[databases.indexOf(database)] }));
    items = figures.map(({ results }) => results);
    yield { name: operation, title, figures };
  }
}

/** Starts a server to create the schema, and stops it to insert `count` attachments. */
async function prepared({ main, folder: parent, count, say }) {
  const folder = join(parent, String(count));
  mkdirSync(folder);
  const { server } = await startClinker(main, folder);
  await server.stop();
  say(`writing ${count.toLocaleString('en')} attachments into a database`);
  await seed(join(folder, 'data', 'clinker.sqlite'), count);
  return { count, folder, starts: [] };
}

/** Starts the server of each database in turn, several times; the last ones stay. */
async function startRepeatedly(main, databases, times) {
  for (let start = 0; start < times; start++) {
    for (const database of databases) {
      await database.server?.stop();
      const { server, ...started } = await startClinker(main, database.folder);
      database.server = server;
      database.starts.push(started);
    }
  }
}
