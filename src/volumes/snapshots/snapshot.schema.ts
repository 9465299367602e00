import type { JsonSchema } from '../../api/http/json-schema.js';
import { VersionTable } from '../../microversion/version-table.js';

/** Body of create; its fields do not matter yet. */
export const createSnapshotBodies = new VersionTable<JsonSchema>([
  'base',
  {
    type: 'object',
    properties: {
      snapshot: {
        type: 'object',
        description: 'The snapshot; not supported.',
        properties: { volume_id: { type: 'string', format: 'uuid', description: 'Id of the volume.' } },
        required: ['volume_id'],
      },
    },
    required: ['snapshot'],
    additionalProperties: false,
  },
]);
