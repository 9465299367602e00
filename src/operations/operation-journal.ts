import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { In, Not, type SelectQueryBuilder } from 'typeorm';
import { Clock } from '../platform/clock.js';
import { CONFIG } from '../platform/config/config.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { BackendFailure } from '../platform/errors.js';
import { EntityRows } from '../platform/database/entity-rows.js';
import { LockedRows } from '../platform/database/locked-rows.js';
import { SecretBox } from '../platform/database/secrets/secret-box.js';
import type { Tx } from '../platform/database/unit-of-work.js';
import type { JsonObject } from '../drivers/contract/index.js';
import { OperationEntity } from './operation.entity.js';
import { VolumeBusyElsewhere } from './volume-busy.js';
import { ThisProcess } from './this-process.js';

/** Kinds of journalled work: at drivers, and notifications of its results. */
export const OPERATION_KINDS = [
  'create-volume',
  'delete-volume',
  'extend-volume',
  'connect',
  'disconnect',
  'force-detach',
  'fence-host',
  'legacy-connect',
  'legacy-disconnect',
  'remove-export',
  'restore-export',
  'announce-extension',
] as const;

export type OperationKind = (typeof OPERATION_KINDS)[number];

/** Kinds that need no backend: their entries block nobody, and no comparison with a backend waits for them. */
export const BESIDE_BACKENDS: readonly OperationKind[] = ['announce-extension'];

/** Work about to be done. */
export interface Intent {
  readonly kind: OperationKind;
  readonly volumeId: string;
  readonly attachmentId?: string;
  readonly requestId: string;
  readonly details?: JsonObject;
  /** True to leave the work to the reconciler: nobody is about to do it. */
  readonly isDeferred?: boolean;
}

/** An attachment with its volume, by which its entries are found. */
type AttachmentOfVolume = Pick<OperationEntity, 'volumeId'> & { readonly attachmentId: string };

/** An open entry and its backend. */
export interface OpenOperation {
  readonly operation: OperationEntity;
  /** Name of the volume's backend; null if the volume is gone. */
  readonly backend: string | null;
  /** True if this process opened or claimed it. */
  readonly isOwn: boolean;
}

/** This process lost the entry: another one considered the work abandoned, and has ended it or will. */
export class OperationOverruled extends BackendFailure {}

/** The reason an entry was left to the reconciler, without secrets; null if its process died. */
export function failureOf({ details }: OperationEntity): string | null {
  return (details as { failure?: string }).failure ?? null;
}

/** Owner of entries that nobody works on; no process has this id. */
const NOBODY = '';

const OWN = 'operation.owner = :self';

/**
 * Records intended driver work before it begins, and closes it with its outcome, in the callers' transactions. An entry
 * is owned by a process; only its owner can end it (fencing). While its owner lives, it is also the lock on its volume
 * between processes (docs/adr/0007).
 */
@Injectable()
export class OperationJournal {
  private readonly rows: EntityRows<OperationEntity>;

  constructor(
    private readonly self: ThisProcess,
    private readonly clock: Clock,
    secrets: SecretBox,
    private readonly lockedRows: LockedRows,
    @Inject(CONFIG) private readonly config: Pick<Config, 'role'>,
  ) {
    this.rows = new EntityRows(OperationEntity, secrets);
  }

  /**
   * Records an intent; returns the entry's id. The same transaction has locked or created the volume. Deferred work waits
   * for nobody and needs no lock.
   * @throws VolumeBusyElsewhere while another living process has an entry for the volume; see `whenFree`.
   */
  async open(tx: Tx, intent: Intent): Promise<string> {
    const isExclusive = intent.isDeferred !== true && !BESIDE_BACKENDS.includes(intent.kind);
    if (isExclusive && (await this.isBusyElsewhere(tx, intent.volumeId))) {
      throw new VolumeBusyElsewhere(intent.volumeId);
    }
    const id = randomUUID();
    const isAsked = isExclusive && this.config.role === 'api';
    await this.rows.insert(tx, {
      id,
      kind: intent.kind,
      volumeId: intent.volumeId,
      attachmentId: intent.attachmentId ?? null,
      requestId: intent.requestId,
      owner: intent.isDeferred === true ? NOBODY : this.self.id,
      asker: isAsked ? this.self.id : null,
      details: intent.details ?? {},
      startedAt: this.clock.now(),
    });
    return id;
  }

  /** Leaves work for a volume to the reconciler, unless it already has such an entry. */
  async defer(tx: Tx, intent: Omit<Intent, 'isDeferred'>): Promise<void> {
    const { kind, volumeId } = intent;
    if (await this.rows.exists(tx, { kind, volumeId, owner: NOBODY })) return;
    await this.open(tx, { ...intent, isDeferred: true });
  }

  /** Closes an entry in the transaction that applies its outcome. @throws OperationOverruled */
  async close(tx: Tx, id: string): Promise<void> {
    if (!(await this.closeIfOwn(tx, id))) throw overruled();
  }

  /** Closes an entry if this process still owns it. @returns whether it did. */
  async closeIfOwn(tx: Tx, id: string): Promise<boolean> {
    return (await this.rows.remove(tx, { id, owner: this.self.id })) === 1;
  }

  /** Closes a volume's entries of a kind, which other work made obsolete, except `exceptId`. */
  async closeAll(tx: Tx, kind: OperationKind, volumeId: string, exceptId = ''): Promise<void> {
    const entries = await this.rows.ids(tx, { kind, volumeId });
    await this.removeEach(
      tx,
      entries.filter((id) => id !== exceptId),
    );
  }

  /** Closes an attachment's entries of a kind, which other work made obsolete. */
  async closeAllOf(tx: Tx, kind: OperationKind, target: AttachmentOfVolume): Promise<void> {
    await this.removeEach(tx, await this.rows.ids(tx, { kind, ...target }));
  }

  /**
   * Leaves an entry to the reconciler; this process gives its work up.
   * @param failure the reason, for {@link failureOf}.
   */
  async leave(tx: Tx, id: string, failure?: string): Promise<void> {
    const own = { id, owner: this.self.id };
    const [entry] = await this.rows.find(tx, own);
    if (entry === undefined) return;
    const details = failure === undefined ? entry.details : { ...entry.details, failure };
    await this.rows.update(tx, own, { owner: NOBODY, details });
  }

  /**
   * Gives an entry back to the API replica that asked for its work, so that the volume's node takes it; to the reconciler
   * if none did. @throws OperationOverruled
   */
  async giveBack(tx: Tx, id: string): Promise<void> {
    const own = { id, owner: this.self.id };
    const [entry] = await this.rows.find(tx, own);
    if (entry === undefined) throw overruled();
    await this.rows.update(tx, own, { owner: entry.asker ?? NOBODY });
  }

  /** Details of an entry that is open and owned by this process; null for any other. */
  async ownDetails(tx: Tx, id: string): Promise<object | null> {
    const [entry] = await this.rows.find(tx, { id, owner: this.self.id });
    return entry?.details ?? null;
  }

  /** Replaces the details of an entry that this process owns. @throws OperationOverruled */
  async setOwnDetails(tx: Tx, id: string, details: JsonObject): Promise<void> {
    if ((await this.rows.update(tx, { id, owner: this.self.id }, { details })) !== 1) throw overruled();
  }

  /** An entry, or null if it is closed. */
  async find(tx: Tx, id: string): Promise<OperationEntity | null> {
    return (await this.rows.find(tx, { id }))[0] ?? null;
  }

  /** Takes an entry for this process from the one that was seen to own it. @returns whether nobody was faster. */
  async takeFrom(tx: Tx, { id, owner }: Pick<OperationEntity, 'id' | 'owner'>): Promise<boolean> {
    if (owner === this.self.id) return this.holds(tx, id);
    return (await this.rows.update(tx, { id, owner }, { owner: this.self.id })) === 1;
  }

  /** True if an entry is open and owned by this process. */
  async holds(tx: Tx, id: string): Promise<boolean> {
    return this.rows.exists(tx, { id, owner: this.self.id });
  }

  /** True if work of a kind is open for an attachment. */
  async isOpen(tx: Tx, kind: OperationKind, target: AttachmentOfVolume): Promise<boolean> {
    return this.rows.exists(tx, { kind, ...target });
  }

  /** True if any backend work is open for a volume. */
  async isOpenFor(tx: Tx, volumeId: string): Promise<boolean> {
    return tx.manager.existsBy(OperationEntity, { volumeId, kind: Not(In(BESIDE_BACKENDS)) });
  }

  /** Asserts that an entry is open and owned by this process. @throws OperationOverruled */
  async assertHeld(tx: Tx, id: string): Promise<void> {
    if (!(await this.holds(tx, id))) throw overruled();
  }

  /** Those of `ids` whose entries are open and owned by this process. */
  async ownAmong(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await tx.manager
      .createQueryBuilder(OperationEntity, 'operation')
      .select('operation.id', 'id')
      .where({ id: In([...ids]), owner: this.self.id })
      .getRawMany<{ id: string }>();
    return new Set(rows.map(({ id }) => id));
  }

  /** True if this process owns any entry. */
  async hasOwn(tx: Tx): Promise<boolean> {
    return this.rows.exists(tx, { owner: this.self.id });
  }

  /**
   * Entries that this process may end, oldest first: its own, and those of dead processes or of nobody.
   * @param after only entries behind this one.
   * @param others which of the others' entries: all, none, or those of volumes on the named backends.
   */
  async unfinished(
    tx: Tx,
    after: OperationEntity | null,
    limit: number,
    others: 'all' | 'none' | readonly string[] = 'all',
  ): Promise<OpenOperation[]> {
    const query = tx.manager
      .createQueryBuilder(OperationEntity, 'operation')
      // By table name: volumes belong to a feature built on top of this one.
      .leftJoin('volumes', 'volume', 'volume.id = operation.volumeId')
      .addSelect('volume.backend', 'backend')
      .where((own) => (others === 'none' ? OWN : `(${OWN} OR NOT EXISTS ${ownerRow(own)})`), {
        self: this.self.id,
      })
      .orderBy('operation.startedAt')
      .addOrderBy('operation.id')
      .limit(limit);
    if (typeof others === 'object')
      query.andWhere(`(${OWN} OR volume.backend IN (:...backends))`, { backends: others });
    if (after !== null) {
      const { startedAt, id } = after;
      query.andWhere('operation.startedAt >= :startedAt', { startedAt });
      query.andWhere('(operation.startedAt > :startedAt OR operation.id > :id)', { id });
    }
    const { entities, raw } = await query.getRawAndEntities<{ backend: string | null }>();
    return entities.map((operation, index) => ({
      operation,
      backend: raw[index]?.backend ?? null,
      isOwn: operation.owner === this.self.id,
    }));
  }

  /**
   * Claims an entry by compare-and-swap, unless another living process works on the volume.
   * @returns whether this process owns it now.
   */
  async claim(tx: Tx, { id, owner, volumeId }: OperationEntity): Promise<boolean> {
    await this.lockVolume(tx, volumeId);
    if (await this.isBusyElsewhere(tx, volumeId)) return false;
    const changed = await this.rows.update(tx, { id, owner }, { owner: this.self.id });
    if (owner === this.self.id) return this.holds(tx, id);
    return changed === 1;
  }

  /**
   * Deletes one by one, by primary key: on MariaDB any other deletion may scan the whole table and wait for entries of
   * other volumes that are being written, whose transactions may in turn wait for this one.
   */
  private async removeEach(tx: Tx, ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.rows.remove(tx, { id });
  }

  private async lockVolume(tx: Tx, volumeId: string): Promise<void> {
    if (!tx.locksRows) return;
    const query = tx.manager
      .createQueryBuilder()
      .select('volume.id')
      .from('volumes', 'volume')
      .where('volume.id = :volumeId', { volumeId })
      .setLock('pessimistic_write');
    await this.lockedRows.lock(`volumes ${volumeId}`, () => query.getRawOne());
  }

  private async isBusyElsewhere(tx: Tx, volumeId: string): Promise<boolean> {
    // An SQLite file has one server.
    if (!tx.locksRows) return false;
    return tx.manager
      .createQueryBuilder(OperationEntity, 'operation')
      .where('operation.volumeId = :volumeId AND operation.owner <> :self', { volumeId, self: this.self.id })
      .andWhere('operation.kind NOT IN (:...beside)', { beside: BESIDE_BACKENDS })
      .andWhere((query) => `EXISTS ${ownerRow(query)}`)
      .getExists();
  }
}

function overruled(): OperationOverruled {
  return new OperationOverruled('Another server has taken over this work. Check its outcome, or try again.');
}

/** Subquery for the row of the process that owns the entry. */
function ownerRow(query: SelectQueryBuilder<OperationEntity>): string {
  return query
    .subQuery()
    .select('1')
    .from('processes', 'process')
    .where('process.id = operation.owner')
    .getQuery();
}
