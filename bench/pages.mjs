import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { median, medians } from './median.mjs';
import { startClinker } from './processes.mjs';
import { attachmentNumber, INSTANCE, PROJECT, seed, volumeNumber } from './seed.mjs';

const FEW = 1000;
const FIGURES = ['rate', 'p50', 'p99'];

/** The measured requests: a title and the path for a database with `count` rows. */
const PAGES = {
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

/** Compares pages among many attachments with the same pages among a thousand, alternating, with one connection. */
export async function measurePages({ main, folder, load, plan, say }) {
  const few = await prepared(main, join(folder, 'few'), FEW, say);
  const many = await prepared(main, join(folder, 'many'), plan.rows, say);
  try {
    const measured = new Map();
    for (let round = 0; round <= plan.rounds; round++) {
      say(round === 0 ? 'pages: warming up' : `pages: round ${round} of ${plan.rounds}`);
      for (const [name, [title, path]] of Object.entries(PAGES)) {
        const job = { operation: 'get', project: PROJECT, connections: 1, seconds: plan.pageSeconds };
        const figures = {
          few: await load.run(few.server, { ...job, items: [path(FEW)] }),
          many: await load.run(many.server, { ...job, items: [path(plan.rows)] }),
        };
        if (round > 0)
          measured.set(name, { title, rounds: [...(measured.get(name)?.rounds ?? []), figures] });
      }
    }
    return {
      few: FEW,
      many: plan.rows,
      startMs: { few: few.startMs, many: many.startMs },
      peakMib: { few: few.server.memoryMib('VmHWM'), many: many.server.memoryMib('VmHWM') },
      pages: [...measured].map(([name, { title, rounds }]) => ({
        name,
        title,
        few: medians(
          rounds.map((figures) => figures.few),
          FIGURES,
        ),
        many: medians(
          rounds.map((figures) => figures.many),
          FIGURES,
        ),
        ratio: median(rounds.map((figures) => figures.many.p50 / figures.few.p50)),
      })),
    };
  } finally {
    await few.server.stop();
    await many.server.stop();
  }
}

/** Starts a server to create the schema, stops it to insert `count` attachments, and starts it again. */
async function prepared(main, folder, count, say) {
  mkdirSync(folder);
  const { server } = await startClinker(main, folder);
  await server.stop();
  say(`writing ${count.toLocaleString('en')} attachments into a database`);
  await seed(join(folder, 'data', 'clinker.sqlite'), count);
  return startClinker(main, folder);
}
