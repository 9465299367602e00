import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Policies } from '../../api/auth/policies.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { Clock } from '../../platform/clock.js';
import { InvalidInput } from '../../platform/errors.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { BackendDirectory, type KnownBackend } from '../../drivers/registry/backend-directory.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { QuotasService } from '../quotas/index.js';
import {
  backendTraits,
  isMultiattach,
  unmetSpec,
  type VolumeType,
  VolumeTypesService,
} from '../types/index.js';
import type { NewVolume } from './new-volume.js';
import type { VolumeDetail } from '../volume/volume-detail.js';
import { VolumeMetadataRepository } from '../metadata/volume-metadata.repository.js';
import { VolumeProvisioningService } from './volume-provisioning.service.js';
import type { Volume } from '../volume/volume-row.js';
import { VolumesRepository } from '../volume/volumes.repository.js';

/** Backend of a new volume, and the properties given by its type. */
interface Placement {
  readonly type: VolumeType | null;
  readonly multiattach: boolean;
  readonly backend: KnownBackend;
}

/** Creates volumes. */
@Injectable()
export class VolumeCreationService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly backends: BackendDirectory,
    private readonly types: VolumeTypesService,
    private readonly volumes: VolumesRepository,
    private readonly metadata: VolumeMetadataRepository,
    private readonly quotas: QuotasService,
    private readonly provisioning: VolumeProvisioningService,
    private readonly policies: Policies,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Records the volume and starts to create it; returns it in state `creating`.
   * @throws NotFound for an unknown type; Forbidden; InvalidInput; OverLimit; Unavailable.
   */
  async create(ctx: RequestContext, wanted: NewVolume): Promise<VolumeDetail> {
    const placement = await this.place(ctx, wanted);
    placement.backend.assertAccepting();
    const volume = this.newRow(ctx, wanted, placement);
    const operationId = await this.unitOfWork.run(async (tx) => {
      if (volume.volumeTypeId !== null) await this.types.hold(tx, volume.volumeTypeId);
      await this.quotas.checkVolume(tx, volume.projectId, volume.sizeGib);
      await this.volumes.insert(tx, volume);
      await this.metadata.put(tx, volume, wanted.metadata);
      return this.journal.open(tx, {
        kind: 'create-volume',
        volumeId: volume.id,
        requestId: ctx.requestId,
      });
    });
    this.provisioning.startCreate({
      id: operationId,
      volumeId: volume.id,
      requestId: ctx.requestId,
      backend: volume.backend,
    });
    return {
      ...volume,
      typeName: placement.type?.name ?? null,
      metadata: wanted.metadata,
      attachments: [],
    };
  }

  private async place(ctx: RequestContext, wanted: NewVolume): Promise<Placement> {
    const zone = wanted.availabilityZone;
    if (zone !== null && zone !== this.config.availability_zone)
      throw new InvalidInput(`Availability zone '${zone}' is invalid.`);
    const type = await this.types.forNewVolume(ctx, wanted.type);
    const multiattach = type !== null && isMultiattach(type);
    if (multiattach) this.policies.assert(ctx, 'volume:multiattach');
    const backend = this.backendOf(type);
    if (multiattach && !backend.capabilities.multiattach)
      throw unplaceable(type, 'is multiattach, which its backend does not support');
    return { type, multiattach, backend };
  }

  private backendOf(type: VolumeType | null): KnownBackend {
    if (type === null) return this.backends.default;
    const candidates = [this.backends.default, ...this.backends.all()];
    const unmet = candidates.map(({ name, capabilities }) =>
      unmetSpec(type, backendTraits(name, capabilities.storageProtocol)),
    );
    const backend = candidates[unmet.indexOf(null)];
    // Cinder accepts the request, finds no host and leaves a volume in error that somebody has to delete.
    if (backend === undefined)
      throw unplaceable(type, `requires ${unmet[0]}, and no configured backend meets all its requirements`);
    return backend;
  }

  private newRow(ctx: RequestContext, wanted: NewVolume, { type, multiattach, backend }: Placement): Volume {
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
      availabilityZone: this.config.availability_zone,
      exportDetails: null,
      encryptionKeyId: null,
      errorReason: null,
      createdAt: this.clock.now(),
      updatedAt: null,
    };
  }
}

function unplaceable(type: VolumeType, why: string): InvalidInput {
  return new InvalidInput(`No backend for the volume: the volume type ${type.name} ${why}.`);
}
