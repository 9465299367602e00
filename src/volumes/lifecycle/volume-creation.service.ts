import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Policies } from '../../api/auth/policies.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { Clock } from '../../platform/clock.js';
import { InvalidInput } from '../../platform/errors.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { KnownBackend } from '../../drivers/registry/backend-directory.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { QuotasService } from '../quotas/index.js';
import { recordedCandidate, Scheduler } from '../scheduling/index.js';
import { isMultiattach, type VolumeType, VolumeTypesService } from '../types/index.js';
import type { NewVolume } from './new-volume.js';
import type { VolumeDetail } from '../volume/volume-detail.js';
import { VolumeMetadataRepository } from '../metadata/volume-metadata.repository.js';
import { MOST_ATTEMPTS } from './volume-placement.service.js';
import { VolumeProvisioningService } from './volume-provisioning.service.js';
import { VolumeSteps } from './volume-steps.js';
import type { Volume } from '../volume/volume-row.js';
import { VolumesRepository } from '../volume/volumes.repository.js';

/** What decides where a new volume goes, besides its size. */
interface Requirements {
  readonly type: VolumeType | null;
  readonly multiattach: boolean;
  readonly zone: string;
}

/** Creates volumes. */
@Injectable()
export class VolumeCreationService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly scheduler: Scheduler,
    private readonly types: VolumeTypesService,
    private readonly volumes: VolumesRepository,
    private readonly metadata: VolumeMetadataRepository,
    private readonly quotas: QuotasService,
    private readonly provisioning: VolumeProvisioningService,
    private readonly steps: VolumeSteps,
    private readonly policies: Policies,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Records the volume and starts to create it; returns it in state `creating`.
   * @throws NotFound for an unknown type; Forbidden; InvalidInput, also if no backend may hold it; OverLimit;
   * Unavailable.
   */
  async create(ctx: RequestContext, wanted: NewVolume): Promise<VolumeDetail> {
    const { requestId } = ctx;
    const required = await this.requirements(ctx, wanted);
    const { type, zone, multiattach } = required;
    const { sizeGib } = wanted;
    const candidates = await this.scheduler.candidates({ type, zone, multiattach, sizeGib, requestId });
    const recorded = candidates.map(recordedCandidate);
    const { volume, operationId } = await this.unitOfWork.run(async (tx) => {
      if (type !== null) await this.types.hold(tx, type.id);
      await this.quotas.checkVolume(tx, ctx.projectId, sizeGib);
      const backend = await this.scheduler.take(tx, candidates, sizeGib);
      const volume = this.newRow(ctx, wanted, required, backend);
      await this.volumes.insert(tx, volume);
      await this.metadata.put(tx, volume, wanted.metadata);
      const { status: to } = volume;
      await this.steps.record(tx, volume, {
        ...{ kind: 'creating', from: null, to },
        ...{ by: ctx, requestId },
      });
      const operationId = await this.journal.open(tx, {
        kind: 'create-volume',
        volumeId: volume.id,
        requestId,
        // A volume node does not know where else the volume may be.
        ...(this.config.role === 'api' && {
          details: {
            elsewhere: recorded.filter((one) => one.backend !== backend.name).slice(0, MOST_ATTEMPTS - 1),
          },
        }),
      });
      return { volume, operationId };
    });
    this.provisioning.startCreate({
      id: operationId,
      volumeId: volume.id,
      requestId,
      backend: volume.backend,
    });
    return {
      ...volume,
      typeName: type?.name ?? null,
      metadata: wanted.metadata,
      attachments: [],
    };
  }

  /** What the type and the zone of a new volume say. */
  private async requirements(ctx: RequestContext, wanted: NewVolume): Promise<Requirements> {
    const zone = wanted.availabilityZone ?? this.config.availability_zone;
    const zones = this.scheduler.zones();
    // A replica that knows of no volume node yet knows of no zone: the scheduler then says that none answers.
    if (wanted.availabilityZone !== null && zones.length > 0 && !zones.includes(zone))
      throw new InvalidInput(`Availability zone '${zone}' is invalid.`);
    const type = await this.types.forNewVolume(ctx, wanted.type);
    const multiattach = type !== null && isMultiattach(type);
    if (multiattach) this.policies.assert(ctx, 'volume:multiattach');
    return { type, multiattach, zone };
  }

  private newRow(
    ctx: RequestContext,
    wanted: NewVolume,
    { type, multiattach, zone }: Requirements,
    backend: KnownBackend,
  ): Volume {
    return {
      id: randomUUID(),
      projectId: ctx.projectId,
      userId: ctx.userId,
      name: wanted.name,
      description: wanted.description,
      sizeGib: wanted.sizeGib,
      pendingSizeGib: null,
      status: 'creating',
      attachStatus: 'detached',
      migrationStatus: null,
      multiattach,
      bootable: false,
      readonly: false,
      readonlySet: false,
      volumeTypeId: type?.id ?? null,
      backend: backend.name,
      availabilityZone: zone,
      exportDetails: null,
      encryptionKeyId: null,
      errorReason: null,
      createdAt: this.clock.now(),
      updatedAt: null,
    };
  }
}
