import type { JsonSchema } from '../../api/http/json-schema.js';
import type { OperationDoc } from '../../api/openapi/describes.js';
import { named } from '../../api/openapi/named-schemas.js';
import { only } from '../../api/openapi/property-schemas.js';

const TAG = 'volumes';

const entries: JsonSchema = named('Metadata', {
  type: 'object',
  additionalProperties: { type: 'string' },
  description: "The volume's owner's own keys and values.",
});

const all = {
  status: 200,
  description: 'All entries.',
  schema: only('metadata', entries),
} as const;

const entry = {
  status: 200,
  description: 'The entry.',
  schema: only('meta', { ...entries, title: 'MetadataEntry', description: 'The one key and its value.' }),
} as const;

const changed = { status: 412, description: 'The metadata has changed; nothing was done.' } as const;

const FIRST = { first: ['createVolume'] } as const;

/** An entry that may have been removed since. */
const FIRST_ENTRY = { first: ['createVolume', 'setVolumeMetadataEntry'] } as const;

const UNKNOWN = 'The project has no such volume.';
const UNKNOWN_KEY = 'The project has no such volume, or the volume has no such key.';

/** OpenAPI texts and schemas of the metadata operations. */
export const metadataDocs = {
  list: {
    id: 'listVolumeMetadata',
    tag: TAG,
    summary: "List a volume's metadata",
    description: 'The response has an ETag for conditional changes.',
    ...FIRST,
    success: all,
    faults: { 404: UNKNOWN },
  },
  merge: {
    id: 'mergeVolumeMetadata',
    tag: TAG,
    summary: 'Add metadata to a volume',
    description: 'Sets the given entries and keeps the others.',
    ...FIRST,
    requests: { 'one entry': { metadata: { owner: 'team-a' } } },
    success: all,
    faults: { 404: UNKNOWN },
  },
  replace: {
    id: 'replaceVolumeMetadata',
    tag: TAG,
    summary: "Replace a volume's metadata",
    description:
      'Sets the given entries and removes the others. With If-Match, 412 if the metadata has changed.',
    ...FIRST,
    requests: { 'two entries': { metadata: { purpose: 'demo', owner: 'team-a' } } },
    success: all,
    also: [changed],
    faults: { 404: UNKNOWN },
  },
  get: {
    id: 'showVolumeMetadataEntry',
    tag: TAG,
    summary: 'Show a metadata entry',
    description: 'The value of one key.',
    ...FIRST,
    success: entry,
    faults: { 404: UNKNOWN_KEY },
  },
  set: {
    id: 'setVolumeMetadataEntry',
    tag: TAG,
    summary: 'Set a metadata entry',
    description: 'Adds or changes one entry. With If-Match, 412 if the metadata has changed.',
    ...FIRST,
    requests: { 'the key of the path': { meta: { purpose: 'demo' } } },
    success: entry,
    also: [changed],
    faults: { 404: UNKNOWN },
  },
  remove: {
    id: 'removeVolumeMetadataEntry',
    tag: TAG,
    summary: 'Remove a metadata entry',
    description: 'Removes one entry.',
    ...FIRST_ENTRY,
    success: { status: 200, description: 'Removed.' },
    faults: { 404: UNKNOWN_KEY },
  },
} as const satisfies Record<string, OperationDoc>;
