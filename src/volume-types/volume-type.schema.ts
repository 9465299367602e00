import type { JsonSchema } from '../http/json-schema.js';
import { VersionTable } from '../microversion/version-table.js';
import type { ExtraSpecs } from './volume-type.js';

/** PostgreSQL cannot keep it, and no client means it. */
const WITHOUT_NUL = '^[^\\u0000]*$';

const YES = ['True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes', 'y', 't'];
const NO = ['False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no', 'n', 'f'];

/** A boolean, or one of the texts that Cinder takes for one. */
export type BooleanLike = boolean | string;

/** What a {@link BooleanLike} that has passed the schema means. */
export function isYes(value: BooleanLike): boolean {
  return value === true || (typeof value === 'string' && YES.includes(value));
}

const isPublic: JsonSchema = {
  type: ['boolean', 'string'],
  enum: [true, ...YES, false, ...NO],
  description: 'Whether callers who are not admins can see and use the type.',
};

const name = (type: string | readonly string[]): JsonSchema => ({
  type,
  minLength: 1,
  maxLength: 255,
  pattern: WITHOUT_NUL,
  description: 'Unique name.',
});

const description: JsonSchema = {
  type: ['string', 'null'],
  maxLength: 255,
  pattern: WITHOUT_NUL,
  description: 'What the type is for.',
};

const extraSpecs = (keys: string): JsonSchema => ({
  type: 'object',
  patternProperties: { [keys]: { type: ['string', 'null'], maxLength: 255, pattern: WITHOUT_NUL } },
  additionalProperties: false,
  description:
    'What the type asks for. `multiattach: "<is> True"` allows several servers; volume_backend_name names the backend.',
});

const ANY_KEY = '^[a-zA-Z0-9_:. /-]{1,255}$';
/** Keys that can stand in a URL. */
const URL_KEY = '^[a-zA-Z0-9_:.-]{1,255}$';

const volumeType = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema => ({
  type: 'object',
  properties: { volume_type: { type: 'object', properties, required, additionalProperties: false } },
  required: ['volume_type'],
  additionalProperties: false,
});

/** Body of create. */
export const createTypeBodies = new VersionTable<JsonSchema>([
  'base',
  volumeType(
    {
      name: name('string'),
      description,
      extra_specs: extraSpecs(ANY_KEY),
      'os-volume-type-access:is_public': isPublic,
    },
    ['name'],
  ),
]);

export interface CreateTypeBody {
  readonly volume_type: {
    readonly name: string;
    readonly description?: string | null;
    readonly extra_specs?: ExtraSpecs;
    readonly 'os-volume-type-access:is_public'?: BooleanLike;
  };
}

/** Body of update; null leaves a property as it is. */
export const updateTypeBodies = new VersionTable<JsonSchema>([
  'base',
  volumeType({ name: name(['string', 'null']), description, is_public: isPublic }, []),
]);

export interface UpdateTypeBody {
  readonly volume_type: {
    readonly name?: string | null;
    readonly description?: string | null;
    readonly is_public?: BooleanLike;
  };
}

/** Body that adds and replaces extra specs. */
export const createExtraSpecsBodies = new VersionTable<JsonSchema>([
  'base',
  {
    type: 'object',
    properties: { extra_specs: extraSpecs(URL_KEY) },
    required: ['extra_specs'],
    additionalProperties: false,
  },
]);

export interface CreateExtraSpecsBody {
  readonly extra_specs: ExtraSpecs;
}

/** Body that sets the one extra spec that the URL names. */
export const updateExtraSpecBodies = new VersionTable<JsonSchema>([
  'base',
  { ...extraSpecs(URL_KEY), minProperties: 1, maxProperties: 1 },
]);
