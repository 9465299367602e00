import type { JsonSchema } from '../../api/http/json-schema.js';
import type { OperationDoc } from '../../api/openapi/describes.js';
import { named } from '../../api/openapi/named-schemas.js';
import { only, text, textOrNull } from '../../api/openapi/property-schemas.js';

const volumeId = text("The volume's id.");
const backend = text('Name of its backend.');

const cutOff: JsonSchema = named('CutOff', {
  type: 'object',
  description: 'A volume from which the host is cut off, as the driver confirmed.',
  properties: {
    volume_id: volumeId,
    backend,
    connection_ids: {
      type: 'array',
      items: { type: 'string' },
      description: "The connections that the host had. An attachment's connection has the attachment's id.",
    },
  },
  required: ['volume_id', 'backend', 'connection_ids'],
});

const unconfirmed: JsonSchema = named('Unconfirmed', {
  type: 'object',
  description: 'A volume to which the host may still have access.',
  properties: { volume_id: volumeId, backend, reason: text('Why it was not cut off.') },
  required: ['volume_id', 'backend', 'reason'],
});

const fence = named('HostFence', {
  type: 'object',
  description: 'Part of the fencing of a host.',
  properties: {
    host: text('Name of the host.'),
    cut_off: { type: 'array', items: cutOff, description: 'Volumes that the host cannot reach any more.' },
    unconfirmed: { type: 'array', items: unconfirmed, description: 'Volumes that it may still reach.' },
    next_marker: textOrNull('Pass this as `marker` to continue; null after the last part.'),
  },
  required: ['host', 'cut_off', 'unconfirmed', 'next_marker'],
});

/** OpenAPI texts and schemas of the actions on hosts. */
export const fencingDocs = {
  fence: {
    id: 'fenceHost',
    tag: 'operators',
    summary: 'Cut off a host',
    description:
      'The action `fence` ends all access of a dead host: the connections whose connector has exactly this `host`. The driver of each volume confirms it; volumes whose driver does not are named. Attachments stay, `reserved` without a connection, so that their servers keep the volumes. Other hosts keep their access. Idempotent. A response covers part of the volumes: it is sent after a few seconds. Not part of Cinder.',
    requests: { fence: { fence: { host: 'compute-1' } } },
    success: {
      status: 200,
      description: 'What was cut off, and what was not.',
      schema: only('fence', fence),
    },
    faults: { 400: 'The body or the marker is invalid.' },
  },
} as const satisfies Record<string, OperationDoc>;
