import type { JsonSchema } from '../../api/http/json-schema.js';
import { PRINTABLE, WITHOUT_NUL } from '../../api/http/text-patterns.js';
import { VersionTable } from '../../microversion/version-table.js';
import { MOST_EXTRA_SPECS } from './extra-specs.js';
import type { ExtraSpecs } from './volume-type.js';

const YES = ['True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes', 'y', 't'];
const NO = ['False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no', 'n', 'f'];

/** A boolean, or a string that Cinder accepts as one. */
export type BooleanLike = boolean | string;

/** Converts a validated {@link BooleanLike}. */
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
  pattern: PRINTABLE,
  description: 'Purpose of the type: one line of printable characters.',
};

const extraSpecs = (keys: string): JsonSchema => ({
  type: 'object',
  patternProperties: { [keys]: { type: ['string', 'null'], maxLength: 255, pattern: WITHOUT_NUL } },
  additionalProperties: false,
  maxProperties: MOST_EXTRA_SPECS,
  description:
    'Requirements of the type. `multiattach: "<is> True"` allows several servers; volume_backend_name selects the backend.',
});

const ANY_KEY = '^[a-zA-Z0-9_:. /-]{1,255}$';
/** Keys that are valid in a URL. */
const URL_KEY = '^[a-zA-Z0-9_:.-]{1,255}$';

const volumeType = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema => ({
  type: 'object',
  properties: {
    volume_type: {
      type: 'object',
      description: 'The type.',
      properties,
      required,
      additionalProperties: false,
    },
  },
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

/** Body of update; null leaves a property unchanged. */
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

/** Body that sets the one extra spec in the URL. */
export const updateExtraSpecBodies = new VersionTable<JsonSchema>([
  'base',
  { ...extraSpecs(URL_KEY), minProperties: 1, maxProperties: 1 },
]);
