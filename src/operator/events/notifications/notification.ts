import { SERVER, serviceHost } from '../../../platform/hosts/service-host.js';
import { uuidOf } from '../../../platform/uuid.js';
import { hostOf } from '../../../volumes/index.js';
import type { StreamEvent } from '../stream/stream-event.js';
import { cinderEvents, type CinderEvent } from './cinder-event.js';
import type { NotifiedVolumes } from './notified-volumes.reader.js';
import { volumeUsage, type VolumeUsage } from './volume-usage.js';

/** A message of oslo.messaging's notifier. */
export interface Notification {
  /** The same whenever the same event is sent again. */
  readonly id: string;
  readonly body: Buffer;
}

/** Returns Cinder's notifications of an event in oslo.messaging's envelope, version 2 (docs/adr/0036). */
export function notificationsOf(event: StreamEvent, known: NotifiedVolumes): Notification[] {
  return cinderEvents(event.row).map((one) =>
    notification(event, one, {
      payload: volumeUsage(event.row, one, known),
      host: hostOfTeller(one, known.volumes.get(event.volumeId)?.backend),
    }),
  );
}

function notification(
  event: StreamEvent,
  { type }: CinderEvent,
  { payload, host }: { readonly payload: VolumeUsage; readonly host: string },
): Notification {
  const id = uuidOf(`${event.id} ${type}`);
  const message = {
    message_id: id,
    publisher_id: `volume.${host}`,
    event_type: type,
    priority: 'INFO',
    payload,
    timestamp: event.at.replace('T', ' '),
    // oslo.messaging's consumers ignore a message whose id they have had lately.
    _unique_id: id.replaceAll('-', ''),
    ...contextOf(event),
  };
  const envelope = { 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) };
  return { id, body: Buffer.from(JSON.stringify(envelope)) };
}

function hostOfTeller({ teller }: CinderEvent, backend: string | undefined): string {
  if (teller === 'api' || backend === undefined) return SERVER;
  return teller === 'pool' ? hostOf(backend) : serviceHost(backend);
}

/** Who asked for it, as Cinder's request context; without the roles, which are not recorded. */
function contextOf({ row, at }: StreamEvent): object {
  const { actor_user_id: userId, actor_project_id: projectId } = row;
  return {
    _context_user: userId,
    _context_project_id: projectId,
    _context_system_scope: null,
    _context_project: projectId,
    _context_domain: null,
    _context_user_domain: null,
    _context_project_domain: null,
    _context_is_admin: false,
    _context_read_only: false,
    _context_show_deleted: false,
    _context_auth_token: null,
    _context_request_id: row.request_id,
    _context_global_request_id: null,
    _context_resource_uuid: null,
    _context_roles: [],
    _context_user_identity: `${userId ?? '-'} ${projectId ?? '-'} - - -`,
    _context_is_admin_project: true,
    _context_user_id: userId,
    _context_project_name: null,
    _context_domain_id: null,
    _context_read_deleted: 'no',
    _context_remote_address: null,
    _context_timestamp: at,
    _context_quota_class: null,
    _context_service_catalog: [],
    _context_message_resource_id: null,
    _context_message_resource_type: null,
    _context_message_action: null,
  };
}
