import { Injectable } from '@nestjs/common';
import {
  type AttachStatus,
  AttachmentsRepository,
  keepsStatusWhenDetached,
  volumeEffect,
} from '../../attachments/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { type VolumeEntity, type VolumeStatus, VolumesRepository } from '../../volumes/index.js';
import { isInWork, type Sight } from './consistency-walk.js';
import type { Finding, RepairLevel } from './finding.js';

interface Correction {
  readonly kind: 'wrong-status' | 'stuck-status';
  readonly status: VolumeStatus;
  readonly attachStatus: string;
}

/** Attachment states in which the volume may be in use. */
const USING: readonly AttachStatus[] = ['attached', 'detaching', 'error_detaching'];

/** Corrections for volumes whose work has no owner. */
const FAILED: Readonly<Record<string, VolumeStatus>> = {
  creating: 'error',
  deleting: 'error_deleting',
  extending: 'error_extending',
};

/** Compares the status of volumes with their attachments and with the journal. */
@Injectable()
export class StatusCheck {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
  ) {}

  /** Checks volumes whose status does not seem to follow from attachments or open work. */
  async check(sights: readonly Sight[], repair: RepairLevel): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const { volumeId } of sights.filter(isDoubtful)) {
      const finding = await this.unitOfWork.run((tx) => this.look(tx, volumeId, repair));
      if (finding !== null) findings.push(finding);
    }
    return findings;
  }

  private async look(tx: Tx, volumeId: string, repair: RepairLevel): Promise<Finding | null> {
    const volume = await this.volumes.lock(tx, volumeId);
    if (volume === null || (await this.journal.isOpenFor(tx, volumeId))) return null;
    const correction = await this.correction(tx, volume);
    if (correction === null) return null;
    const { kind, status, attachStatus } = correction;
    if (repair === 'all') await this.volumes.setStatus(tx, volumeId, status, attachStatus);
    return {
      kind,
      volumeId,
      backend: null,
      text: `Volume ${volumeId} is ${volume.status} but should be ${status}.`,
      repair: repair === 'all' ? 'done' : 'possible',
    };
  }

  private async correction(tx: Tx, volume: VolumeEntity): Promise<Correction | null> {
    const failed = FAILED[volume.status];
    if (failed !== undefined)
      return { kind: 'stuck-status', status: failed, attachStatus: volume.attachStatus };
    const attachments = await this.attachments.ofVolume(tx, volume.id);
    const statuses = attachments.map(({ attachStatus }) => attachStatus);
    if (!isContradicted(volume.status, statuses) || keepsStatusWhenDetached(volume)) return null;
    return { kind: 'wrong-status', ...volumeEffect(statuses) };
  }
}

function isDoubtful(sight: Sight): boolean {
  const { volume, attachments, isPartial } = sight;
  if (volume === null || isInWork(sight)) return false;
  return isPartial || volume.status in FAILED || isContradicted(volume.status, attachments);
}

/** True if a volume's status cannot result from its attachments or from actions on the volume alone. */
function isContradicted(status: string, attachments: readonly AttachStatus[]): boolean {
  if (attachments.length === 0) return status === 'reserved' || status === 'in-use';
  if (status === 'available') return true;
  return status === 'in-use' && !attachments.some((one) => USING.includes(one));
}
