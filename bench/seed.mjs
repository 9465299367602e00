import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';

/** The project whose lists are read. It owns every second row; the others are spread over a hundred projects. */
export const PROJECT = 'bench';

/** The instance whose attachments are listed. It has about sixty, spread from the oldest to the newest. */
export const INSTANCE = '5e6e0000-0000-4000-8000-00000000beef';

/** Rows per transaction: large enough to be fast, small enough for the log file. */
const BATCH = 100_000;

/** Ids scattered over the index like random ones, but predictable. The multiplier is odd, so they are unique. */
const uuid = (variant, number) =>
  `printf('%08x-${variant}-4000-8000-%012x', (${number} * 2654435761) % 4294967296, ${number})`;

/** Returns the id of the attachment with this number. */
export function attachmentNumber(number) {
  const scattered = ((BigInt(number) * 2654435761n) % 4294967296n).toString(16).padStart(8, '0');
  return `${scattered}-a77a-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** Returns the id of its volume. */
export const volumeNumber = (number) => attachmentNumber(number).replace('-a77a-', '-0501-');

const project = `CASE WHEN i % 2 = 0 THEN '${PROJECT}' ELSE 'other-' || (i / 2 % 100) END`;
/** Timestamps from 2026-01-01 on, one per millisecond. */
const instant = `strftime('%Y-%m-%dT%H:%M:%f', 1767225600 + i / 1000.0, 'unixepoch') || '000'`;
const NUMBERS =
  'WITH RECURSIVE numbers(i) AS (SELECT $from UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < $to)';

const volumes = `${NUMBERS}
  INSERT INTO volumes (id, project_id, user_id, name, size, status, attach_status, multiattach, bootable, readonly,
    volume_type_id, backend, availability_zone, created_at)
  SELECT ${uuid('0501', 'i')}, ${project}, 'admin', 'volume-' || i, 1, 'in-use', 'attached', 0, 0, 0,
    (SELECT id FROM volume_types LIMIT 1), 'fake', 'nova', ${instant} FROM numbers`;

const connectionInfo = `json_object('driver_volume_type', 'iscsi', 'target_discovered', json('false'),
  'target_portal', '127.0.0.1:3260', 'target_iqn', 'iqn.2010-10.org.openstack:volume-' || ${uuid('0501', 'i')},
  'target_lun', 0, 'volume_id', ${uuid('0501', 'i')}, 'discard', json('true'), 'auth_method', 'CHAP',
  'auth_username', '0123456789abcdef0123', 'auth_password', '0123456789abcdef0123456789abcdef',
  'encrypted', json('false'), 'qos_specs', NULL, 'access_mode', 'rw', 'cacheable', json('false'),
  'attachment_id', ${uuid('a77a', 'i')})`;

const connector = `json_object('initiator', 'iqn.1993-08.org.debian:01:' || i, 'ip', '192.0.2.10',
  'platform', 'x86_64', 'host', 'host-' || i % 1000, 'os_type', 'linux', 'multipath', json('false'),
  'mountpoint', '/dev/vdb')`;

/** 95 of 100 attachments are attached, three reserved and two attaching; one in a thousand has failed. */
const status = `CASE WHEN i % 1000 = 500 THEN 'error_attaching' WHEN i % 100 < 95 THEN 'attached'
  WHEN i % 100 < 98 THEN 'reserved' ELSE 'attaching' END`;

const attachments = `${NUMBERS}
  INSERT INTO attachments (id, volume_id, project_id, instance_uuid, attached_host, mountpoint, attach_time,
    attach_status, attach_mode, connection_info, connector, created_at, updated_at)
  SELECT ${uuid('a77a', 'i')}, ${uuid('0501', 'i')}, ${project},
    CASE WHEN i % $step = 0 THEN '${INSTANCE}' ELSE ${uuid('5e6e', 'i / 3')} END,
    'host-' || i % 1000, '/dev/vdb', ${instant}, ${status}, 'rw', ${connectionInfo}, ${connector}, ${instant},
    ${instant} FROM numbers`;

/** Every second attachment has one event of history. */
const events = `${NUMBERS}
  INSERT INTO attachment_events (attachment_id, seq, volume_id, project_id, kind, to_status, actor_user_id,
    actor_project_id, request_id, occurred_at)
  SELECT ${uuid('a77a', 'i')}, 1, ${uuid('0501', 'i')}, ${project}, 'reserved', 'reserved', 'admin', ${project},
    'req-' || ${uuid('4e40', 'i')}, ${instant} FROM numbers WHERE i % 2 = 0`;

/** Fills the database of a stopped server with `count` volumes, each with one attachment, and half as many events. */
export async function seed(file, count) {
  const database = await new Promise((resolve, reject) => {
    const opened = new sqlite3.Database(file, (error) => (error ? reject(error) : resolve(opened)));
  });
  const run = promisify(database.run.bind(database));
  // The file is temporary, so no write needs to be durable.
  await run('PRAGMA synchronous = OFF');
  await run('PRAGMA cache_size = -200000');
  const $step = Math.max(2, Math.floor(count / 120) * 2);
  for (let $from = 0; $from < count; $from += BATCH) {
    const $to = Math.min(count, $from + BATCH);
    await run('BEGIN');
    await run(volumes, { $from, $to });
    await run(attachments, { $from, $to, $step });
    await run(events, { $from, $to });
    await run('COMMIT');
  }
  await run('PRAGMA wal_checkpoint(TRUNCATE)');
  await promisify(database.close.bind(database))();
  // Otherwise the system would write all of it while the server is measured.
  const written = await open(file, 'r+');
  await written.sync();
  await written.close();
}
