import type { JsonSchema } from '../api/http/json-schema.js';
import type { OperationDoc } from '../api/openapi/describes.js';
import { named } from '../api/openapi/named-schemas.js';

const connection: JsonSchema = {
  type: 'object',
  properties: {
    connection_info: named('NestedConnectionInfo', {
      type: 'object',
      description: 'What a host needs to connect, with the data of the driver under its own key.',
      properties: {
        driver_volume_type: {
          type: 'string',
          description: "os-brick's protocol, for example iscsi.",
        },
        data: { type: 'object', description: 'The data of the driver; contains credentials.' },
        enforce_multipath: { description: 'As in the connector, default false. Also in data.' },
      },
      required: ['driver_volume_type', 'data', 'enforce_multipath'],
      additionalProperties: true,
    }),
  },
  required: ['connection_info'],
};

const imageMetadata: JsonSchema = {
  type: 'object',
  properties: { metadata: { type: 'object', maxProperties: 0, description: 'Always empty.' } },
  required: ['metadata'],
};

export const volumeActionDocs = {
  act: {
    id: 'volumeAction',
    tag: 'volumes',
    summary: 'Run a volume action',
    description:
      'The only key of the body names the action. Nova uses these calls to mark volumes, and older clients to attach them; newer clients create attachments.',
    first: ['createVolume'],
    success: {
      status: 202,
      description: 'Done, or started.',
    },
    also: [
      {
        status: 200,
        description:
          'os-initialize_connection returns connection_info, os-show_image_metadata returns metadata, os-set_bootable has no body.',
        schema: { anyOf: [connection, imageMetadata] },
        mayBeEmpty: true,
      },
    ],
    faults: {
      400: "The action is unknown, its value is invalid, or the volume's state does not allow it.",
      404: 'The project has no such volume.',
      409: "A server uses the volume, which must be detached through the Compute API, or still holds it although its status is available. os-force_detach: the driver cannot confirm that the host has lost access. Or the backend's state does not allow it now.",
      501: "The backend's driver cannot do this.",
    },
  },
} as const satisfies Record<string, OperationDoc>;
