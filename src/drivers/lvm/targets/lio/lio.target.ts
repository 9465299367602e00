import { Mutex } from 'async-mutex';
import type { CommandRunner } from '../../../command/command-runner.js';
import { DriverError } from '../../../contract/index.js';
import { explained } from '../../command-failure.js';
import { portalIn } from '../../portals.js';
import { newCredentials } from '../chap.js';
import type { AdmittedHost, ChapCredentials, HostChange, Target, TargetState } from '../target.js';
import type { CredentialFiles } from './credential-files.js';
import * as script from './lio-script.js';
import type { LioConfigfs, LioTargetState } from './lio-state.js';

export interface LioParts {
  readonly runner: CommandRunner;
  readonly kernel: LioConfigfs;
  readonly credentials: CredentialFiles;
  readonly iqnPrefix: string;
  readonly portals: readonly string[];
  readonly discard: boolean;
}

/**
 * Targets of the kernel (LIO), changed by targetcli and looked up in configfs. Each host has a rule with its own mode.
 */
export class LioTarget implements Target {
  readonly lun = script.LIO_LUN;
  private readonly changes = new Mutex();

  constructor(private readonly parts: LioParts) {}

  async setup(signal: AbortSignal): Promise<void> {
    await this.parts.credentials.setup();
    await this.run(['ls /iscsi'], signal);
    await this.parts.kernel.setup();
  }

  iqnOf(name: string): string {
    return `${this.parts.iqnPrefix}${name}`;
  }

  async find(name: string, signal: AbortSignal): Promise<TargetState | null> {
    signal.throwIfAborted();
    const found = await this.parts.kernel.find(this.iqnOf(name));
    return found === null
      ? null
      : { name, device: found.device, hosts: found.hosts, sessions: found.sessions };
  }

  async list(signal: AbortSignal): Promise<readonly TargetState[]> {
    const iqns = await this.parts.kernel.iqns();
    const ours = iqns.filter((iqn) => iqn.startsWith(this.parts.iqnPrefix));
    const states = await Promise.all(
      ours.map((iqn) => this.find(iqn.slice(this.parts.iqnPrefix.length), signal)),
    );
    return states.filter((state) => state !== null);
  }

  ensure(
    name: string,
    device: string,
    known: ChapCredentials | null,
    signal: AbortSignal,
  ): Promise<ChapCredentials> {
    return this.changes.runExclusive(async () => {
      const iqn = this.iqnOf(name);
      const { credentials: files } = this.parts;
      const kept = await files.read(name);
      const credentials = known ?? kept ?? newCredentials();
      if (kept?.password !== credentials.password) await files.write(name, credentials);
      if (this.isIntact(await this.parts.kernel.find(iqn), device)) return credentials;
      const portals = this.parts.portals.map(portalIn);
      const { discard } = this.parts;
      await this.run([...script.makeTarget({ name, iqn, device, discard }, portals), ...script.SAVE], signal);
      if (!this.isIntact(await this.parts.kernel.find(iqn), device)) {
        throw new DriverError(
          'INTERNAL',
          `targetcli left the target of ${name} unfinished; is ${device} in use?`,
        );
      }
      return credentials;
    });
  }

  changeHosts(
    name: string,
    change: HostChange,
    known: ChapCredentials | null,
    signal: AbortSignal,
  ): Promise<ChapCredentials | null> {
    return this.changes.runExclusive(async () => {
      signal.throwIfAborted();
      const iqn = this.iqnOf(name);
      const found = await this.parts.kernel.find(iqn);
      if (found === null || found.device === null) return null;
      const credentials = known ?? (await this.parts.credentials.read(name));
      // targetcli and the kernel know names in lower case alone.
      const wanted = change(found.hosts.map(({ initiator, mode }) => ({ initiator, mode }))).map((host) => ({
        ...host,
        initiator: host.initiator.toLowerCase(),
      }));
      const lines = changesTo(found, wanted, credentials);
      if (lines.length > 0) await this.run([...lines, ...script.SAVE], signal);
      const now = await this.parts.kernel.find(iqn);
      if (now === null || changesTo(now, wanted, credentials).length > 0) {
        throw new DriverError('INTERNAL', `targetcli did not change the rules of ${name} as it was told`);
      }
      return credentials;
    });
  }

  remove(name: string, signal: AbortSignal): Promise<void> {
    return this.changes.runExclusive(async () => {
      signal.throwIfAborted();
      const isThere = async () =>
        (await this.parts.kernel.find(this.iqnOf(name))) !== null ||
        (await this.parts.kernel.hasBackstore(name));
      if (await isThere()) {
        await this.run([...script.removeTarget(name, this.iqnOf(name)), ...script.SAVE], signal);
      }
      if (await isThere()) throw new DriverError('BUSY', `targetcli did not remove the target of ${name}`);
      await this.parts.credentials.delete(name);
    });
  }

  /** The kernel notices by itself. */
  resized(): Promise<void> {
    return Promise.resolve();
  }

  private isIntact(found: LioTargetState | null, device: string): boolean {
    if (found?.device !== device || !found.ready) return false;
    return this.parts.portals.every((portal) => found.portals.includes(portal));
  }

  private async run(lines: readonly string[], signal: AbortSignal): Promise<void> {
    const stdin = [...lines, ''].join('\n');
    try {
      await this.parts.runner.run(['targetcli'], { signal, stdin });
    } catch (thrown) {
      throw explained(thrown, []);
    }
  }
}

/** What is to be done so that the target admits the wanted hosts alone, each with these credentials. */
function changesTo(
  found: LioTargetState,
  wanted: readonly AdmittedHost[],
  credentials: ChapCredentials | null,
): readonly string[] {
  const lines: string[] = [];
  for (const { initiator } of found.hosts) {
    if (!wanted.some((host) => host.initiator === initiator)) lines.push(script.expel(found.iqn, initiator));
  }
  for (const host of wanted) {
    const known = found.hosts.find(({ initiator }) => initiator === host.initiator);
    if (known !== undefined && known.mapped && known.mode !== host.mode)
      lines.push(...script.remap(found.iqn, host));
    const isAdmitted =
      known?.mapped === true && (credentials === null || known.username === credentials.username);
    if (!isAdmitted && credentials !== null) lines.push(...script.admit(found.iqn, host, credentials));
  }
  return lines;
}
