import type { JsonSchema } from '../../api/http/json-schema.js';
import { WITHOUT_NUL } from '../../api/http/text-patterns.js';
import { VersionTable } from '../../microversion/version-table.js';
import { metadataSchema } from '../metadata/volume-metadata.schema.js';

const text = (description: string): JsonSchema => ({
  type: ['string', 'null'],
  pattern: WITHOUT_NUL,
  description,
});

const shortText = (description: string): JsonSchema => ({ ...text(description), maxLength: 255 });

const uuid = (description: string): JsonSchema => ({ type: ['string', 'null'], format: 'uuid', description });

const NAMES = {
  name: text('At most 255 characters, not counting leading and trailing blanks.'),
  description: text('At most 255 characters, not counting leading and trailing blanks.'),
  display_name: text('Former name of `name`.'),
  display_description: text('Former name of `description`.'),
};

const CREATE_FIELDS = {
  ...NAMES,
  size: {
    type: ['integer', 'string', 'null'],
    minimum: 1,
    maximum: 2 ** 31 - 1,
    pattern: '^[0-9]+$',
    description: 'Required. Size in GiB, as a number or a string of digits.',
  },
  volume_type: shortText('Name or id of a volume type; the default type if absent, null or empty.'),
  metadata: { ...metadataSchema, type: ['object', 'null'] },
  availability_zone: { ...shortText("The server's only availability zone."), minLength: 1 },
  multiattach: {
    anyOf: [
      { type: 'null' },
      { type: 'boolean' },
      {
        type: 'string',
        pattern: '^([Tt]rue|TRUE|1|[Oo]n|ON|[Yy]es|YES|y|t|[Ff]alse|FALSE|0|[Oo]ff|OFF|[Nn]o|NO|n|f)$',
      },
    ],
    description: 'Only false; multiattach is a property of the volume type.',
  },
  snapshot_id: uuid('Only null: snapshots are not supported.'),
  source_volid: uuid('Only null: volumes are not cloned.'),
  consistencygroup_id: uuid('Only null: there are no groups.'),
  imageRef: shortText('Only null: there are no images.'),
  image_id: shortText('Only null: there are no images.'),
};

const GROUP = { group_id: shortText('Only null: there are no groups.') };
const BACKUP = { backup_id: uuid('Only null: there are no backups.') };

function createBody(fields: Readonly<Record<string, JsonSchema>>, isClosed = false): JsonSchema {
  return {
    type: 'object',
    properties: {
      volume: {
        type: 'object',
        description: 'The volume.',
        properties: fields,
        ...(isClosed ? { additionalProperties: false } : {}),
      },
      'OS-SCH-HNT:scheduler_hints': {
        type: ['object', 'null'],
        description: 'Ignored: this server has no scheduler.',
      },
    },
    required: ['volume'],
    additionalProperties: false,
  };
}

/** Body of create, by microversion. */
export const createVolumeBodies = new VersionTable<JsonSchema>(
  ['base', createBody(CREATE_FIELDS)],
  ['groups', createBody({ ...CREATE_FIELDS, ...GROUP })],
  ['create-from-backup', createBody({ ...CREATE_FIELDS, ...GROUP, ...BACKUP })],
  ['schema-validation', createBody({ ...CREATE_FIELDS, ...GROUP, ...BACKUP }, true)],
);

export interface CreateVolumeBody {
  readonly volume: {
    readonly size?: number | string | null;
    readonly name?: string | null;
    readonly description?: string | null;
    readonly display_name?: string | null;
    readonly display_description?: string | null;
    readonly volume_type?: string | null;
    readonly metadata?: Readonly<Record<string, string>> | null;
    readonly availability_zone?: string | null;
    readonly multiattach?: boolean | string | null;
    readonly snapshot_id?: string | null;
    readonly source_volid?: string | null;
    readonly consistencygroup_id?: string | null;
    readonly imageRef?: string | null;
    readonly image_id?: string | null;
    /** Read in every version, but in the schema, and so validated, only from groups on. */
    readonly group_id?: unknown;
    /** Read in every version, but in the schema, and so validated, only from create-from-backup on. */
    readonly backup_id?: unknown;
  };
}

const UPDATE_FIELDS = { ...NAMES, metadata: metadataSchema };

function updateBody(mayBeEmpty: boolean): JsonSchema {
  return {
    type: 'object',
    properties: {
      volume: {
        type: 'object',
        description: 'What changes.',
        properties: UPDATE_FIELDS,
        additionalProperties: false,
        ...(mayBeEmpty ? {} : { minProperties: 1 }),
      },
    },
    required: ['volume'],
    additionalProperties: false,
  };
}

/** Body of update, by microversion. */
export const updateVolumeBodies = new VersionTable<JsonSchema>(
  ['base', updateBody(true)],
  ['schema-validation', updateBody(false)],
);

export interface UpdateVolumeBody {
  readonly volume: Pick<
    CreateVolumeBody['volume'],
    'name' | 'description' | 'display_name' | 'display_description'
  > & { readonly metadata?: Readonly<Record<string, string>> };
}
