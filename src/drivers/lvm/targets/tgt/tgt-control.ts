import { setTimeout as delay } from 'node:timers/promises';
import { CommandFailed, type Argv, type CommandRunner } from '../../../command/command-runner.js';
import { runReading } from '../../../command/reading.js';
import { isOlder, versionIn } from '../../../command/version.js';
import { DriverError } from '../../../contract/index.js';
import { withContext, type KnownFailure } from '../../command-failure.js';
import type { TgtCommands } from './tgt-commands.js';
import type { TgtTargetFile } from './tgt-file.js';
import { namesIn } from './tgt-hosts.js';
import { TgtPortals } from './tgt-portals.js';
import { targetsIn, type TgtTargetReport } from './tgt-report.js';

const ABSENT = /not connected|failed to send request/i;

const KNOWN: readonly KnownFailure[] = [
  [ABSENT, 'UNAVAILABLE', 'tgtd does not answer: systemctl start tgt (or tgtd)'],
];

/** Older versions require a rule by address besides the one by name, and such a rule admits other hosts, too. */
const LEAST_VERSION = [1, 0, 83];

/** tgtadm's exit status and messages for changes that are already done. */
const REFUSED = 22;
const ALREADY_THERE = /already exists/;
const ALREADY_GONE = /does not exist|can't find/;

/** A session takes a moment to end. */
const DROP_ATTEMPTS = 40;
const DROP_PAUSE_MS = 50;

export interface TgtControlParts {
  /** The file that lists temporarily closed portals. */
  readonly closedPortals: string;
  /** True for a tgtd of former options: if it does not run, it exports nothing. */
  readonly isFormer: boolean;
}

/** Controls one tgtd and reads its state. */
export class TgtControl {
  readonly portals: TgtPortals;

  constructor(
    private readonly runner: CommandRunner,
    private readonly commands: TgtCommands,
    private readonly parts: TgtControlParts,
  ) {
    this.portals = new TgtPortals(commands, parts.closedPortals, (argv, signal, done) =>
      done === undefined ? this.run(argv, signal) : this.runUnless(done, argv, signal),
    );
  }

  /** @throws FAILED_PRECONDITION for a tgt that would admit no host. */
  async checkVersion(signal: AbortSignal): Promise<void> {
    if (this.parts.isFormer) return;
    const version = versionIn(await this.run(this.commands.showVersion(), signal, runReading));
    if (version === null || !isOlder(version, LEAST_VERSION)) return;
    throw new DriverError(
      'FAILED_PRECONDITION',
      `tgt ${version.join('.')} does not admit hosts by initiator name alone: install tgt ` +
        `${LEAST_VERSION.join('.')} or later (Debian 12 and Ubuntu 24.04 have it) and restart tgtd, or set the option ` +
        '"target" to "lio"',
    );
  }

  /** The targets, or those with a wanted name. tgtadm reports all of them or nothing of their LUNs. */
  async reports(
    signal: AbortSignal,
    isWanted?: (iqn: string) => boolean,
  ): Promise<readonly TgtTargetReport[]> {
    await this.portals.settle(signal);
    return targetsIn(await this.run(this.commands.showTargets(), signal, runReading), isWanted);
  }

  async applyFile(file: string, iqn: string, signal: AbortSignal): Promise<void> {
    await this.run(this.commands.applyFile(file, iqn), signal);
  }

  /** Removes the target, if there is one, its accounts and the further ones. */
  async destroy(
    found: TgtTargetReport | null,
    furtherAccounts: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const { commands } = this;
    if (found !== null) await this.runUnless(ALREADY_GONE, commands.deleteTarget(found.tid), signal);
    for (const account of new Set([...(found?.accounts ?? []), ...furtherAccounts])) {
      await this.runUnless(ALREADY_GONE, commands.deleteAccount(account), signal);
    }
  }

  async admitExactly(
    found: TgtTargetReport,
    { initiators, readOnly }: Pick<TgtTargetFile, 'initiators' | 'readOnly'>,
    signal: AbortSignal,
  ): Promise<void> {
    const { commands } = this;
    const isWanted = (initiator: string) => initiators.includes(initiator);
    for (const rule of namesIn(found)) {
      if (isWanted(rule)) continue;
      await this.runUnless(ALREADY_GONE, commands.unbindInitiator(found.tid, rule), signal);
    }
    await this.dropSessions(found, isWanted, signal);
    if (readOnly !== found.readOnly) await this.run(commands.setReadOnly(found.tid, readOnly), signal);
    for (const initiator of initiators) {
      if (found.rules.includes(initiator)) continue;
      await this.runUnless(ALREADY_THERE, commands.bindInitiator(found.tid, initiator), signal);
    }
  }

  /** Removing a rule ends no session, so this ends each connection and polls until it is gone. */
  private async dropSessions(
    first: TgtTargetReport,
    isWanted: (initiator: string) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    let found: TgtTargetReport | undefined = first;
    for (let attempt = 0; attempt < DROP_ATTEMPTS; attempt += 1) {
      const unwanted = found?.sessions.filter(({ initiator }) => !isWanted(initiator)) ?? [];
      if (found === undefined || unwanted.length === 0) return;
      if (attempt > 0) await delay(DROP_PAUSE_MS, undefined, { signal });
      for (const { session, connection } of unwanted) {
        await this.runUnless(/./, this.commands.dropConnection(found.tid, session, connection), signal);
      }
      [found] = await this.reports(signal, (iqn) => iqn === first.iqn);
    }
    throw new DriverError(
      'BUSY',
      `a session of a host that is no longer admitted to ${first.iqn} does not end`,
    );
  }

  private async run(argv: Argv, signal: AbortSignal, run = runOnce): Promise<string> {
    try {
      return await run(this.runner, argv, { signal });
    } catch (thrown) {
      if (this.parts.isFormer && isAbsence(thrown)) return '';
      throw withContext(thrown, KNOWN);
    }
  }

  /** Runs a command. A refusal that matches `done` means that the change is already done. */
  private async runUnless(done: RegExp, argv: Argv, signal: AbortSignal): Promise<string> {
    try {
      return await this.run(argv, signal);
    } catch (thrown) {
      const { cause } = thrown as Error;
      if (isFailure(cause, done) && cause.status === REFUSED) return '';
      throw thrown;
    }
  }
}

/** Returns true if no tgtd runs or tgt is not installed. A tgtd that is merely slow is not absent. */
function isAbsence(thrown: unknown): boolean {
  return (
    isFailure(thrown, ABSENT) || (thrown instanceof DriverError && /is not installed/.test(thrown.message))
  );
}

const runOnce: typeof runReading = (runner, argv, options) => runner.run(argv, options);

function isFailure(thrown: unknown, words: RegExp): thrown is CommandFailed {
  return thrown instanceof CommandFailed && words.test(thrown.stderr);
}
