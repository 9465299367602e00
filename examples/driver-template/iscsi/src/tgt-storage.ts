import { mkdir, open, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError, exportPage, type BackendStats, type ExportPage } from 'clinker-driver';
import type { AcmeOptions } from './options.js';
import { complaint, type Command, type Outcome } from './program.js';
import type { Chap, FoundVolume, ListedExport, Storage, Target } from './storage.js';
import type { TargetFile, TargetFiles } from './target-files.js';
import { targetsIn, type ReportedTarget } from './tgt-report.js';
import type { Transport } from './transport.js';

const GIB = 2 ** 30;
const IQN_PREFIX = 'iqn.2026-01.com.example.acme:';
const VOLUME_OF_IQN = /^iqn\.2026-01\.com\.example\.acme:([0-9a-f-]{36})$/;
/** LUN 0 is the target's controller. */
const LUN = 1;
/** NAA 6 with a registered company id: use your company's own. */
const NAA_PREFIX = '6001405';
const NAA_DIGITS = 32;

/** Volumes are sparse files, which tgtd exports. */
export class TgtStorage implements Storage {
  /** tgt-admin numbers targets: two at once would take the same number. */
  private lastChange: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: Pick<AcmeOptions, 'folder' | 'portal' | 'control_port'>,
    private readonly files: TargetFiles,
    private readonly run: Transport<Command, Outcome>,
  ) {}

  async check(signal: AbortSignal): Promise<void> {
    await mkdir(this.options.folder, { recursive: true, mode: 0o700 });
    await this.files.setup();
    await this.targets(signal);
  }

  async create(volumeId: string, sizeGib: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.enlarge(volumeId, sizeGib, 'a');
  }

  async grow(volumeId: string, sizeGib: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.assertThere(volumeId);
    await this.enlarge(volumeId, sizeGib, 'r+');
  }

  async remove(volumeId: string, signal: AbortSignal): Promise<void> {
    await this.unexport(volumeId, signal);
    await rm(this.deviceOf(volumeId), { force: true });
  }

  export(volumeId: string, chap: Chap, signal: AbortSignal): Promise<Target> {
    return this.inTurn(async () => {
      await this.assertThere(volumeId);
      const file = await this.files.read(volumeId);
      if (file !== null && (await this.targetOf(volumeId, signal)) !== null) return this.told(file);
      const target = this.newFile(volumeId, chap);
      await this.files.write(volumeId, target);
      await this.apply(volumeId, target, signal);
      return this.told(target);
    });
  }

  unexport(volumeId: string, signal: AbortSignal): Promise<void> {
    return this.inTurn(async () => {
      const target = await this.targetOf(volumeId, signal);
      const file = await this.files.read(volumeId);
      if (target !== null)
        await this.tgtadm(['target', 'delete', '--force', '--tid', String(target.tid)], signal);
      if (file !== null)
        await this.tgtadm(['account', 'delete', '--user', file.chap.username], signal, /find/);
      // Last: it names the account.
      await this.files.remove(volumeId);
    });
  }

  admit(volumeId: string, initiator: string, signal: AbortSignal): Promise<void> {
    return this.inTurn(async () => {
      const target = await this.targetOf(volumeId, signal);
      const file = await this.files.read(volumeId);
      if (target === null || file === null) {
        throw new DriverError('NOT_FOUND', `volume ${volumeId} is not exported`);
      }
      await this.files.write(volumeId, { ...file, initiators: withOne(file.initiators, initiator) });
      if (target.initiators.includes(initiator)) return;
      await this.tgtadm(
        ['target', 'bind', '--tid', String(target.tid), '--initiator-name', initiator],
        signal,
      );
    });
  }

  evict(volumeId: string, initiator: string, signal: AbortSignal): Promise<void> {
    return this.inTurn(async () => {
      const file = await this.files.read(volumeId);
      if (file !== null) {
        await this.files.write(volumeId, { ...file, initiators: without(file.initiators, initiator) });
      }
      const target = await this.targetOf(volumeId, signal);
      if (target === null || !target.initiators.includes(initiator)) return;
      await this.tgtadm(
        ['target', 'unbind', '--tid', String(target.tid), '--initiator-name', initiator],
        signal,
      );
    });
  }

  async find(volumeId: string, signal: AbortSignal): Promise<FoundVolume | null> {
    const target = await this.targetOf(volumeId, signal);
    const file = await this.files.read(volumeId);
    const isExported = target !== null && file !== null;
    if (!isExported && !(await exists(this.deviceOf(volumeId)))) return null;
    return { target: isExported ? this.told(file) : null, initiators: target?.initiators ?? [] };
  }

  async exports(page: ExportPage, signal: AbortSignal): Promise<readonly ListedExport[]> {
    const states = (await this.targets(signal)).flatMap(({ iqn, initiators }) => {
      const volumeId = VOLUME_OF_IQN.exec(iqn)?.[1];
      return volumeId === undefined ? [] : [{ volumeId, admitted: initiators }];
    });
    return exportPage(states, page).map(({ volumeId, admitted }) => ({
      volumeId,
      initiators: admitted ?? [],
    }));
  }

  async capacity(signal: AbortSignal): Promise<BackendStats> {
    signal.throwIfAborted();
    const { blocks, bavail, bsize } = await statfs(this.options.folder);
    return { totalGib: (blocks * bsize) / GIB, freeGib: (bavail * bsize) / GIB };
  }

  /** Growing a file leaves a hole, which reads as zeros. */
  private async enlarge(volumeId: string, sizeGib: number, flags: string): Promise<void> {
    const file = await open(this.deviceOf(volumeId), flags, 0o600);
    try {
      const { size } = await file.stat();
      if (size < sizeGib * GIB) await file.truncate(sizeGib * GIB);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== 'ENOSPC' && code !== 'EFBIG') throw cause;
      throw new DriverError('RESOURCE_EXHAUSTED', `${String(sizeGib)} GiB do not fit`, { cause });
    } finally {
      await file.close();
    }
  }

  private async apply(volumeId: string, { iqn }: TargetFile, signal: AbortSignal): Promise<void> {
    const path = this.files.pathOf(volumeId);
    const argv = ['tgt-admin', ...this.control, '-c', path, '--update', iqn, '--force'];
    await this.done({ argv }, signal);
    // tgt-admin succeeds even if it has left something out.
    if ((await this.targetOf(volumeId, signal)) !== null) return;
    throw new DriverError('INTERNAL', `tgt-admin has not made the target of volume ${volumeId}`);
  }

  private async targetOf(volumeId: string, signal: AbortSignal): Promise<ReportedTarget | null> {
    const targets = await this.targets(signal);
    return targets.find(({ iqn }) => iqn === `${IQN_PREFIX}${volumeId}`) ?? null;
  }

  private async targets(signal: AbortSignal): Promise<readonly ReportedTarget[]> {
    return targetsIn(await this.tgtadm(['target', 'show'], signal));
  }

  /** @param isDone matches a complaint that says that there is nothing left to do. */
  private tgtadm(words: readonly string[], signal: AbortSignal, isDone?: RegExp): Promise<string> {
    const [mode = '', operation = '', ...rest] = words;
    const argv = ['tgtadm', ...this.control, '--lld', 'iscsi', '--mode', mode, '--op', operation, ...rest];
    return this.done({ argv }, signal, isDone);
  }

  private get control(): readonly string[] {
    return ['-C', String(this.options.control_port)];
  }

  private async done(command: Command, signal: AbortSignal, isDone?: RegExp): Promise<string> {
    const outcome = await this.run(command, signal);
    if (outcome.status === 0 || isDone?.test(outcome.stderr) === true) return outcome.stdout;
    const told = complaint(outcome);
    if (/not connected|send request/.test(told)) {
      throw new DriverError(
        'UNAVAILABLE',
        'tgtd does not answer: start it, for example with systemctl start tgt',
      );
    }
    throw new DriverError('INTERNAL', `${command.argv[0] ?? ''} fails: ${told}`);
  }

  private newFile(volumeId: string, chap: Chap): TargetFile {
    const naa = `${NAA_PREFIX}${volumeId.replaceAll('-', '')}`.slice(0, NAA_DIGITS);
    return { iqn: `${IQN_PREFIX}${volumeId}`, device: this.deviceOf(volumeId), naa, chap, initiators: [] };
  }

  private told({ iqn, naa, chap }: TargetFile): Target {
    return { iqn, portal: this.options.portal, lun: LUN, wwn: `3${naa}`, chap };
  }

  private async assertThere(volumeId: string): Promise<void> {
    if (await exists(this.deviceOf(volumeId))) return;
    throw new DriverError('NOT_FOUND', `volume ${volumeId} does not exist`);
  }

  private deviceOf(volumeId: string): string {
    return join(this.options.folder, `${volumeId}.img`);
  }

  /** Runs changes one after the other. */
  private inTurn<T>(change: () => Promise<T>): Promise<T> {
    const own = this.lastChange.then(change);
    this.lastChange = own.catch(() => undefined);
    return own;
  }
}

function withOne(initiators: readonly string[], initiator: string): readonly string[] {
  return [...without(initiators, initiator), initiator];
}

function without(initiators: readonly string[], initiator: string): readonly string[] {
  return initiators.filter((one) => one !== initiator);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
