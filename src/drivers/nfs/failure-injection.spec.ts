import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemCommandRunner } from '../command/command-runner.js';
import type { CallContext, Connection, VolumeRef } from '../contract/index.js';
import { nfsServerDriver } from './nfs-server.driver.js';
import { SimulatedHost, type Trouble } from './testing/simulated-host.js';

let base: string;
let host: SimulatedHost;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'clinker-nfs-'));
  host = new SimulatedHost(new SystemCommandRunner({ timeoutMs: 30_000 }));
});
afterEach(() => rm(base, { recursive: true }));

const call: CallContext = { signal: new AbortController().signal, requestId: 'req-1' };
const id = randomUUID();
const volume: VolumeRef = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
const connection: Connection = { attachmentId: randomUUID(), connector: { ip: '192.0.2.1' }, mode: 'ro' };

type Driver = ReturnType<typeof nfsServerDriver>;

/** A volume's life, call by call. */
const STEPS: readonly ((driver: Driver) => Promise<unknown>)[] = [
  (driver) => driver.createVolume(volume, call),
  (driver) => driver.createExport(volume, connection, call),
  (driver) => driver.initializeConnection(volume, connection, [], call),
  (driver) => driver.ensureExport(volume, [connection], call),
  (driver) => driver.fenceConnection(volume, connection, [], call),
  (driver) => driver.terminateConnection(volume, connection, [], call),
  (driver) => driver.removeExport(volume, call),
  (driver) => driver.extendVolume(volume, 2, call),
  (driver) => driver.deleteVolume(volume, call),
];

function newDriver(): Driver {
  return nfsServerDriver(
    {
      folders: [base],
      address: '192.0.2.9',
      export_options: ['subtree_check'],
      preallocate: false,
      file_mode: '0600',
      mount_point_base: '/mnt',
      command_prefix: [],
      command_timeout_s: 30,
    },
    host,
  );
}

/** Goes through the life; a call that fails is repeated once, which must succeed. Tells how many calls failed. */
async function liveThrough(driver: Driver): Promise<number> {
  let failures = 0;
  for (const step of STEPS) {
    try {
      await step(driver);
    } catch (failure) {
      expect(failure).toMatchObject({ name: 'DriverError' });
      failures += 1;
      await step(driver);
    }
  }
  return failures;
}

describe.each<Trouble>(['fails', 'hangs', 'dies after success'])('when a command %s', (kind) => {
  it('the call fails with a DriverError, its repeat succeeds, and nothing is left in the end', async () => {
    expect(await liveThrough(newDriver())).toBe(0);
    const commands = host.commands.length;
    expect(commands).toBeGreaterThan(30);
    for (let at = 1; at <= commands; at += 1) {
      host.commands.length = 0;
      host.trouble = { at, kind };
      expect(await liveThrough(newDriver())).toBe(1);
      expect([...host.exports]).toEqual([]);
      expect(await readdir(base)).toEqual([]);
    }
  }, 120_000);
});
