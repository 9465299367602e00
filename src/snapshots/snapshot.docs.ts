import type { JsonSchema } from '../http/json-schema.js';
import type { OperationDoc } from '../openapi/describes.js';

const TAG = 'volumes';

const none: JsonSchema = {
  type: 'object',
  properties: { snapshots: { type: 'array', maxItems: 0, items: { type: 'object' } } },
  required: ['snapshots'],
};

/** Texts and schemas of the snapshot operations for the OpenAPI document. */
export const snapshotDocs = {
  list: {
    id: 'listSnapshots',
    tag: TAG,
    summary: 'List snapshots',
    description: 'There are none: always an empty list, whatever the filters.',
    success: { status: 200, description: 'An empty list.', schema: none },
  },
  detail: {
    id: 'listSnapshotsDetail',
    tag: TAG,
    summary: 'List snapshots with details',
    description: 'There are none: always an empty list, whatever the filters.',
    success: { status: 200, description: 'An empty list.', schema: none },
  },
  show: {
    id: 'showSnapshot',
    tag: TAG,
    summary: 'Show a snapshot',
    description: 'There are none: always 404.',
    success: { status: 200, description: 'Never.' },
    faults: { 404: 'There is no such snapshot.' },
  },
} as const satisfies Record<string, OperationDoc>;
