/** Fills the database of a stopped server, and its fake backend, with the given number of rows of each kind. */
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';

export const PROJECT = 'chaos';

/** Values of the key `rank`, which every volume has; the values of `serial` are unique. */
export const RANKS = 100;

/** Rows per transaction: large enough to be fast, small enough for the log file. */
const BATCH = 100_000;

/** Spreads ascending ids, so that the tables grow at their ends: random ids take hours for ten million rows. */
const SPREAD = 400;
const idIn = (variant, number) =>
  `printf('%08x-${variant}-4000-8000-%012x', (${number}) * ${SPREAD} % 4294967296, ${number})`;

const idOf = (variant, number) => {
  const first = ((number * SPREAD) % 2 ** 32).toString(16).padStart(8, '0');
  return `${first}-${variant}-4000-8000-${number.toString(16).padStart(12, '0')}`;
};

export const attachmentNumber = (number) => idOf('a77a', number);
export const volumeNumber = (number) => idOf('0501', number);

const NUMBERS =
  'WITH RECURSIVE numbers(i) AS (SELECT $from UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < $to)';

/** One row per millisecond. */
const instant = (seconds) => `strftime('%Y-%m-%dT%H:%M:%f', ${seconds} + i / 1000.0, 'unixepoch') || '000'`;
const RECENT = instant(`CAST(strftime('%s', 'now') AS INTEGER) - 86400`);
const LONG_AGO = instant(Date.UTC(2020, 0) / 1000);
const FAR_OFF = instant(Date.UTC(2040, 0) / 1000);

/** Every other row is expired. */
const expiry = `CASE WHEN i % 2 = 0 THEN ${LONG_AGO} ELSE ${FAR_OFF} END`;

const volume = idIn('0501', 'i');
const attachment = idIn('a77a', 'i');
const initiator = `'iqn.1993-08.org.debian:01:' || i`;
const iqn = `'iqn.2010-10.org.openstack:volume-' || ${volume}`;

const connectionInfo = `json_object('driver_volume_type', 'iscsi', 'target_discovered', json('false'),
  'target_portal', '127.0.0.1:3260', 'target_iqn', ${iqn}, 'target_lun', 0, 'volume_id', ${volume},
  'discard', json('true'), 'auth_method', 'CHAP', 'auth_username', '0123456789abcdef0123',
  'auth_password', '0123456789abcdef0123456789abcdef', 'encrypted', json('false'), 'qos_specs', NULL,
  'access_mode', 'rw', 'cacheable', json('false'), 'attachment_id', ${attachment})`;

const connector = `json_object('initiator', ${initiator}, 'ip', '192.0.2.10', 'host', 'host-' || i % 1000,
  'platform', 'x86_64', 'os_type', 'linux', 'multipath', json('false'), 'mountpoint', '/dev/vdb')`;

/** Every volume is attached and has a history; every other row with a retention time is expired. */
const DATABASE = [
  `INSERT INTO volumes (id, project_id, user_id, name, size, status, attach_status, multiattach, bootable, readonly,
     readonly_set, volume_type_id, backend, availability_zone, export_details, created_at)
   SELECT ${volume}, '${PROJECT}', 'admin', 'volume-' || i, 1, 'in-use', 'attached', 0, 0, 0, 0,
     (SELECT id FROM volume_types WHERE name = '__DEFAULT__'), 'fake', 'nova',
     json_object('target_iqn', ${iqn}, 'auth_method', 'CHAP', 'auth_username', 'u', 'auth_password', 'p'),
     ${RECENT} FROM numbers`,
  `INSERT INTO volume_metadata (volume_id, meta_key, project_id, meta_value)
   SELECT ${volume}, 'rank', '${PROJECT}', i % ${RANKS} FROM numbers`,
  `INSERT INTO volume_metadata (volume_id, meta_key, project_id, meta_value)
   SELECT ${volume}, 'serial', '${PROJECT}', printf('%012x', i) FROM numbers`,
  `INSERT INTO attachments (id, volume_id, project_id, instance_uuid, attached_host, mountpoint, attach_time,
     attach_status, attach_mode, connection_info, connector, created_at, updated_at)
   SELECT ${attachment}, ${volume}, '${PROJECT}', ${idIn('5e6e', 'i / 3')}, 'host-' || i % 1000, '/dev/vdb', ${RECENT},
     'attached', 'rw', ${connectionInfo}, ${connector}, ${RECENT}, ${RECENT} FROM numbers`,
  `INSERT INTO legacy_connections (id, volume_id, connector, mode, created_at)
   SELECT ${idIn('1e9a', 'i')}, ${volume}, ${connector}, 'rw', ${RECENT} FROM numbers`,
  `INSERT INTO volume_types (id, name, is_public, extra_specs, created_at)
   SELECT ${idIn('7e9e', 'i')}, 'type-' || i, 1, '{}', ${RECENT} FROM numbers`,
  `INSERT INTO attachment_events (attachment_id, seq, volume_id, project_id, kind, to_status, request_id, occurred_at)
   SELECT ${attachment}, 1, ${volume}, '${PROJECT}', 'connected', 'attached', 'req-fill', ${RECENT} FROM numbers`,
  `INSERT INTO attachment_events (attachment_id, seq, volume_id, project_id, kind, to_status, request_id, occurred_at)
   SELECT ${idIn('0ff0', 'i')}, 1, ${volume}, '${PROJECT}', 'deleted', 'detached', 'req-fill', ${expiry} FROM numbers`,
  `INSERT INTO messages (id, project_id, request_id, event_id, message_level, user_message, resource_type,
     resource_uuid, created_at, guaranteed_until)
   SELECT ${idIn('3e55', 'i')}, '${PROJECT}', 'req-fill', 'VOLUME_VOLUME_001_001', 'ERROR', 'attach volume:filled',
     'VOLUME', ${volume}, ${LONG_AGO}, ${expiry} FROM numbers`,
  `INSERT INTO idempotency_keys (id, fingerprint, attachment_id, expires_at)
   SELECT printf('%064x', i), printf('%064x', i), ${attachment}, ${expiry} FROM numbers`,
];

/** The backend's volumes; each is exported to the host of its attachment. */
const BACKEND = [
  `INSERT INTO volumes (id, size_gib) SELECT ${volume}, 1 FROM numbers`,
  `INSERT INTO exports (volume_id, target)
   SELECT ${volume}, json_object('targetIqn', ${iqn}, 'username', 'u', 'password', 'p',
     'admitted', json_array(json_object('initiator', ${initiator}, 'mode', 'rw'))) FROM numbers`,
];

/** @param folder the server's data folder, which it has used once. */
export async function fill(folder, rows) {
  await insert(`${folder}/clinker.sqlite`, DATABASE, rows);
  await insert(`${folder}/backends/fake/volumes.sqlite`, BACKEND, rows);
}

/** Adds the events of attachments that were deleted long ago, each reserved and deleted, at positions from 1. */
export async function fillEvents(folder, events) {
  const one = (seq, kind) => `INSERT INTO attachment_events
    (attachment_id, seq, volume_id, project_id, kind, to_status, request_id, occurred_at, position)
    SELECT ${attachment}, ${seq}, ${volume}, '${PROJECT}', '${kind}', '${kind}', 'req-fill', ${LONG_AGO}, 2 * i + ${seq}
    FROM numbers`;
  await insert(`${folder}/clinker.sqlite`, [one(1, 'reserved'), one(2, 'deleted')], Math.ceil(events / 2));
}

/** Adds journal entries of a dead server for removing exports. The volumes are attached, so no export may be removed. */
export async function leaveWork(folder, entries) {
  const left = `INSERT INTO operations (id, kind, volume_id, request_id, owner, details, started_at)
    SELECT ${volume}, 'remove-export', ${volume}, 'req-left', 'gone', '{}', ${LONG_AGO} FROM numbers`;
  await insert(`${folder}/clinker.sqlite`, [left], entries, false);
}

/** Returns whether expired rows still exist. */
export async function hasExpired(folder) {
  const database = await open(`${folder}/clinker.sqlite`);
  const now = new Date().toISOString().slice(0, -1);
  const expired = [
    "SELECT 1 FROM attachment_events WHERE kind = 'deleted' AND occurred_at < '2021' LIMIT 1",
    `SELECT 1 FROM messages WHERE guaranteed_until < '${now}' LIMIT 1`,
    `SELECT 1 FROM idempotency_keys WHERE expires_at < '${now}' LIMIT 1`,
  ];
  const found = await Promise.all(expired.map((sql) => database.all(sql)));
  await database.close();
  return found.some((rows) => rows.length > 0);
}

async function open(file) {
  const database = await new Promise((resolve, reject) => {
    const opened = new sqlite3.Database(file, (error) => (error ? reject(error) : resolve(opened)));
  });
  database.configure('busyTimeout', 10_000);
  const bound = (name) => promisify(database[name].bind(database));
  return { run: bound('run'), all: bound('all'), close: bound('close') };
}

/** @param isWhole true if most rows of the file are inserted here. */
async function insert(file, statements, rows, isWhole = true) {
  const database = await open(file);
  // The file is temporary: durability is not needed.
  await database.run('PRAGMA synchronous = OFF');
  await database.run('PRAGMA cache_size = -200000');
  // Creating an index afterwards is much faster than updating it.
  const indices = isWhole
    ? await database.all("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    : [];
  for (const { name } of indices) await database.run(`DROP INDEX ${name}`);
  for (let $from = 0; $from < rows; $from += BATCH) {
    await database.run('BEGIN');
    for (const sql of statements) {
      await database.run(`${NUMBERS} ${sql}`, { $from, $to: Math.min(rows, $from + BATCH) });
    }
    await database.run('COMMIT');
  }
  for (const { sql } of indices) await database.run(sql);
  await database.run('PRAGMA wal_checkpoint(TRUNCATE)');
  await database.close();
}
