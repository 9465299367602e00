import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { Clock } from '../common/clock.js';
import { BackendFailure } from '../common/errors.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { SecretBox } from '../database/secrets/secret-box.js';
import type { Tx } from '../database/unit-of-work.js';
import type { JsonObject } from '../drivers/contract/index.js';
import { OperationEntity } from './operation.entity.js';
import { ThisProcess } from './this-process.js';

/** Kinds of driver work that are journalled. */
export type OperationKind =
  | 'create-volume'
  | 'delete-volume'
  | 'extend-volume'
  | 'connect'
  | 'disconnect'
  | 'force-detach'
  | 'legacy-connect'
  | 'legacy-disconnect'
  | 'remove-export'
  | 'restore-export';

/** Work about to be done. */
export interface Intent {
  readonly kind: OperationKind;
  readonly volumeId: string;
  readonly attachmentId?: string;
  readonly requestId: string;
  readonly details?: JsonObject;
  /** Left to the reconciler: nobody is about to do it. */
  readonly isDeferred?: boolean;
}

/** An open entry, and where its volume is. */
export interface OpenOperation {
  readonly operation: OperationEntity;
  /** Name of the volume's backend; null when the volume is gone. */
  readonly backend: string | null;
  /** Whether this process opened or claimed it. */
  readonly isOwn: boolean;
}

/** The entry is no longer this process's: another one took the work for abandoned, and has ended it or will. */
export class OperationOverruled extends BackendFailure {}

/** Another server works on the volume at this moment. */
export class VolumeBusyElsewhere extends BackendFailure {}

/** Why an entry was left to the reconciler, in words that may be shown; null when its process died over it. */
export function failureOf({ details }: OperationEntity): string | null {
  return (details as { failure?: string }).failure ?? null;
}

/** The owner of entries that nobody works on; no process has it for an id. */
const NOBODY = '';

const POLL_MS = 200;

/**
 * Records intended driver work before it begins and closes it with its outcome, in the callers' transactions.
 * An entry belongs to a process. Ending it is fenced: only its owner can. As long as its owner lives it is also the
 * lock on its volume between processes (docs/adr/0007).
 */
@Injectable()
export class OperationJournal {
  constructor(
    private readonly self: ThisProcess,
    private readonly clock: Clock,
    private readonly secrets: SecretBox,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Records an intent; gives back the id to close it by. The volume is locked by the same unit, or new; what is deferred
   * waits for nobody, and needs no lock.
   * @throws VolumeBusyElsewhere while another living process has an entry for the volume; see {@link whenFree}.
   */
  async open(tx: Tx, intent: Intent): Promise<string> {
    if (intent.isDeferred !== true && (await this.isBusyElsewhere(tx, intent.volumeId))) {
      throw new VolumeBusyElsewhere(`Another server is busy with volume ${intent.volumeId}.`);
    }
    const id = randomUUID();
    await tx.manager
      .createQueryBuilder()
      .insert()
      .into(OperationEntity)
      .values({
        id,
        kind: intent.kind,
        volumeId: intent.volumeId,
        attachmentId: intent.attachmentId ?? null,
        requestId: intent.requestId,
        owner: intent.isDeferred === true ? NOBODY : this.self.id,
        details: this.secrets.seal('operations.details', id, intent.details ?? {}),
        startedAt: this.clock.now(),
      })
      .updateEntity(false)
      .execute();
    return id;
  }

  /** Leaves work for a volume to the reconciler, unless it is left to it already. */
  async defer(tx: Tx, intent: Omit<Intent, 'isDeferred'>): Promise<void> {
    const { kind, volumeId } = intent;
    if (await tx.manager.existsBy(OperationEntity, { kind, volumeId, owner: NOBODY })) return;
    await this.open(tx, { ...intent, isDeferred: true });
  }

  /**
   * Repeats a unit that opens an entry until other servers are through with the volume.
   * @throws VolumeBusyElsewhere when that takes longer than a driver call may.
   */
  async whenFree<T>(unit: () => Promise<T>): Promise<T> {
    const giveUpAt = Date.now() + this.config.driver_timeout_ms;
    for (;;) {
      try {
        return await unit();
      } catch (error) {
        if (!(error instanceof VolumeBusyElsewhere) || Date.now() >= giveUpAt) throw error;
        await sleep(POLL_MS);
      }
    }
  }

  /** Closes an intent whose outcome the same transaction applies. @throws OperationOverruled */
  async close(tx: Tx, id: string): Promise<void> {
    if (!(await this.closeIfOwn(tx, id))) throw overruled();
  }

  /** Closes an intent if it is still this process's; tells whether it was. */
  async closeIfOwn(tx: Tx, id: string): Promise<boolean> {
    return (await tx.manager.delete(OperationEntity, { id, owner: this.self.id })).affected === 1;
  }

  /** Closes the intents of a kind for a volume, but for one, which other work has made pointless. */
  async closeAll(tx: Tx, kind: OperationKind, volumeId: string, exceptId = ''): Promise<void> {
    const entries = await this.find(tx, { kind, volumeId });
    await this.removeEach(
      tx,
      entries.filter((id) => id !== exceptId),
    );
  }

  /** Closes the intents of a kind for an attachment, which other work has made pointless. */
  async closeAllOf(tx: Tx, kind: OperationKind, attachmentId: string): Promise<void> {
    await this.removeEach(tx, await this.find(tx, { kind, attachmentId }));
  }

  /**
   * Leaves an entry, whose work this process gives up, to the reconciler.
   * @param failure why, for {@link failureOf}.
   */
  async leave(tx: Tx, id: string, failure?: string): Promise<void> {
    const own = { id, owner: this.self.id };
    const entry = await tx.manager.findOneBy(OperationEntity, own);
    if (entry === null) return;
    const details = failure === undefined ? entry.details : { ...entry.details, failure };
    const sealed = this.secrets.seal('operations.details', id, details);
    await tx.manager.update(OperationEntity, own, { owner: NOBODY, details: sealed });
  }

  /** Whether an entry is open and this process's. */
  async holds(tx: Tx, id: string): Promise<boolean> {
    return tx.manager.existsBy(OperationEntity, { id, owner: this.self.id });
  }

  /** Whether work of a kind is intended or under way for an attachment. */
  async isOpen(tx: Tx, kind: OperationKind, attachmentId: string): Promise<boolean> {
    return tx.manager.existsBy(OperationEntity, { kind, attachmentId });
  }

  /** Whether any work is intended or under way for a volume. */
  async isOpenFor(tx: Tx, volumeId: string): Promise<boolean> {
    return tx.manager.existsBy(OperationEntity, { volumeId });
  }

  /** Makes sure that an entry is open and this process's. @throws OperationOverruled */
  async assertHeld(tx: Tx, id: string): Promise<void> {
    if (!(await this.holds(tx, id))) throw overruled();
  }

  /** Whether any entry is this process's. */
  async hasOwn(tx: Tx): Promise<boolean> {
    return tx.manager.existsBy(OperationEntity, { owner: this.self.id });
  }

  /** The entries that this process may end, oldest first: its own, and those whose owner does not live. */
  async unfinished(tx: Tx): Promise<OpenOperation[]> {
    const { entities, raw } = await tx.manager
      .createQueryBuilder(OperationEntity, 'operation')
      // By name: volumes belong to a feature that is built on this one.
      .leftJoin('volumes', 'volume', 'volume.id = operation.volumeId')
      .addSelect('volume.backend', 'backend')
      .where((query) => `operation.owner = :self OR NOT EXISTS ${ownerRow(query)}`, { self: this.self.id })
      .orderBy('operation.startedAt')
      .addOrderBy('operation.id')
      .getRawAndEntities<{ backend: string | null }>();
    return entities.map((operation, index) => ({
      operation,
      backend: raw[index]?.backend ?? null,
      isOwn: operation.owner === this.self.id,
    }));
  }

  /**
   * Makes an entry that was found this process's, by compare-and-swap; tells whether it is. Not while another living
   * process works on the volume.
   */
  async claim(tx: Tx, { id, owner, volumeId }: OperationEntity): Promise<boolean> {
    await this.lockVolume(tx, volumeId);
    if (await this.isBusyElsewhere(tx, volumeId)) return false;
    const { affected } = await tx.manager.update(OperationEntity, { id, owner }, { owner: this.self.id });
    if (owner === this.self.id) return this.holds(tx, id);
    return affected === 1;
  }

  private async find(
    tx: Tx,
    where: Partial<Pick<OperationEntity, 'kind' | 'volumeId' | 'attachmentId'>>,
  ): Promise<string[]> {
    const rows = await tx.manager
      .createQueryBuilder(OperationEntity, 'operation')
      .select('operation.id', 'id')
      .where(where)
      .getRawMany<{ id: string }>();
    return rows.map(({ id }) => id);
  }

  /**
   * One by one, by their keys: a deletion by anything else may look through the whole table, and waits on MariaDB for
   * the entries of other volumes that are being written, whose units may wait for this one's in turn.
   */
  private async removeEach(tx: Tx, ids: readonly string[]): Promise<void> {
    for (const id of ids) await tx.manager.delete(OperationEntity, { id });
  }

  private async lockVolume(tx: Tx, volumeId: string): Promise<void> {
    if (!tx.locksRows) return;
    await tx.manager
      .createQueryBuilder()
      .select('volume.id')
      .from('volumes', 'volume')
      .where('volume.id = :volumeId', { volumeId })
      .setLock('pessimistic_write')
      .getRawOne();
  }

  private async isBusyElsewhere(tx: Tx, volumeId: string): Promise<boolean> {
    // An SQLite file has one server.
    if (!tx.locksRows) return false;
    return tx.manager
      .createQueryBuilder(OperationEntity, 'operation')
      .where('operation.volumeId = :volumeId AND operation.owner <> :self', { volumeId, self: this.self.id })
      .andWhere((query) => `EXISTS ${ownerRow(query)}`)
      .getExists();
  }
}

function overruled(): OperationOverruled {
  return new OperationOverruled(
    'Another server has taken over this work. Look at its outcome, or try again.',
  );
}

/** The row of the process that owns the entry. */
function ownerRow(query: SelectQueryBuilder<OperationEntity>): string {
  return query
    .subQuery()
    .select('1')
    .from('processes', 'process')
    .where('process.id = operation.owner')
    .getQuery();
}
