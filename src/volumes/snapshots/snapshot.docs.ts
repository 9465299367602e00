import type { JsonSchema } from '../../api/http/json-schema.js';
import { NEVER, type OperationDoc } from '../../api/openapi/describes.js';
import { EXAMPLE_IDS } from '../../api/openapi/example-ids.js';

const TAG = 'volumes';

const none: JsonSchema = {
  type: 'object',
  properties: {
    snapshots: { type: 'array', maxItems: 0, items: { type: 'object' }, description: 'The snapshots: none.' },
    count: { type: 'integer', description: 'From 3.45, with `with_count`: 0.' },
  },
  required: ['snapshots'],
};

/** OpenAPI texts and schemas of the snapshot operations. */
export const snapshotDocs = {
  list: {
    id: 'listSnapshots',
    tag: TAG,
    summary: 'List snapshots',
    description: 'Not supported: an empty list for every valid query.',
    success: { status: 200, description: 'An empty list.', schema: none },
  },
  detail: {
    id: 'listSnapshotsDetail',
    tag: TAG,
    summary: 'List snapshots with details',
    description: 'Not supported: an empty list for every valid query.',
    success: { status: 200, description: 'An empty list.', schema: none },
  },
  create: {
    id: 'createSnapshot',
    tag: TAG,
    summary: 'Create a snapshot',
    description: 'Not supported: always 400.',
    requests: {
      'any volume': { snapshot: { volume_id: EXAMPLE_IDS.volume } },
    },
    success: { status: 202, description: NEVER },
    faults: { 400: 'Snapshots are not supported.' },
  },
  show: {
    id: 'showSnapshot',
    tag: TAG,
    summary: 'Show a snapshot',
    description: 'Not supported: always 404.',
    success: { status: 200, description: NEVER },
    faults: { 404: 'Not found.' },
  },
} as const satisfies Record<string, OperationDoc>;
