import type { JsonSchema } from '../http/json-schema.js';
import { VersionTable } from '../microversion/version-table.js';

/** What a key may be made of. */
const KEY = '^[a-zA-Z0-9-_:. /]{1,255}$';

export const metadataSchema: JsonSchema = {
  type: 'object',
  patternProperties: { [KEY]: { type: 'string', maxLength: 255, pattern: '^[^\\u0000]*$' } },
  additionalProperties: false,
  description: 'Texts of at most 255 characters by keys of at most 255: letters, digits and `-_:. /`.',
};

function body(key: string, schema: JsonSchema): VersionTable<JsonSchema> {
  return new VersionTable<JsonSchema>([
    'base',
    { type: 'object', properties: { [key]: schema }, required: [key], additionalProperties: false },
  ]);
}

/** Body of the requests that set several entries. */
export const metadataBodies = body('metadata', metadataSchema);

export interface MetadataBody {
  readonly metadata: Readonly<Record<string, string>>;
}

/** Body of the request that sets one entry. */
export const metadataEntryBodies = body('meta', {
  ...metadataSchema,
  minProperties: 1,
  maxProperties: 1,
  description: 'The entry, under the key that the path names.',
});

export interface MetadataEntryBody {
  readonly meta: Readonly<Record<string, string>>;
}
