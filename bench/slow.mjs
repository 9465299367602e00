import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, ratio } from './median.mjs';
import { attachmentId, COMPLETE, connectBody, createBody } from './operations.mjs';
import { startClinker } from './processes.mjs';
import { Client, makeVolumes } from './setup.mjs';

const LATENCY_MS = 200;
const VOLUMES = 64;

/** Two calls of a connect and one of a disconnect take this long. */
const SLOW = {
  createExport: LATENCY_MS,
  initializeConnection: LATENCY_MS,
  terminateConnection: LATENCY_MS,
};

/**
 * Connects with a driver that takes 200 ms for each call: one volume, 64 at once, and one while another attachment of the
 * same volume is deleted. Ratios are to the one.
 */
export async function measureSlow({ main, folder, plan, say }) {
  say('slow driver');
  const config = join(folder, 'clinker.json');
  const backends = [{ name: 'slow', driver: 'fake', options: { latency_ms: SLOW } }];
  writeFileSync(config, JSON.stringify({ backends, backend_concurrency: VOLUMES }));
  const { server } = await startClinker(main, folder, { CLINKER_CONFIG: config });
  const client = new Client(server.target('slow'));
  try {
    const volumes = await makeVolumes(client, VOLUMES);
    const [shared] = await makeVolumes(client, 1, { type: await sharedType(client) });
    const rounds = [];
    // The first round is the warm-up.
    for (let round = 0; round <= plan.rounds; round += 1) {
      const oneMs = await connectAll(client, volumes.slice(0, 1));
      const manyMs = await connectAll(client, volumes);
      const sameMs = await connectBesideDelete(client, shared);
      if (round > 0) rounds.push({ oneMs, manyMs, sameMs });
    }
    const medianOf = (name) => median(rounds.map((times) => times[name]));
    const ratioOf = (name) => median(rounds.map((times) => ratio(times[name], times.oneMs)));
    return {
      latencyMs: LATENCY_MS,
      volumes: VOLUMES,
      oneMs: medianOf('oneMs'),
      many: { ms: medianOf('manyMs'), ratio: ratioOf('manyMs') },
      same: { ms: medianOf('sameMs'), ratio: ratioOf('sameMs') },
    };
  } finally {
    client.close();
    await server.stop();
  }
}

/** Creates a volume type whose volumes several hosts may attach; returns its name. */
async function sharedType(client) {
  const type = { name: 'shared', extra_specs: { multiattach: '<is> True' } };
  await client.send('POST', '/types', JSON.stringify({ volume_type: type }));
  return type.name;
}

/** Returns the milliseconds that it takes to connect an attachment of each volume, all at once. */
async function connectAll(client, volumes) {
  const attachments = [];
  for (const volume of volumes) attachments.push(await reserved(client, volume));
  const ms = await timed(attachments.map((id, number) => () => connected(client, id, number)));
  for (const id of attachments) await deleted(client, id);
  return ms;
}

/** Returns the milliseconds that it takes to connect one attachment of a volume and to delete another at once. */
async function connectBesideDelete(client, volume) {
  const first = await reserved(client, volume);
  await connected(client, first, 1);
  await client.send('POST', `/attachments/${first}/action`, COMPLETE);
  const second = await reserved(client, volume);
  const ms = await timed([() => connected(client, second, 2), () => deleted(client, first)]);
  await deleted(client, second);
  return ms;
}

async function timed(requests) {
  const startedMs = performance.now();
  await Promise.all(requests.map((request) => request()));
  return performance.now() - startedMs;
}

const reserved = async (client, volume) =>
  attachmentId(await client.send('POST', '/attachments', createBody(volume)));
const connected = (client, id, number) => client.send('PUT', `/attachments/${id}`, connectBody(number));
const deleted = (client, id) => client.send('DELETE', `/attachments/${id}`);
