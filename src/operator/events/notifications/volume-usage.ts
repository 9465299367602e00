import { hostOf, serviceUuid } from '../../../volumes/index.js';
import type { EventRow } from '../stream/stream-event.js';
import type { CinderEvent } from './cinder-event.js';
import type { NotifiedAttachment, NotifiedVolume, NotifiedVolumes } from './notified-volumes.reader.js';

/** Cinder's description of a volume in its notifications, field for field. */
export type VolumeUsage = Readonly<Record<string, unknown>>;

/** What Cinder has, and Clinker lacks. */
const NO_REPLICATION = {
  replication_status: null,
  replication_extended_status: null,
  replication_driver_data: null,
};

/**
 * Describes the event's volume as Cinder does. What changes with the event is as of its moment; the rest is what is known
 * now. Unlike Cinder's it has no secret: `connection_info` is empty, and so are `provider_auth` and `provider_location`.
 */
export function volumeUsage(row: EventRow, event: CinderEvent, known: NotifiedVolumes): VolumeUsage {
  const volume = volumeAt(row, known);
  const createdAt = volume === undefined ? null : `${volume.created_at}+00:00`;
  return {
    tenant_id: row.project_id,
    host: volume === undefined ? null : hostOf(volume.backend),
    user_id: volume?.user_id ?? null,
    availability_zone: volume?.availability_zone ?? null,
    volume_id: row.volume_id,
    volume_type: volume?.volume_type_id ?? null,
    display_name: volume?.name ?? null,
    launched_at: createdAt,
    created_at: createdAt,
    status: event.volumeStatus,
    snapshot_id: null,
    size: volume?.size ?? null,
    ...NO_REPLICATION,
    metadata: known.metadata
      .filter(({ volume_id: id }) => id === row.volume_id)
      .map(({ key, value }) => ({ key, value })),
    volume_attachment: attachmentsAt(row, event, known.attachments).map((attachment) => ({
      ...attachmentView(attachment),
      volume: volume === undefined ? null : volumeView(row, event, volume),
    })),
  };
}

/** The volume after its own step, or as it is known otherwise. */
function volumeAt(row: EventRow, { volumes }: NotifiedVolumes): NotifiedVolume | undefined {
  return row.details === null ? volumes.get(row.volume_id) : (JSON.parse(row.details) as NotifiedVolume);
}

/** The volume's attachments at the moment of the event, which tells of one of them. */
function attachmentsAt(
  row: EventRow,
  { attachStatus }: CinderEvent,
  attachments: readonly NotifiedAttachment[],
): NotifiedAttachment[] {
  const others = attachments.filter(
    ({ id, volume_id: volumeId }) => volumeId === row.volume_id && id !== row.attachment_id,
  );
  if (attachStatus === null) return others;
  const stored = attachments.find(({ id }) => id === row.attachment_id);
  const isReserved = attachStatus === 'reserved' || stored === undefined;
  const own: NotifiedAttachment = {
    id: row.attachment_id,
    volume_id: row.volume_id,
    instance_uuid: row.instance_uuid,
    attached_host: isReserved ? null : stored.attached_host,
    mountpoint: isReserved ? null : stored.mountpoint,
    attach_time: isReserved ? null : stored.attach_time,
    attach_status: attachStatus,
    attach_mode: stored?.attach_mode ?? null,
    connector: isReserved ? null : stored.connector,
    created_at: stored?.created_at ?? row.occurred_at,
    updated_at: stored?.updated_at ?? null,
  };
  return [...others, own];
}

function attachmentView(attachment: NotifiedAttachment): object {
  return {
    created_at: attachment.created_at,
    updated_at: attachment.updated_at,
    deleted_at: null,
    deleted: false,
    id: attachment.id,
    volume_id: attachment.volume_id,
    instance_uuid: attachment.instance_uuid,
    attached_host: attachment.attached_host,
    mountpoint: attachment.mountpoint,
    attach_time: attachment.attach_time,
    detach_time: null,
    attach_status: attachment.attach_status,
    attach_mode: attachment.attach_mode ?? 'null',
    connection_info: '{}',
    connector: attachment.connector,
  };
}

function volumeView(row: EventRow, event: CinderEvent, volume: NotifiedVolume): object {
  const isAttached = event.volumeStatus === 'in-use';
  return {
    created_at: volume.created_at,
    updated_at: volume.updated_at,
    deleted_at: null,
    deleted: false,
    id: row.volume_id,
    _name_id: null,
    use_quota: true,
    ec2_id: null,
    user_id: volume.user_id,
    project_id: row.project_id,
    snapshot_id: null,
    cluster_name: null,
    host: hostOf(volume.backend),
    size: volume.size,
    availability_zone: volume.availability_zone,
    status: event.volumeStatus,
    attach_status: isAttached ? 'attached' : 'detached',
    migration_status: volume.migration_status,
    scheduled_at: volume.created_at,
    launched_at: volume.created_at,
    terminated_at: null,
    display_name: volume.name,
    display_description: volume.description,
    provider_location: null,
    provider_auth: null,
    provider_geometry: null,
    provider_id: null,
    volume_type_id: volume.volume_type_id,
    source_volid: null,
    encryption_key_id: null,
    consistencygroup_id: null,
    group_id: null,
    bootable: Boolean(volume.bootable),
    multiattach: Boolean(volume.multiattach),
    ...NO_REPLICATION,
    previous_status: null,
    service_uuid: serviceUuid(volume.backend),
    shared_targets: true,
  };
}
