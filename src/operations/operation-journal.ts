import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { SecretBox } from '../database/secrets/secret-box.js';
import type { Tx } from '../database/unit-of-work.js';
import type { JsonObject } from '../drivers/contract/index.js';
import { OperationEntity } from './operation.entity.js';

/** Kinds of driver work that are journalled. */
export type OperationKind = 'create-volume' | 'delete-volume' | 'connect' | 'disconnect' | 'remove-export';

/** Work about to be done. */
export interface Intent {
  readonly kind: OperationKind;
  readonly volumeId: string;
  readonly attachmentId?: string;
  readonly requestId: string;
  readonly details?: JsonObject;
}

/** Records intended driver work before it begins and closes it with its outcome, in the callers' transactions. */
@Injectable()
export class OperationJournal {
  /** Identifies this process's entries among those of processes that died. */
  private readonly owner = randomUUID();

  constructor(
    private readonly clock: Clock,
    private readonly secrets: SecretBox,
  ) {}

  /** Records an intent; gives back the id to close it by. */
  async open(tx: Tx, intent: Intent): Promise<string> {
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
        owner: this.owner,
        details: this.secrets.seal('operations.details', id, intent.details ?? {}),
        startedAt: this.clock.now(),
      })
      .updateEntity(false)
      .execute();
    return id;
  }

  /** Closes an intent whose outcome the same transaction applies. */
  async close(tx: Tx, id: string): Promise<void> {
    await tx.manager.delete(OperationEntity, { id });
  }

  /** Closes the intents of a kind for a volume, which other work has made pointless. */
  async closeAll(tx: Tx, kind: OperationKind, volumeId: string): Promise<void> {
    await tx.manager.delete(OperationEntity, { kind, volumeId });
  }

  /** Whether work of a kind is intended or under way for an attachment. */
  async isOpen(tx: Tx, kind: OperationKind, attachmentId: string): Promise<boolean> {
    return tx.manager.existsBy(OperationEntity, { kind, attachmentId });
  }

  /** Intents of processes that are gone, oldest first. */
  async abandoned(tx: Tx): Promise<OperationEntity[]> {
    return tx.manager
      .createQueryBuilder(OperationEntity, 'operation')
      .where('operation.owner <> :owner', { owner: this.owner })
      .orderBy('operation.startedAt')
      .getMany();
  }
}
