import { isIP } from 'node:net';
import { CommandFailed, type CommandRunner } from '../command/command-runner.js';
import { runReading } from '../command/reading.js';
import { DriverError, type AccessMode, type Connection } from '../contract/index.js';
import { parseExports, type ListedExport } from './export-list.js';
import type { ExportedFolder, FencingAccess } from './nfs-access.js';
import { addressOf, checkAddress, modesByAddress } from './nfs-connector.js';
import { nfsFailure } from './nfs-failure.js';

/** Exports each volume's folder with the kernel's NFS server to the addresses of its attached hosts. See exportfs(8). */
export class ExportfsAccess implements FencingAccess {
  readonly check = checkAddress;

  constructor(
    private readonly runner: CommandRunner,
    private readonly exportOptions: readonly string[],
  ) {}

  async ready(signal: AbortSignal): Promise<void> {
    await this.list(signal);
  }

  async allowOnly(
    target: ExportedFolder,
    connections: readonly Connection[],
    signal: AbortSignal,
  ): Promise<void> {
    const modes = modesByAddress(connections);
    for (const listed of await this.listedAt(target, signal)) {
      if (!modes.has(listed.address)) await this.unexport(listed, signal);
    }
    for (const [address, mode] of modes) await this.export(target, address, mode, signal);
  }

  async allow(
    target: ExportedFolder,
    connection: Connection,
    others: readonly Connection[],
    signal: AbortSignal,
  ): Promise<void> {
    const address = addressOf(connection);
    const mode = modesByAddress([connection, ...others]).get(address) ?? connection.mode;
    await this.export(target, address, mode, signal);
  }

  async withdraw(
    target: ExportedFolder,
    connection: Connection,
    remaining: readonly Connection[],
    signal: AbortSignal,
  ): Promise<void> {
    const address = addressOf(connection);
    const needed = modesByAddress(remaining).get(address);
    for (const listed of await this.listedAt(target, signal)) {
      if (listed.address !== address) continue;
      if (needed === undefined) await this.unexport(listed, signal);
      else await this.export(target, address, needed, signal);
    }
  }

  /** Flushes the server's export cache, so that it checks the host's next request against the current exports. */
  async confirmCutOff(target: ExportedFolder, connection: Connection, signal: AbortSignal): Promise<void> {
    const address = addressOf(connection);
    await this.exportfs(['-f'], signal);
    const listed = await this.listedAt(target, signal);
    // An entry for a network or for all hosts would admit the host, too.
    const admits = listed.find((entry) => entry.address === address || isIP(entry.address) === 0);
    if (admits === undefined) return;
    const message = `the volume is still exported to ${admits.client}; see exportfs -s and /etc/exports`;
    throw new DriverError('FAILED_PRECONDITION', message);
  }

  /** Nothing to do: the kernel stores nothing. */
  forget(): Promise<void> {
    return Promise.resolve();
  }

  /** Nothing to do: there is nothing beyond the exports that exportfs lists. */
  forgetAll(): Promise<void> {
    return Promise.resolve();
  }

  async admittedTo(target: ExportedFolder, signal: AbortSignal): Promise<readonly string[]> {
    return (await this.listedAt(target, signal)).map(({ address }) => address);
  }

  async admitted(signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
    const byFolder = new Map<string, readonly string[]>();
    for (const { folder, address } of await this.list(signal)) {
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), address]);
    }
    return byFolder;
  }

  private async export(
    { volumeId, folder }: ExportedFolder,
    address: string,
    mode: AccessMode,
    signal: AbortSignal,
  ): Promise<void> {
    // The volume's id as file system id distinguishes folders of one file system and survives restarts.
    const options = [mode, `fsid=${volumeId}`, ...this.exportOptions].join(',');
    const client = isIP(address) === 6 ? `[${address}]` : address;
    await this.exportfs(['-o', options, `${client}:${folder}`], signal);
  }

  private async unexport({ client, folder }: ListedExport, signal: AbortSignal): Promise<void> {
    const named = isIP(client) === 6 ? `[${client}]` : client;
    await this.exportfs(['-u', `${named}:${folder}`], signal);
  }

  private async listedAt({ folder }: ExportedFolder, signal: AbortSignal) {
    return (await this.list(signal)).filter((listed) => listed.folder === folder);
  }

  private async list(signal: AbortSignal): Promise<readonly ListedExport[]> {
    try {
      return parseExports(await runReading(this.runner, ['exportfs', '-s'], { signal }));
    } catch (thrown) {
      if (thrown instanceof CommandFailed && /invalid option|usage:/i.test(thrown.stderr)) {
        const message = 'exportfs does not know the option -s: install nfs-utils 1.3 or later';
        throw new DriverError('FAILED_PRECONDITION', message, { cause: thrown });
      }
      throw nfsFailure('the NFS server does not list its exports', thrown);
    }
  }

  private async exportfs(args: readonly string[], signal: AbortSignal): Promise<string> {
    try {
      return await this.runner.run(['exportfs', ...args], { signal });
    } catch (thrown) {
      throw nfsFailure('the NFS server rejects the export', thrown);
    }
  }
}
