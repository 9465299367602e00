import { setTimeout as delay } from 'node:timers/promises';
import { Mutex } from 'async-mutex';
import { CommandFailed, type Argv, type CommandRunner } from '../../../command/command-runner.js';
import { DriverError } from '../../../contract/index.js';
import { explained, type KnownFailure } from '../../command-failure.js';
import { newCredentials } from '../chap.js';
import type { ChapCredentials, HostChange, Target, TargetState } from '../target.js';
import { TGT_LUN, type TgtCommands } from './tgt-commands.js';
import type { TgtFiles, TgtTargetFile } from './tgt-file.js';
import { boundTo, hostsOf, namesIn, withHosts } from './tgt-hosts.js';
import { TgtPortals } from './tgt-portals.js';
import { targetsIn, type TgtTargetReport } from './tgt-report.js';

const KNOWN: readonly KnownFailure[] = [
  [
    /not connected|failed to send request/i,
    'UNAVAILABLE',
    'tgtd does not answer: systemctl start tgt (or tgtd)',
  ],
];

/** tgtadm's words for what is done already. */
const REFUSED = 22;
const ALREADY_THERE = /already exists/;
const ALREADY_GONE = /does not exist|can't find/;

/** tgtadm reports sizes in millions of bytes, rounded. */
const MB_PER_GIB = 1073.741824;

/** A session that is told to end takes a moment to go. */
const DROP_ATTEMPTS = 40;
const DROP_PAUSE_MS = 50;

export interface TgtParts {
  readonly runner: CommandRunner;
  readonly commands: TgtCommands;
  readonly files: TgtFiles;
  readonly iqnPrefix: string;
  readonly discard: boolean;
}

/**
 * Targets of tgtd. Its LUNs are read-only for everybody or for nobody, so all hosts of a target have one mode. Changes
 * are made one after the other: a target's number is free until it is taken.
 */
export class TgtTarget implements Target {
  readonly lun = TGT_LUN;
  private readonly changes = new Mutex();

  private readonly portals: TgtPortals;

  constructor(private readonly parts: TgtParts) {
    const { commands, files } = parts;
    this.portals = new TgtPortals(commands, files.closedPortals, (argv, signal, done) =>
      done === undefined ? this.run(argv, signal) : this.runUnless(done, argv, signal),
    );
  }

  async setup(signal: AbortSignal): Promise<void> {
    await this.parts.files.setup();
    await this.reports(signal);
  }

  iqnOf(name: string): string {
    return `${this.parts.iqnPrefix}${name}`;
  }

  async find(name: string, signal: AbortSignal): Promise<TargetState | null> {
    const found = await this.report(name, signal);
    return found === null ? null : this.stateOf(found);
  }

  async list(signal: AbortSignal): Promise<readonly TargetState[]> {
    const reports = await this.reports(signal);
    return reports
      .filter(({ iqn }) => iqn.startsWith(this.parts.iqnPrefix))
      .map((found) => this.stateOf(found));
  }

  ensure(
    name: string,
    device: string,
    known: ChapCredentials | null,
    signal: AbortSignal,
  ): Promise<ChapCredentials> {
    return this.changes.runExclusive(async () => {
      const [found, file] = [await this.report(name, signal), await this.parts.files.read(name)];
      const inUse = boundTo(found, [known, file?.credentials]);
      const target: TgtTargetFile = {
        iqn: this.iqnOf(name),
        device,
        credentials: inUse ?? known ?? file?.credentials ?? newCredentials(),
        initiators: found !== null && inUse !== null ? namesIn(found) : (file?.initiators ?? []),
        readOnly: inUse === null ? (file?.readOnly ?? false) : (found?.readOnly ?? false),
        discard: this.parts.discard,
      };
      if (found?.device === device && inUse !== null) {
        if (file === null) await this.parts.files.write(name, target);
        return inUse;
      }
      await this.parts.files.write(name, target);
      await this.renew(name, found, target, signal);
      return target.credentials;
    });
  }

  changeHosts(
    name: string,
    change: HostChange,
    known: ChapCredentials | null,
    signal: AbortSignal,
  ): Promise<ChapCredentials | null> {
    return this.changes.runExclusive(async () => {
      const [found, file] = [await this.report(name, signal), await this.parts.files.read(name)];
      if (found === null || found.device === null) {
        // tgtd lost it; what it reads after its next start must not admit the host again.
        if (file !== null) await this.parts.files.write(name, withHosts(file, change(hostsOf(file))));
        return null;
      }
      const admitted = hostsOf({ initiators: namesIn(found), readOnly: found.readOnly });
      const wanted = change(admitted);
      const credentials = boundTo(found, [known, file?.credentials]);
      if (credentials === null) {
        // Nobody can be told how to log in; those who are to go still go.
        const staying = admitted.filter((host) =>
          wanted.some(({ initiator }) => initiator === host.initiator),
        );
        const names = staying.map(({ initiator }) => initiator);
        await this.admitExactly(name, found, { initiators: names, readOnly: found.readOnly }, signal);
        return null;
      }
      const target = withHosts(
        {
          iqn: found.iqn,
          device: found.device,
          credentials,
          initiators: [],
          readOnly: found.readOnly,
          discard: this.parts.discard,
        },
        wanted,
      );
      await this.parts.files.write(name, target);
      await this.admitExactly(name, found, target, signal);
      return credentials;
    });
  }

  remove(name: string, signal: AbortSignal): Promise<void> {
    return this.changes.runExclusive(async () => {
      const [found, file] = [await this.report(name, signal), await this.parts.files.read(name)];
      const accounts = file === null ? [] : [file.credentials.username];
      await this.destroy(found, accounts, signal);
      // Last, since it knows the account that is to go.
      await this.parts.files.delete(name);
    });
  }

  /** tgtd does not notice: the target is made anew out of sight, and its hosts connect again by themselves. */
  resized(name: string, sizeGib: number, signal: AbortSignal): Promise<void> {
    return this.changes.runExclusive(async () => {
      const [found, file] = [await this.report(name, signal), await this.parts.files.read(name)];
      if (file === null) return;
      if (found !== null && found.megabytes + 1 >= sizeGib * MB_PER_GIB) return;
      await this.renew(name, found, file, signal);
    });
  }

  /** Makes a target as its file says; out of sight of the hosts that are connected to the one before. */
  private async renew(
    name: string,
    before: TgtTargetReport | null,
    target: TgtTargetFile,
    signal: AbortSignal,
  ): Promise<void> {
    if (before === null) return this.apply(name, target, signal);
    await this.portals.whileClosed(async () => {
      // tgt-admin's own --force stumbles over rules by initiator name.
      await this.destroy(before, [], signal);
      await this.apply(name, target, signal);
    }, signal);
  }

  private async admitExactly(
    name: string,
    found: TgtTargetReport,
    { initiators, readOnly }: Pick<TgtTargetFile, 'initiators' | 'readOnly'>,
    signal: AbortSignal,
  ): Promise<void> {
    const { commands } = this.parts;
    const isWanted = (initiator: string) => initiators.includes(initiator);
    for (const rule of namesIn(found)) {
      if (isWanted(rule)) continue;
      await this.runUnless(ALREADY_GONE, commands.unbindInitiator(found.tid, rule), signal);
    }
    await this.dropSessions(name, found, isWanted, signal);
    if (readOnly !== found.readOnly) await this.run(commands.setReadOnly(found.tid, readOnly), signal);
    for (const initiator of initiators) {
      if (found.rules.includes(initiator)) continue;
      await this.runUnless(ALREADY_THERE, commands.bindInitiator(found.tid, initiator), signal);
    }
  }

  /** Taking a rule away ends no session: each connection is ended, and looked for until it is gone. */
  private async dropSessions(
    name: string,
    first: TgtTargetReport,
    isWanted: (initiator: string) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    let found: TgtTargetReport | null = first;
    for (let attempt = 0; attempt < DROP_ATTEMPTS; attempt += 1) {
      const unwanted = found?.sessions.filter(({ initiator }) => !isWanted(initiator)) ?? [];
      if (found === null || unwanted.length === 0) return;
      if (attempt > 0) await delay(DROP_PAUSE_MS, undefined, { signal });
      for (const { session, connection } of unwanted) {
        const argv = this.parts.commands.dropConnection(found.tid, session, connection);
        await this.runUnless(/./, argv, signal);
      }
      found = await this.report(name, signal);
    }
    throw new DriverError('BUSY', `a session of a host that is no longer admitted to ${name} does not end`);
  }

  private async apply(name: string, target: TgtTargetFile, signal: AbortSignal): Promise<void> {
    const { commands, files } = this.parts;
    await this.run(commands.applyFile(files.pathOf(name), target.iqn), signal);
    // Its exit status proves little: it is 0 too when the device was skipped.
    const made = await this.report(name, signal);
    if (made?.device !== target.device || !made.accounts.includes(target.credentials.username)) {
      throw new DriverError(
        'INTERNAL',
        `tgt-admin left the target of ${name} unfinished; is ${target.device} in use?`,
      );
    }
  }

  private async destroy(
    found: TgtTargetReport | null,
    furtherAccounts: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const { commands } = this.parts;
    if (found !== null) await this.runUnless(ALREADY_GONE, commands.deleteTarget(found.tid), signal);
    for (const account of new Set([...(found?.accounts ?? []), ...furtherAccounts])) {
      await this.runUnless(ALREADY_GONE, commands.deleteAccount(account), signal);
    }
  }

  private stateOf(found: TgtTargetReport): TargetState {
    return {
      name: found.iqn.slice(this.parts.iqnPrefix.length),
      device: found.device,
      hosts: hostsOf({ initiators: found.rules, readOnly: found.readOnly }),
      sessions: found.sessions.map(({ initiator }) => initiator),
    };
  }

  private async report(name: string, signal: AbortSignal): Promise<TgtTargetReport | null> {
    const iqn = this.iqnOf(name);
    return (await this.reports(signal)).find((found) => found.iqn === iqn) ?? null;
  }

  private async reports(signal: AbortSignal): Promise<readonly TgtTargetReport[]> {
    await this.portals.settle(signal);
    return targetsIn(await this.run(this.parts.commands.showTargets(), signal));
  }

  private async run(argv: Argv, signal: AbortSignal): Promise<string> {
    try {
      return await this.parts.runner.run(argv, { signal });
    } catch (thrown) {
      throw explained(thrown, KNOWN);
    }
  }

  /** A refusal in these words means that there is nothing left to do. */
  private async runUnless(done: RegExp, argv: Argv, signal: AbortSignal): Promise<string> {
    try {
      return await this.parts.runner.run(argv, { signal });
    } catch (thrown) {
      if (thrown instanceof CommandFailed && thrown.status === REFUSED && done.test(thrown.stderr)) return '';
      throw explained(thrown, KNOWN);
    }
  }
}
