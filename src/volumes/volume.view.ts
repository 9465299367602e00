import type { RequestContext } from '../auth/request-context.js';
import type { Link } from '../http/next-link.js';
import type { Microversion } from '../microversion/microversion.js';
import type { Metadata, ShownAttachment, VolumeDetail } from './volume-detail.js';
import { hostOf, serviceUuid } from './volume-host.js';
import type { VolumeRow } from './volume-row.js';

/** Who looks at volumes, in which version, and from where. */
export interface Viewer {
  readonly ctx: Pick<RequestContext, 'isAdmin' | 'isService'>;
  readonly version: Microversion;
  /** The addresses of a volume. */
  readonly links: (volumeId: string) => readonly Link[];
}

/** The short form, in lists. */
export function summaryView({ id, name }: Pick<VolumeRow, 'id' | 'name'>, { links }: Viewer): object {
  return { id, name, links: links(id) };
}

/** The whole volume (SPEC 23.2). No key of our own may be in it: clients check for strangers. */
export function volumeView(volume: VolumeDetail, viewer: Viewer): object {
  const { ctx } = viewer;
  return {
    ...createdVolumeView(volume, viewer),
    'os-vol-tenant-attr:tenant_id': volume.projectId,
    ...(ctx.isAdmin
      ? {
          'os-vol-host-attr:host': hostOf(volume.backend),
          'os-vol-mig-status-attr:migstat': volume.migrationStatus,
          'os-vol-mig-status-attr:name_id': null,
        }
      : {}),
  };
}

/** The volume as create and update answer it: Cinder's extensions add to what is shown and listed only. */
export function createdVolumeView(volume: VolumeDetail, { ctx, version, links }: Viewer): object {
  return {
    id: volume.id,
    status: volume.status,
    size: volume.sizeGib,
    availability_zone: volume.availabilityZone,
    created_at: volume.createdAt,
    updated_at: volume.updatedAt,
    name: volume.name,
    description: volume.description,
    volume_type: volume.typeName,
    snapshot_id: null,
    source_volid: null,
    metadata: shownMetadata(volume),
    links: links(volume.id),
    user_id: volume.userId,
    bootable: String(volume.bootable),
    encrypted: volume.encryptionKeyId !== null,
    replication_status: null,
    consistencygroup_id: null,
    multiattach: volume.multiattach,
    attachments: volume.attachments.map((attachment) => attachmentView(volume.id, attachment, ctx)),
    ...(ctx.isAdmin ? { migration_status: volume.migrationStatus } : {}),
    ...laterFields(volume, { ctx, version }),
  };
}

/** The answer of the summary; metadata is undefined for versions that do not show it. */
export function totalsView(
  totals: { readonly count: number; readonly sizeGib: number },
  metadata: Readonly<Record<string, readonly string[]>> | undefined,
): object {
  return {
    'volume-summary': {
      total_count: totals.count,
      total_size: totals.sizeGib,
      ...(metadata === undefined ? {} : { metadata }),
    },
  };
}

/** Fields that versions after the first brought, oldest first. */
function laterFields(volume: VolumeDetail, { ctx, version }: Pick<Viewer, 'ctx' | 'version'>): object {
  const { encryptionKeyId } = volume;
  return {
    ...(version.has('groups') ? { group_id: null } : {}),
    ...(version.has('provider-id') && ctx.isAdmin ? { provider_id: null } : {}),
    ...(version.has('shared-targets')
      ? {
          // Drivers need not say whether volumes share a target; true lets hosts take the lock that is safe in any case.
          shared_targets: true,
          // Cinder has not chosen the service yet either.
          service_uuid: volume.status === 'creating' ? null : serviceUuid(volume.backend),
        }
      : {}),
    ...(version.has('cluster-name') && ctx.isAdmin ? { cluster_name: null } : {}),
    ...(version.has('volume-type-id') ? { volume_type_id: volume.volumeTypeId } : {}),
    ...(version.has('encryption-key-id') && encryptionKeyId !== null
      ? { encryption_key_id: encryptionKeyId }
      : {}),
    ...(version.has('consumes-quota') ? { consumes_quota: true } : {}),
  };
}

/** As Cinder: the read-only flag stands among the metadata, in Python's words. */
function shownMetadata({ metadata, readonly, readonlySet }: VolumeDetail): Metadata {
  return readonlySet ? { ...metadata, readonly: readonly ? 'True' : 'False' } : metadata;
}

function attachmentView(volumeId: string, attachment: ShownAttachment, ctx: Viewer['ctx']): object {
  return {
    // As Cinder: the volume's id, not the attachment's.
    id: volumeId,
    attachment_id: attachment.id,
    volume_id: volumeId,
    server_id: attachment.instanceUuid,
    host_name: ctx.isAdmin || ctx.isService ? attachment.attachedHost : null,
    device: attachment.mountpoint,
    attached_at: attachment.attachTime,
  };
}
