import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RecordsVolumeSteps, type Volume, type VolumeStep } from '../../volumes/index.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { Attachment } from '../attachment/attachment.js';
import { storedReason } from '../../platform/failure-reason.js';
import type { Actor } from './actor.js';
import type { Step } from './attachment-event.js';
import { AttachmentEventsRepository, type NewEvent } from './attachment-events.repository.js';

/** What events say of their attachment. */
export type RecordedAttachment = Pick<Attachment, 'id' | 'volumeId' | 'projectId' | 'instanceUuid'>;

/** Records what happens to attachments (docs/adr/0008). */
@Injectable()
export class AttachmentHistory {
  constructor(private readonly events: AttachmentEventsRepository) {}

  /** Records a step in the transaction that takes it and holds the volume's lock. */
  async record(
    tx: Tx,
    { id, volumeId, projectId, instanceUuid }: RecordedAttachment,
    { kind, by, from, to, durationMs = null, reason = null }: Step,
  ): Promise<void> {
    await this.events.append(tx, {
      attachmentId: id,
      volumeId,
      projectId,
      instanceUuid,
      backend: null,
      details: null,
      kind,
      fromStatus: from,
      toStatus: to,
      actorUserId: by.userId,
      actorProjectId: by.projectId,
      requestId: by.requestId,
      durationMs: durationMs === null ? null : Math.round(durationMs),
      reason: reason === null ? null : storedReason(reason),
    });
  }

  /** Records a repair of a volume's exports that concerns no attachment. The transaction holds the volume's lock. */
  async recordRepair(
    tx: Tx,
    volume: {
      readonly id: string;
      readonly projectId: string;
      readonly backend: string;
      readonly status: string;
    },
    { by, reason }: { readonly by: Actor; readonly reason: string },
  ): Promise<void> {
    await this.events.append(tx, {
      ...WITHOUT_ATTACHMENT,
      // Ids of volumes and attachments are random: no attachment has this one.
      attachmentId: volume.id,
      volumeId: volume.id,
      projectId: volume.projectId,
      backend: volume.backend,
      kind: 'repaired',
      fromStatus: volume.status,
      toStatus: volume.status,
      actorUserId: by.userId,
      actorProjectId: by.projectId,
      requestId: by.requestId,
      reason: storedReason(reason),
    });
  }

  /** Records a step of a volume in the transaction that takes it and holds the volume's lock. */
  @RecordsVolumeSteps('history')
  async recordVolumeStep(
    tx: Tx,
    volume: Volume,
    { kind, from, to, by, requestId, reason }: VolumeStep,
  ): Promise<void> {
    await this.events.append(tx, {
      ...WITHOUT_ATTACHMENT,
      attachmentId: volume.id,
      volumeId: volume.id,
      projectId: volume.projectId,
      backend: volume.backend,
      kind: `volume-${kind}`,
      fromStatus: from,
      toStatus: to,
      actorUserId: by?.userId ?? null,
      actorProjectId: by?.projectId ?? null,
      requestId,
      reason: reason === undefined ? null : storedReason(reason),
      details: JSON.stringify(volumeDetails(volume)),
    });
  }

  /** Records that this server's requests no longer reach a backend, or do so again. */
  async recordBackend(tx: Tx, backend: string, isUp: boolean, reason: string | null): Promise<void> {
    await this.events.append(tx, {
      ...WITHOUT_ATTACHMENT,
      attachmentId: backendSubject(backend),
      backend,
      kind: isUp ? 'backend-up' : 'backend-down',
      fromStatus: isUp ? 'down' : 'up',
      toStatus: isUp ? 'up' : 'down',
      reason: reason === null ? null : storedReason(reason),
    });
  }

  /** True if the last event of a backend says that it is down. */
  async isBackendDown(tx: Tx, backend: string): Promise<boolean> {
    return (await this.events.lastKind(tx, backendSubject(backend))) === 'backend-down';
  }
}

const WITHOUT_ATTACHMENT = {
  volumeId: '',
  projectId: '',
  instanceUuid: null,
  actorUserId: null,
  actorProjectId: null,
  requestId: '',
  durationMs: null,
  details: null,
} satisfies Partial<NewEvent>;

/** What a volume's own events keep of it, by its columns. */
function volumeDetails(volume: Volume): object {
  return {
    user_id: volume.userId,
    name: volume.name,
    description: volume.description,
    size: volume.sizeGib,
    migration_status: volume.migrationStatus,
    multiattach: volume.multiattach,
    bootable: volume.bootable,
    volume_type_id: volume.volumeTypeId,
    backend: volume.backend,
    availability_zone: volume.availabilityZone,
    created_at: volume.createdAt,
    updated_at: volume.updatedAt,
  };
}

/** Stands for a backend where other events have their attachment: names may be longer than ids. */
function backendSubject(backend: string): string {
  return `backend ${createHash('sha256').update(backend).digest('hex').slice(0, 28)}`;
}
