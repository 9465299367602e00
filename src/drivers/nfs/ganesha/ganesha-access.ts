import { dirname } from 'node:path';
import { Mutex } from 'async-mutex';
import { DriverError, type AccessMode, type Connection } from '../../contract/index.js';
import type { ExportedFolder, FencingAccess } from '../nfs-access.js';
import { addressOf, checkAddress, modesByAddress } from '../nfs-connector.js';
import { isVolumeFolder } from '../share.js';
import type { ExportFiles } from './export-files.js';
import type { ExportClient, ExportManager, ShownExport } from './export-manager.js';
import type { VolumeRights } from './volume-rights.js';

/** Number of Ganesha's export ids, without 0, the pseudo file system. */
const IDS = 65_535;

type Hosts = ReadonlyMap<string, AccessMode>;

export interface GaneshaParts {
  readonly exports: ExportManager;
  readonly files: ExportFiles;
  readonly rights: VolumeRights;
  /** Base of the numeric accounts: an export's account is this number plus its id. */
  readonly firstAccount: number;
}

/** Exports each volume's folder with NFS-Ganesha to the addresses of its attached hosts. Without hosts, no export exists. */
export class GaneshaAccess implements FencingAccess {
  readonly check = checkAddress;
  /** Held while an export id is chosen. */
  private readonly choosing = new Mutex();

  constructor(private readonly parts: GaneshaParts) {}

  async ready(signal: AbortSignal): Promise<void> {
    await this.parts.files.setup();
    await this.parts.exports.list(signal);
  }

  async allowOnly(
    target: ExportedFolder,
    connections: readonly Connection[],
    signal: AbortSignal,
  ): Promise<void> {
    await this.admit(target, await this.find(target, signal), modesByAddress(connections), signal);
  }

  async allow(
    target: ExportedFolder,
    connection: Connection,
    others: readonly Connection[],
    signal: AbortSignal,
  ): Promise<void> {
    const address = addressOf(connection);
    const mode = modesByAddress([connection, ...others]).get(address) ?? connection.mode;
    const found = await this.find(target, signal);
    await this.admit(target, found, new Map([...hostsOf(found), [address, mode]]), signal);
  }

  async withdraw(
    target: ExportedFolder,
    connection: Connection,
    remaining: readonly Connection[],
    signal: AbortSignal,
  ): Promise<void> {
    const address = addressOf(connection);
    const found = await this.find(target, signal);
    const hosts = new Map(hostsOf(found));
    const needed = modesByAddress(remaining).get(address);
    if (needed === undefined) hosts.delete(address);
    else if (hosts.has(address)) hosts.set(address, needed);
    await this.admit(target, found, hosts, signal);
  }

  async confirmCutOff(target: ExportedFolder, connection: Connection, signal: AbortSignal): Promise<void> {
    const address = addressOf(connection);
    for (const { id, path } of await this.parts.exports.list(signal)) {
      if (isVolumeFolder(path, dirname(target.folder)) && path !== target.folder) continue;
      const shown = await this.parts.exports.show(id, signal);
      if (shown === null || !`${target.folder}/`.startsWith(`${shown.path}/`.replace('//', '/'))) continue;
      const isOwn = shown.path === target.folder;
      // Other exports that contain the volume are not the driver's and may admit more hosts than they list.
      if (isOwn && shown.clients.every(({ client, isHost }) => isHost && client !== address)) continue;
      const message = `the volume can still be reached through export ${id} (${shown.path}); see ganesha.conf`;
      throw new DriverError('FAILED_PRECONDITION', message);
    }
  }

  async admittedTo(target: ExportedFolder, signal: AbortSignal): Promise<readonly string[]> {
    return clientsOf(await this.find(target, signal));
  }

  async admitted(signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
    const byFolder = new Map<string, readonly string[]>();
    for (const { id, path } of await this.parts.exports.list(signal)) {
      if (!isVolumeFolder(path, dirname(path))) continue;
      byFolder.set(path, clientsOf(await this.parts.exports.show(id, signal)));
    }
    return byFolder;
  }

  async forget({ volumeId }: ExportedFolder): Promise<void> {
    await this.parts.files.delete(volumeId);
  }

  async forgetAll(): Promise<void> {
    await this.parts.files.setup();
    for (const volumeId of (await this.parts.files.ids()).keys()) await this.parts.files.retire(volumeId);
  }

  private async find({ folder }: ExportedFolder, signal: AbortSignal): Promise<ShownExport | null> {
    const [listed, ...more] = (await this.parts.exports.list(signal)).filter(({ path }) => path === folder);
    if (listed === undefined) return null;
    if (more.length === 0) return await this.parts.exports.show(listed.id, signal);
    const ids = [listed, ...more].map(({ id }) => id).join(', ');
    const message = `${folder} is exported several times, by ${ids}; remove from ganesha.conf what Clinker did not write`;
    throw new DriverError('FAILED_PRECONDITION', message);
  }

  private async admit(
    target: ExportedFolder,
    found: ShownExport | null,
    hosts: Hosts,
    signal: AbortSignal,
  ): Promise<void> {
    if (hosts.size === 0) {
      await this.close(target, found, signal);
      return;
    }
    const id = found === null ? await this.open(target, hosts, signal) : found.id;
    if (found !== null) {
      const file = await this.write(target, id, hosts);
      await this.parts.exports.update(file, id, signal);
      await this.parts.rights.grant(target, this.accountOf(id), signal);
    }
    const now = await this.parts.exports.show(id, signal);
    if (now?.path !== target.folder || !admitsExactly(now.clients, hosts)) {
      throw new DriverError('INTERNAL', `NFS-Ganesha did not apply the access rules of ${target.folder}`);
    }
  }

  private open(target: ExportedFolder, hosts: Hosts, signal: AbortSignal): Promise<number> {
    return this.choosing.runExclusive(async () => {
      const known = await this.parts.files.ids();
      const taken = new Set((await this.parts.exports.list(signal)).map(({ id }) => id));
      for (const [volumeId, id] of known) if (volumeId !== target.volumeId) taken.add(id);
      // Hosts that still have the volume mounted can continue only under the same id.
      const first = known.get(target.volumeId) ?? idFrom(target.volumeId);
      for (let tries = 0; tries < IDS; tries += 1) {
        const id = ((first - 1 + tries) % IDS) + 1;
        if (taken.has(id)) continue;
        await this.parts.rights.grant(target, this.accountOf(id), signal);
        const file = await this.write(target, id, hosts);
        if (await this.parts.exports.add(file, id, signal)) return id;
      }
      throw new DriverError('RESOURCE_EXHAUSTED', `NFS-Ganesha has ids for at most ${IDS} volumes`);
    });
  }

  private async close(target: ExportedFolder, found: ShownExport | null, signal: AbortSignal): Promise<void> {
    await this.parts.files.retire(target.volumeId);
    if (found !== null) await this.parts.exports.remove(found.id, signal);
    if ((await this.find(target, signal)) !== null) {
      throw new DriverError('INTERNAL', `NFS-Ganesha has not removed the export of ${target.folder}`);
    }
    await this.parts.rights.revoke(target, signal);
  }

  private async write({ volumeId, folder }: ExportedFolder, id: number, hosts: Hosts): Promise<string> {
    // A file with another id would become a second export at Ganesha's next start.
    const known = (await this.parts.files.ids()).get(volumeId);
    if (known !== undefined && known !== id) await this.parts.files.delete(volumeId);
    return await this.parts.files.write(volumeId, { id, folder, account: this.accountOf(id), hosts });
  }

  private accountOf(id: number): number {
    return this.parts.firstAccount + id;
  }
}

/** Derives an export id from the volume: rarely used by another volume, and the same even if all records are lost. */
function idFrom(volumeId: string): number {
  return (parseInt(volumeId.slice(0, 8), 16) % IDS) + 1;
}

/** Returns the hosts with access. Other clients are not the driver's; the next change removes them. */
function hostsOf(found: ShownExport | null): Hosts {
  const hosts = new Map<string, AccessMode>();
  for (const { client, isHost, mode } of found?.clients ?? []) {
    if (isHost && mode !== 'none') hosts.set(client, mode);
  }
  return hosts;
}

function clientsOf(found: ShownExport | null): readonly string[] {
  return (found?.clients ?? []).filter(({ mode }) => mode !== 'none').map(({ client }) => client);
}

function admitsExactly(clients: readonly ExportClient[], hosts: Hosts): boolean {
  return (
    clients.length === hosts.size &&
    clients.every(({ client, isHost, mode }) => isHost && hosts.get(client) === mode)
  );
}
