import type { JsonSchema } from '../api/http/json-schema.js';
import { connectorDoc } from './connector.docs.js';
import { VersionTable } from '../microversion/version-table.js';

const volumeUuid: JsonSchema = { type: 'string', format: 'uuid', description: 'Id of the volume to attach.' };

// Generic SDK users and openstackclient send null for absent values.
const instanceUuid: JsonSchema = {
  type: ['string', 'null'],
  format: 'uuid',
  description: 'Id of the server that the volume is attached to; absent or null if there is none.',
};

const connector: JsonSchema = {
  type: ['object', 'null'],
  description:
    'Properties of the host, as os-brick collects them. With a connector the volume is exported at once; absent, null or {} only reserves it.',
  'x-documented-as': connectorDoc,
};

const absentMode: JsonSchema = {
  type: 'null',
  description: 'Only null, which is ignored; mode does not exist in this microversion.',
};

const mode: JsonSchema = {
  enum: ['rw', 'ro', null],
  description: 'Access to the volume: read-write or read-only. Overrides a mode in the connector.',
};

function createBody(modeSchema: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: {
      attachment: {
        type: 'object',
        description: 'The attachment.',
        properties: { volume_uuid: volumeUuid, instance_uuid: instanceUuid, connector, mode: modeSchema },
        required: ['volume_uuid'],
        additionalProperties: false,
      },
    },
    required: ['attachment'],
    additionalProperties: false,
  };
}

/** Body of create, by microversion. */
export const createAttachmentBodies = new VersionTable<JsonSchema>(
  ['attachments', createBody(absentMode)],
  ['attachment-mode', createBody(mode)],
);

export interface CreateAttachmentBody {
  readonly attachment: {
    readonly volume_uuid: string;
    readonly instance_uuid?: string | null;
    readonly connector?: Readonly<Record<string, unknown>> | null;
    readonly mode?: 'rw' | 'ro' | null;
  };
}

/** Body of update. */
export const updateAttachmentBodies = new VersionTable<JsonSchema>([
  'attachments',
  {
    type: 'object',
    properties: {
      attachment: {
        type: 'object',
        description: 'The attachment.',
        properties: {
          connector: {
            type: 'object',
            minProperties: 1,
            description: 'Properties of the host, as os-brick collects them.',
            'x-documented-as': connectorDoc,
          },
        },
        required: ['connector'],
        additionalProperties: false,
      },
    },
    required: ['attachment'],
    additionalProperties: false,
  },
]);

export interface UpdateAttachmentBody {
  readonly attachment: { readonly connector: Readonly<Record<string, unknown>> };
}
