/** A server with full tables: it must start, answer every kind of request, and complete its background work. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, connectorOf } from './lib/client.mjs';
import { attachmentNumber, fill, hasExpired, leaveWork, PROJECT, RANKS, volumeNumber } from './lib/fill.mjs';
import { openSqlite } from './lib/ledger.mjs';
import { Random } from './lib/random.mjs';
import { ServerProcess } from './lib/server-process.mjs';

const PULSE = new URL('lib/pulse.mjs', import.meta.url);

/** Maximum rows of a statement: the longest page of a client, or of a background scan. */
const MOST_ROWS = 2000;

/** More indicates a leak, or something that was read as a whole. */
const MOST_MIB = 300;

/** With more rows, a full pass and the removal of expired rows take hours and are only started. */
const AWAITED_ROWS = 1_000_000;

/** With more open work, completing it also takes hours. Then only BEGUN_WORK is awaited: more than one run of the reconciler. */
const AWAITED_WORK = 20_000;
const BEGUN_WORK = 12_000;

/** Limit of a summary: its sums and its metadata have `database_statement_timeout_ms` each, which is 10 s. */
const SUMMARY_MS = 20_000;

/** Maximum number of a key's values in a summary. */
const NAMED_VALUES = 1000;

/** Anything that takes longer is stuck. */
const PATIENCE_MS = 30 * 60_000;

const SHOWN_S = 10;

/** Number of slowest reads to report. */
const SLOWEST = 8;

/** Every list and every sum, in their usual forms. */
const READS = [
  ...['/attachments', '/attachments/detail', '/volumes', '/volumes/detail', '/messages', '/types'],
  ...['/attachments?limit=1000', '/attachments/detail?limit=1000', '/volumes/detail?limit=1000'],
  ...['/volumes?limit=1&with_count=true', '/volumes?name=volume-77', '/volumes?status=in-use&limit=10'],
  ...['/volumes?sort=name:asc&limit=10', `/volumes?metadata=${encodeURIComponent('{"rank": "7"}')}&limit=10`],
  ...['/attachments?status=attached&limit=10', '/attachments/detail?all_tenants=1&limit=10'],
  ...['/volumes/summary', '/limits', `/os-quota-sets/${PROJECT}?usage=true`, '/os-services'],
  ...['/scheduler-stats/get_pools?detail=true', '/clinker-consistency', '/snapshots'],
];

/**
 * @param open number of journal entries of a dead server.
 * @returns the measurements. Only the summary's time is checked, because machines differ.
 */
export async function size({ rows, open, seed }) {
  const folder = await mkdtemp(join(tmpdir(), 'clinker-size-'));
  const left = Math.min(open, rows);
  console.log(`size: ${rows} rows, ${left} pieces of open work, seed ${seed}, data in ${folder}`);
  const start = (preload, faults = []) =>
    new ServerProcess(
      { CLINKER_DATA_FOLDER: folder, CLINKER_BACKENDS: fakeBackend(rows, faults) },
      { logFile: join(folder, 'server.log'), preload },
    );
  const random = new Random(seed);

  const maker = start(null);
  await maker.address;
  await maker.kill('SIGTERM');
  await fill(folder, rows);
  const lost = await loseLast(folder, rows);

  // A backend that is unavailable is not compared with the database.
  const idle = start(null, [{ call: 'setup', error: 'UNAVAILABLE' }]);
  const alone = await show(new Client(await idle.address, PROJECT), rows, random);
  await idle.kill('SIGTERM');
  await leaveWork(folder, left);

  const startedMs = performance.now();
  const server = start(PULSE);
  const client = new Client(await server.address, PROJECT);
  const startMs = performance.now() - startedMs;

  await server.ask('pulse');
  const beside = await show(client, rows, random);
  const pass = await server.ask('pulse');
  const { slowest, failed } = await readAll(client, rows);
  const summaryMs = await summarize(client, rows);
  await live(client);
  const awaited = left > AWAITED_WORK ? BEGUN_WORK : left;
  await until(
    'the work of the dead server is finished',
    async () => (await countWork(folder)) <= left - awaited,
  );
  const workS = (performance.now() - startedMs) / 1000;
  if (rows <= AWAITED_ROWS) {
    await until(`the export of the last volume ${lost} is back`, () => isExported(folder, lost));
    await until('nothing is kept past its expiry', async () => !(await hasExpired(folder)));
  }
  const end = await server.ask('pulse');
  const { signal } = await server.kill('SIGTERM');

  const faults = [...failed];
  if (end.largest.rows > MOST_ROWS)
    faults.push(`${end.largest.rows} rows of one statement: ${end.largest.sql}`);
  if (end.rssMib > MOST_MIB) faults.push(`${end.rssMib} MiB of memory`);
  if (signal !== 'SIGTERM') faults.push('SIGTERM did not end the server');
  if (faults.length > 0) throw new Error(faults.join('\n'));
  await rm(folder, { recursive: true, force: true });
  return {
    rows,
    startMs: Math.round(startMs),
    showBesideThePassMs: beside,
    showAloneMs: alone,
    longestPauseMs: pass.pauseMs,
    memoryMib: end.rssMib,
    mostRows: end.largest.rows,
    slowest,
    summaryMs,
    openWork: left,
    workEndedPerS: Math.round(awaited / workS),
  };
}

const fakeBackend = (rows, faults) =>
  JSON.stringify([
    { name: 'fake', driver: 'fake', options: { capacity_gib: rows + 1000, persist: true, faults } },
  ]);

/** Deletes the export of the volume with the last id: restoring it requires a pass through all of them. */
async function loseLast(folder, rows) {
  let last = '';
  for (let number = 0; number < rows; number += 1) {
    const id = volumeNumber(number);
    if (id > last) last = id;
  }
  await backend(folder, `DELETE FROM exports WHERE volume_id = '${last}'`);
  return last;
}

async function isExported(folder, id) {
  return (await backend(folder, `SELECT 1 FROM exports WHERE volume_id = '${id}'`)).length === 1;
}

async function countWork(folder) {
  return (await database(folder, 'SELECT COUNT(*) AS n FROM operations'))[0].n;
}

const database = (folder, sql) => query(join(folder, 'clinker.sqlite'), sql);
const backend = (folder, sql) => query(join(folder, 'backends', 'fake', 'volumes.sqlite'), sql);

async function query(file, sql) {
  const select = await openSqlite(file);
  const [rows] = await select([sql]);
  await select.close();
  return rows;
}

/** Shows random attachments for a while. @returns the 50th and 99th percentile in milliseconds. */
async function show(client, rows, random) {
  const took = [];
  const endMs = performance.now() + SHOWN_S * 1000;
  const one = async () => {
    while (performance.now() < endMs) {
      const startedMs = performance.now();
      const { status } = await client.send('GET', `/attachments/${attachmentNumber(random.below(rows))}`);
      if (status !== 200) throw new Error(`showing an attachment is ${status}`);
      took.push(performance.now() - startedMs);
    }
  };
  await Promise.all([one(), one(), one(), one()]);
  took.sort((a, b) => a - b);
  const at = (share) => Number((took[Math.floor(took.length * share)] ?? 0).toFixed(1));
  return { p50: at(0.5), p99: at(0.99) };
}

async function readAll(client, rows) {
  const failed = [];
  const took = [];
  const marker = attachmentNumber(rows >> 1);
  for (const path of [
    ...READS,
    `/attachments/detail?limit=50&marker=${marker}`,
    `/attachments/${marker}/history`,
  ]) {
    const startedMs = performance.now();
    const { status } = await client.send('GET', path);
    const ms = Math.round(performance.now() - startedMs);
    if (status !== 200) failed.push(`GET ${path} is ${status}`);
    took.push({ path, ms });
  }
  const slowest = took.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
  return { slowest, failed };
}

/** Requests every value of every key. @returns milliseconds. */
async function summarize(client, rows) {
  const startedMs = performance.now();
  const { status, body } = await client.send('GET', '/volumes/summary');
  const ms = Math.round(performance.now() - startedMs);
  if (status !== 200) throw new Error(`the summary is ${status}`);
  const { total_count: count, metadata, metadata_truncated: isTruncated = false } = body['volume-summary'];
  const seen = [count >= rows, metadata.rank.length, metadata.serial.length, isTruncated];
  const wanted = [true, Math.min(RANKS, rows), Math.min(NAMED_VALUES, rows), rows > NAMED_VALUES];
  if (seen.join() !== wanted.join()) throw new Error(`the summary has ${seen.join()}, not ${wanted.join()}`);
  if (ms > SUMMARY_MS) throw new Error(`the summary takes ${ms} ms`);
  return ms;
}

/** Runs a volume's lifecycle beside all the others. */
async function live(client) {
  const expectStatus = (answer, status) => {
    if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}`);
    return answer;
  };
  const { volume } = expectStatus(await client.createVolume('alive'), 202).body;
  await until('the new volume is available', async () => {
    const { body } = await client.send('GET', `/volumes/${volume.id}`);
    return body.volume.status === 'available';
  });
  const { attachment } = expectStatus(await client.create(volume.id, null, connectorOf('alive')), 200).body;
  expectStatus(await client.complete(attachment.id), 204);
  expectStatus(await client.delete(attachment.id), 200);
  expectStatus(await client.deleteVolume(volume.id), 202);
}

async function until(what, isSo) {
  for (const endMs = performance.now() + PATIENCE_MS; !(await isSo()); await sleep(100)) {
    if (performance.now() > endMs) throw new Error(`timed out waiting: ${what}`);
  }
}
