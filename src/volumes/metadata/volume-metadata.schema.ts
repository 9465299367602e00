import type { JsonSchema } from '../../api/http/json-schema.js';
import { WITHOUT_NUL } from '../../api/http/text-patterns.js';
import { VersionTable } from '../../microversion/version-table.js';

/** Maximum entries of a volume's metadata: a list shows those of a thousand volumes at once. */
export const MOST_ENTRIES = 1000;

/** Characters allowed in a metadata key. */
const KEY = '^[a-zA-Z0-9-_:. /]{1,255}$';

export const metadataSchema: JsonSchema = {
  type: 'object',
  patternProperties: { [KEY]: { type: 'string', maxLength: 255, pattern: WITHOUT_NUL } },
  additionalProperties: false,
  maxProperties: MOST_ENTRIES,
  description: `At most ${MOST_ENTRIES} strings of at most 255 characters. Keys: at most 255 letters, digits and \`-_:. /\`.`,
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
  description: 'The entry, under the key named in the path.',
});

export interface MetadataEntryBody {
  readonly meta: Readonly<Record<string, string>>;
}
