import type { JsonSchema } from '../http/json-schema.js';
import type { OperationDoc } from '../openapi/describes.js';

const TAG = 'volumes';

const entries: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };

const all = {
  status: 200,
  description: 'All entries.',
  schema: { type: 'object', properties: { metadata: entries }, required: ['metadata'] },
} as const;

const entry = {
  status: 200,
  description: 'The entry.',
  schema: { type: 'object', properties: { meta: entries }, required: ['meta'] },
} as const;

const UNKNOWN = 'There is no such volume in the project.';
const UNKNOWN_KEY = 'There is no such volume in the project, or no such key.';

/** Texts and schemas of the metadata operations for the OpenAPI document. */
export const metadataDocs = {
  list: {
    id: 'listVolumeMetadata',
    tag: TAG,
    summary: "List a volume's metadata",
    description: 'With an ETag for conditional changes.',
    success: all,
    faults: { 404: UNKNOWN },
  },
  merge: {
    id: 'mergeVolumeMetadata',
    tag: TAG,
    summary: 'Add metadata to a volume',
    description: 'Sets the given entries and leaves the others.',
    success: all,
    faults: { 404: UNKNOWN },
  },
  replace: {
    id: 'replaceVolumeMetadata',
    tag: TAG,
    summary: "Replace a volume's metadata",
    description: 'Sets the given entries and removes the others. If-Match: 412 when they have changed.',
    success: all,
    faults: { 404: UNKNOWN },
  },
  get: {
    id: 'showVolumeMetadataEntry',
    tag: TAG,
    summary: 'Show an entry of metadata',
    description: 'The value of one key.',
    success: entry,
    faults: { 404: UNKNOWN_KEY },
  },
  set: {
    id: 'setVolumeMetadataEntry',
    tag: TAG,
    summary: 'Set an entry of metadata',
    description: 'Adds or changes one entry. If-Match: 412 when the metadata have changed.',
    success: entry,
    faults: { 404: UNKNOWN },
  },
  remove: {
    id: 'removeVolumeMetadataEntry',
    tag: TAG,
    summary: 'Remove an entry of metadata',
    description: 'Removes one entry.',
    success: { status: 200, description: 'Removed.' },
    faults: { 404: UNKNOWN_KEY },
  },
} as const satisfies Record<string, OperationDoc>;
