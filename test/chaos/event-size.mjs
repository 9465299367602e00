/**
 * A full stream of events: a page of it must cost the same at any place and at any size, a reader who begins with the first event
 * must get all of them, and the removal of all of them must not make other requests wait.
 */
import { once } from 'node:events';
import { request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventsReader } from '../../dist/operator/events/stream/events.reader.js';
import { Client, connectorOf } from './lib/client.mjs';
import { fillEvents, PROJECT } from './lib/fill.mjs';
import { openSqlite } from './lib/ledger.mjs';
import { ServerProcess } from './lib/server-process.mjs';

const PULSE = new URL('lib/pulse.mjs', import.meta.url);

/** Fewer events, with which the pages are compared. */
const FEW = 10_000;
const PAGES = 40;

/** A page among all events may take so many times as long as among few: its rows are in as many levels of an index more. */
const MOST_TIMES = 4;

/** Longest block of the event loop, on a machine that is busy with other parts. */
const MOST_PAUSE_MS = 1000;

const MOST_MIB = 300;

/** Anything that takes longer is stuck. */
const PATIENCE_MS = 30 * 60_000;

/** No event is that old. */
const LONGEST_DAYS = '3650';

/** @returns the measurements. */
export async function eventSize({ rows }) {
  const few = await onEvents(Math.min(FEW, rows), async ({ folder }) => pageMs(folder));
  return onEvents(rows, async ({ folder, start }) => {
    const many = await pageMs(folder);
    for (const place of Object.keys(many))
      if (many[place] > MOST_TIMES * few[place])
        throw new Error(
          `a page at the ${place}: ${many[place]} ms among ${rows} events, ${few[place]} among ${FEW}`,
        );
    const caughtUp = await whileShowing(start(LONGEST_DAYS), ({ address }) => readAll(address, rows));
    const removed = await whileShowing(start('1'), () => untilNone(folder));
    return { rows, pageMs: { few, many }, caughtUp, removed };
  });
}

/** Runs `work` on a database with so many events, of which all are from long ago. */
async function onEvents(rows, work) {
  const folder = await mkdtemp(join(tmpdir(), 'clinker-event-size-'));
  const start = (days) =>
    new ServerProcess(
      { CLINKER_DATA_FOLDER: folder, CLINKER_HISTORY_RETENTION_DAYS: days },
      { logFile: join(folder, 'server.log'), preload: PULSE },
    );
  const maker = start(LONGEST_DAYS);
  await maker.address;
  await maker.kill('SIGTERM');
  await fillEvents(folder, rows);
  const result = await work({ folder, start });
  await rm(folder, { recursive: true, force: true });
  return result;
}

/** Milliseconds of a page of the stream, by its place. */
async function pageMs(folder) {
  const select = await openSqlite(join(folder, 'clinker.sqlite'));
  const reader = {
    rows: async (sql, [after]) => (await select([sql.replace('?', String(after))]))[0],
  };
  const events = new EventsReader(reader, reader);
  const { newest } = await events.ends();
  const places = { beginning: 0, middle: newest >> 1, end: newest - 500 };
  const taken = {};
  for (const [place, after] of Object.entries(places)) {
    const times = [];
    for (let page = 0; page < PAGES; page += 1) {
      const startedMs = performance.now();
      const { events: found } = await events.page(after);
      times.push(performance.now() - startedMs);
      if (found.length !== 500) throw new Error(`a page at the ${place} has ${found.length} events`);
    }
    taken[place] = Number(times.sort((a, b) => a - b)[PAGES >> 1].toFixed(2));
  }
  await select.close();
  return taken;
}

/** Runs `work` on a server, beside which an attachment is shown all the time. */
async function whileShowing(server, work) {
  const address = await server.address;
  const client = new Client(address, PROJECT);
  const { volume } = (await client.createVolume('shown')).body;
  while ((await client.send('GET', `/volumes/${volume.id}`)).body.volume.status !== 'available')
    await sleep(20);
  const { attachment } = (await client.create(volume.id, null, connectorOf('shown'))).body;
  await server.ask('pulse');
  const startedMs = performance.now();
  const took = [];
  const stop = { now: false };
  const showing = (async () => {
    while (!stop.now) {
      const askedMs = performance.now();
      const { status } = await client.send('GET', `/attachments/${attachment.id}`);
      if (status !== 200) throw new Error(`showing an attachment is ${status}`);
      took.push(performance.now() - askedMs);
      await sleep(5);
    }
  })();
  try {
    await Promise.race([work({ address }), showing]);
  } finally {
    stop.now = true;
  }
  await showing;
  const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(1));
  const { pauseMs, rssMib } = await server.ask('pulse');
  await server.kill('SIGTERM');
  if (pauseMs > MOST_PAUSE_MS) throw new Error(`the event loop was blocked for ${pauseMs} ms`);
  if (rssMib > MOST_MIB) throw new Error(`${rssMib} MiB of memory`);
  took.sort((a, b) => a - b);
  const showP99Ms = Number((took[Math.floor(took.length * 0.99)] ?? 0).toFixed(1));
  return { seconds, showP99Ms, pauseMs, rssMib };
}

/** Reads all events from the first on: each once, in their order. */
async function readAll(address, rows) {
  const sent = request(`${address}/v3/events?all_tenants=1`, {
    agent: false,
    headers: { 'X-Auth-Token': `admin:${PROJECT}`, 'Last-Event-ID': '0' },
  });
  sent.end();
  const [response] = await once(sent, 'response');
  let rest = '';
  let last = 0;
  let found = 0;
  for await (const chunk of response.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith('event: gap')) throw new Error('there is a gap');
      if (line.startsWith('event: attachment.')) found += 1;
      if (!line.startsWith('id: ')) continue;
      const position = Number.parseInt(line.slice('id: '.length));
      if (position < last || position > last + 1) throw new Error(`${position} after ${last}`);
      last = position;
    }
    if (found >= rows) break;
  }
  sent.destroy();
  if (found < rows) throw new Error(`the stream ended after ${found} of ${rows} events`);
}

/** Waits until the filled events are removed. */
async function untilNone(folder) {
  for (const endMs = performance.now() + PATIENCE_MS; performance.now() < endMs; await sleep(200)) {
    const select = await openSqlite(join(folder, 'clinker.sqlite'));
    const [rows] = await select(["SELECT 1 FROM attachment_events WHERE occurred_at < '2021' LIMIT 1"]);
    await select.close();
    if (rows.length === 0) return;
  }
  throw new Error('events are kept past their retention');
}
