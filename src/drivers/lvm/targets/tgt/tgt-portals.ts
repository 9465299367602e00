import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { Mutex } from 'async-mutex';
import { DriverError } from '../../../contract/index.js';
import type { Argv } from '../../../command/command-runner.js';
import type { TgtCommands } from './tgt-commands.js';
import { portalsIn } from './tgt-report.js';

/** Backends may share a tgtd. A backend would not see, and so not reopen, portals that another one has closed. */
const closing = new Mutex();

/** Separate timeout for reopening, so that work that timed out does not leave the portals closed. */
const REOPEN_MS = 10_000;

/**
 * The portals of a tgtd, shared by all its targets. An initiator that is told that its target is missing may give up its
 * session for good; if nothing listens, it retries. Closing a portal does not affect open sessions.
 */
export class TgtPortals {
  /** True while portals may have been left closed, because a process died or a command failed. */
  private isInDoubt = true;

  /**
   * @param record the file that lists the closed portals, while there are any.
   * @param run runs a command of tgt. A refusal that matches `done` counts as success.
   */
  constructor(
    private readonly commands: TgtCommands,
    private readonly record: string,
    private readonly run: (argv: Argv, signal: AbortSignal, done?: RegExp) => Promise<string>,
  ) {}

  /** Runs work during which no host may connect. */
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

  /** Reopens portals that were left closed. */
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
    // Another process may have opened it first.
    for (const portal of await missing())
      await this.run(this.commands.newPortal(portal), signal, /invalid request/);
    const left = await missing();
    if (left.length > 0) {
      throw new DriverError('UNAVAILABLE', `tgtd no longer listens on ${left.join(', ')}: restart it`);
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
