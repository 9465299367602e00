import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { Mutex } from 'async-mutex';
import { DriverError } from '../../../contract/index.js';
import type { Argv } from '../../../command/command-runner.js';
import type { TgtCommands } from './tgt-commands.js';
import { portalsIn } from './tgt-report.js';

/** Backends may share a tgtd: what one has closed another one would not find to close. */
const closing = new Mutex();

/** Work that failed because its time was over is not to leave the portals closed. */
const REOPEN_MS = 10_000;

/**
 * The portals of a tgtd, which all its targets share. An initiator whose target is away for a moment may give its session
 * up for good when it is told so; one that finds nobody listening comes back. Sessions that are open do not notice.
 */
export class TgtPortals {
  /** Whether portals may be closed that nobody is about to open: a process may have died, or a command failed. */
  private isInDoubt = true;

  /**
   * @param record the file that names what is closed, as long as anything is.
   * @param run runs a command of tgt; where its second argument fits a refusal, that is as good as success.
   */
  constructor(
    private readonly commands: TgtCommands,
    private readonly record: string,
    private readonly run: (argv: Argv, signal: AbortSignal, done?: RegExp) => Promise<string>,
  ) {}

  /** Does work that no host must meet half done. */
  async whileClosed(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    await closing.runExclusive(async () => {
      await this.settle(signal);
      const portals = await this.open(signal);
      await this.write(portals);
      try {
        for (const portal of portals) await this.run(this.commands.deletePortal(portal), signal);
        await work();
      } finally {
        await this.reopen(AbortSignal.timeout(REOPEN_MS));
      }
    });
  }

  /** Opens what was left closed. */
  async settle(signal: AbortSignal): Promise<void> {
    if (this.isInDoubt) await this.reopen(signal);
  }

  private async reopen(signal: AbortSignal): Promise<void> {
    this.isInDoubt = true;
    const closed = await this.read();
    const missing = async () => {
      const open = closed.length === 0 ? [] : await this.open(signal);
      return closed.filter((portal) => !open.includes(portal));
    };
    // Somebody else may be first.
    for (const portal of await missing())
      await this.run(this.commands.newPortal(portal), signal, /invalid request/);
    const left = await missing();
    if (left.length > 0) {
      throw new DriverError('UNAVAILABLE', `tgtd does not listen on ${left.join(', ')} any more: restart it`);
    }
    await rm(this.record, { force: true });
    this.isInDoubt = false;
  }

  private async open(signal: AbortSignal): Promise<readonly string[]> {
    return portalsIn(await this.run(this.commands.showPortals(), signal));
  }

  private async read(): Promise<readonly string[]> {
    try {
      return JSON.parse(await readFile(this.record, 'utf8')) as readonly string[];
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new DriverError('INTERNAL', `${this.record} could not be read`, { cause });
    }
  }

  private async write(portals: readonly string[]): Promise<void> {
    try {
      await writeFile(`${this.record}.tmp`, JSON.stringify(portals));
      await rename(`${this.record}.tmp`, this.record);
    } catch (cause) {
      throw new DriverError('INTERNAL', `${this.record} could not be written`, { cause });
    }
  }
}
