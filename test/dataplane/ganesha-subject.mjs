/** The driver under test on its own machine and hosts, with helpers for the checks. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemCommandRunner } from '../../dist/drivers/command/command-runner.js';
import { nfsServerDriver } from '../../dist/drivers/nfs/nfs-server.driver.js';
import { GaneshaMachine } from './ganesha-machine.mjs';
import { NfsHost } from './nfs-host.mjs';

export const PERMISSION = 'status 1';
export const ACCESS = 'status 13';
export const READ_ONLY = 'status 30';
const STALE = 'status 70';
const NOT_AUTHENTICATED = 'denied';
/** Responses to a host that lacks permission, for versions 3 and 4. */
export const REFUSED = { 3: [NOT_AUTHENTICATED, ACCESS, STALE], 4: [ACCESS, STALE, 'status 2'] };

export const machine = new GaneshaMachine();
export const [first, second, third] = [2, 3, 4].map((number) => new NfsHost(number));

export const system = new SystemCommandRunner({ timeoutMs: 60_000 });

export function makeDriver(runner = system) {
  const options = {
    folders: [machine.volumes],
    address: machine.address,
    server: 'ganesha',
    ganesha: { conf_folder: machine.conf },
    format: 'raw',
    preallocate: false,
    mount_point_base: '/var/lib/clinker/mnt',
  };
  return nfsServerDriver(options, runner, machine.folder);
}

export const call = () => ({ signal: AbortSignal.timeout(60_000), requestId: `req-${randomUUID()}` });
export const connect = (host, mode = 'rw', ip = host.ip) => ({
  attachmentId: randomUUID(),
  connector: { ip },
  mode,
});

/** Runs `work` on an exported volume, then removes everything. */
export async function withVolume(work, sizeGib = 1 / 64) {
  const driver = makeDriver();
  const id = randomUUID();
  const volume = { id, name: `volume-${id}`, sizeGib, projectId: 'p', exportDetails: null };
  await driver.setup();
  await driver.createVolume(volume, call());
  try {
    const exportDetails = await driver.createExport(volume, connect(first), call());
    await work(driver, { ...volume, exportDetails });
  } finally {
    for (const host of [first, second, third]) host.leave();
    await driver.deleteVolume(volume, call());
  }
}

export const attach = (driver, volume, connection, others = []) =>
  driver.initializeConnection(volume, connection, others, call());
export const detach = (driver, volume, connection, remaining = []) =>
  driver.terminateConnection(volume, connection, remaining, call());
export const fileOf = ({ name }) => join(machine.volumes, name, name);
export const sum = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');
export const textOf = ({ answer, data }) => (answer === 'ok' ? Buffer.from(data, 'hex').toString() : answer);
