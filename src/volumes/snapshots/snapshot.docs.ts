import type { JsonSchema } from '../../api/http/json-schema.js';
import type { OperationDoc } from '../../api/openapi/describes.js';

const TAG = 'volumes';

const none: JsonSchema = {
  type: 'object',
  properties: {
    snapshots: { type: 'array', maxItems: 0, items: { type: 'object' } },
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
    success: { status: 202, description: 'Never.' },
    faults: { 400: 'Snapshots are not supported.' },
  },
  show: {
    id: 'showSnapshot',
    tag: TAG,
    summary: 'Show a snapshot',
    description: 'Not supported: always 404.',
    success: { status: 200, description: 'Never.' },
    faults: { 404: 'Not found.' },
  },
} as const satisfies Record<string, OperationDoc>;
