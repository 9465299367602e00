import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from 'clinker-driver';
import type { AcmeOptions } from './options.js';
import { complaint, type Command, type Outcome } from './program.js';
import type { Transport } from './transport.js';

const FILE_NAME = /^acme-([0-9a-f-]{36})\.exports$/;
/** Data is on the disk before a host is told so, and root of a host may write. */
const EXPORT_OPTIONS = 'rw,sync,no_subtree_check,no_root_squash';

/**
 * The exports of the kernel's NFS server. Each exported folder has a file with a line for each admitted host. A file
 * without hosts has a comment alone: a path without hosts would admit everybody.
 */
export class Exports {
  constructor(
    private readonly options: Pick<AcmeOptions, 'exports_folder' | 'exportfs'>,
    private readonly run: Transport<Command, Outcome>,
  ) {}

  async setup(signal: AbortSignal): Promise<void> {
    await mkdir(this.options.exports_folder, { recursive: true });
    await this.exportfs(['-s'], signal);
  }

  async has(volumeId: string): Promise<boolean> {
    return (await this.ids()).includes(volumeId);
  }

  async ids(): Promise<readonly string[]> {
    const names = await readdir(this.options.exports_folder);
    return names.flatMap((name) => FILE_NAME.exec(name)?.[1] ?? []);
  }

  /** Exports the folder to exactly these hosts. */
  async write(
    volumeId: string,
    folder: string,
    addresses: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const path = this.pathOf(volumeId);
    const lines = addresses.map((address) => `"${folder}" ${address}(${EXPORT_OPTIONS})\n`);
    // exportfs reads only names that end with .exports.
    await writeFile(`${path}.new`, lines.length === 0 ? '# no host is admitted\n' : lines.join(''));
    await rename(`${path}.new`, path);
    await this.exportfs(['-r'], signal);
  }

  async remove(volumeId: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await rm(this.pathOf(volumeId), { force: true });
    await this.exportfs(['-r'], signal);
  }

  /** Returns the hosts that the volume's file names. */
  async listed(volumeId: string): Promise<readonly string[]> {
    const text = await readFile(this.pathOf(volumeId), 'utf8');
    return [...text.matchAll(/^"[^"]+" ([^\s(]+)\(/gm)].map(([, address = '']) => address);
  }

  /** Returns the hosts that the NFS server admits, by exported folder. */
  async admitted(signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
    const byFolder = new Map<string, string[]>();
    for (const [, folder = '', address = ''] of (await this.exportfs(['-s'], signal)).matchAll(
      /^"?([^"\s]+)"?\s+([^\s(]+)\(/gm,
    )) {
      const known = byFolder.get(folder);
      if (known === undefined) byFolder.set(folder, [address]);
      else known.push(address);
    }
    return byFolder;
  }

  private async exportfs(args: readonly string[], signal: AbortSignal): Promise<string> {
    const outcome = await this.run({ argv: [...this.options.exportfs, ...args] }, signal);
    if (outcome.status === 0) return outcome.stdout;
    throw new DriverError('INTERNAL', `exportfs fails: ${complaint(outcome)}`);
  }

  private pathOf(volumeId: string): string {
    return join(this.options.exports_folder, `acme-${volumeId}.exports`);
  }
}
