import type { JsonSchema } from '../../api/http/json-schema.js';
import { NEVER, type OperationDoc, type QueryDoc } from '../../api/openapi/describes.js';
import { named } from '../../api/openapi/named-schemas.js';
import { pagingDocs } from '../../api/openapi/paging-docs.js';
import { flag, nextLinks, only, page, text, textOrNull } from '../../api/openapi/property-schemas.js';

const TAG = 'volume types';

const specs: JsonSchema = named('ExtraSpecs', {
  type: 'object',
  additionalProperties: { type: ['string', 'null'] },
  description:
    'Requirements of the type: volume_backend_name selects the backend, multiattach `<is> True` lets several hosts attach a volume. Callers who are not admins see only the keys meant for users.',
});

const type: JsonSchema = named('VolumeType', {
  type: 'object',
  description: 'A volume type: selects the backend of its volumes, and what they can do.',
  properties: {
    id: text("The type's id, a UUID."),
    name: text('Its unique name.'),
    is_public: flag('Whether callers who are not admins can see and use it.'),
    description: textOrNull('Its purpose; null if none was given.'),
    extra_specs: specs,
    qos_specs_id: { type: ['string', 'null'], description: 'Admins only; always null.' },
    'os-volume-type-access:is_public': flag('The same as is_public.'),
  },
  required: ['id', 'name', 'is_public', 'description'],
});

const one = only('volume_type', type);

const someSpecs = only('extra_specs', specs);

const FIRST = { first: ['createVolumeType'] } as const;

const SPEC_KEY = {
  path: { key: 'volume_backend_name' },
  first: ['createVolumeType', 'createExtraSpecs'],
} as const;

const query: readonly QueryDoc[] = [
  {
    name: 'is_public',
    description: 'Admins only: `true`, `false`, or `none` for both. Others see only public types.',
    schema: { type: 'string' },
  },
  {
    name: 'extra_specs',
    description: "From 3.52: only types with these extra specs, written `{'key': 'value'}`.",
    schema: { type: 'string' },
  },
  ...pagingDocs,
];

const UNKNOWN = 'The volume type does not exist.';
const IN_USE = 'The type is in use by volumes.';

/** OpenAPI texts and schemas of the volume type operations. */
export const volumeTypeDocs = {
  list: {
    id: 'listVolumeTypes',
    tag: TAG,
    summary: 'List volume types',
    description: 'The types that the caller may use.',
    query,
    success: {
      status: 200,
      description: 'A page of types.',
      schema: page('VolumeTypeList', 'volume_types', type, { volume_type_links: nextLinks }),
    },
  },
  showDefault: {
    id: 'showDefaultVolumeType',
    tag: TAG,
    summary: 'Show the default volume type',
    description: 'The type of volumes that are created without one.',
    success: { status: 200, description: 'The type.', schema: one },
  },
  show: {
    id: 'showVolumeType',
    tag: TAG,
    summary: 'Show a volume type',
    description: 'One type, by its id.',
    ...FIRST,
    success: { status: 200, description: 'The type.', schema: one },
    faults: { 404: UNKNOWN },
  },
  create: {
    id: 'createVolumeType',
    tag: TAG,
    summary: 'Create a volume type',
    description: 'Creates a type. Its name must be unique.',
    requests: {
      'several hosts at once': {
        volume_type: {
          name: 'shared',
          extra_specs: { multiattach: '<is> True' },
          'os-volume-type-access:is_public': true,
        },
      },
      'on one backend': {
        volume_type: { name: 'fast', extra_specs: { volume_backend_name: 'fake' } },
      },
    },
    success: { status: 200, description: 'The type.', schema: one },
    faults: { 409: 'A type with that name exists.' },
  },
  update: {
    id: 'updateVolumeType',
    tag: TAG,
    summary: 'Change a volume type',
    description: 'Changes name, description or visibility of the type.',
    ...FIRST,
    requests: { 'for every project': { volume_type: { is_public: true } } },
    success: { status: 200, description: 'The type.', schema: one },
    faults: { 404: UNKNOWN, 409: 'A type with that name exists.' },
  },
  delete: {
    id: 'deleteVolumeType',
    tag: TAG,
    summary: 'Delete a volume type',
    description: 'Deletes a type that no volume uses.',
    ...FIRST,
    success: { status: 202, description: 'Deleted.' },
    faults: { 400: IN_USE, 404: UNKNOWN },
  },
  encryption: {
    id: 'showTypeEncryption',
    tag: TAG,
    summary: "Show a type's encryption",
    description: 'No type encrypts volumes: always an empty object.',
    ...FIRST,
    success: {
      status: 200,
      description: 'An empty object.',
      schema: { type: 'object', maxProperties: 0 },
    },
    faults: { 404: UNKNOWN },
  },
  encryptionItem: {
    id: 'showTypeEncryptionItem',
    tag: TAG,
    summary: "Show one value of a type's encryption",
    description: 'No type encrypts volumes: always 404.',
    path: { key: 'cipher' },
    success: { status: 200, description: NEVER },
    faults: { 404: UNKNOWN },
  },
  access: {
    id: 'listTypeAccess',
    tag: TAG,
    summary: 'List the projects that may use a private type',
    description:
      'Only admins may use private types: always an empty list. A public type has no such list (404).',
    usual: 404,
    success: {
      status: 200,
      description: 'An empty list.',
      schema: {
        type: 'object',
        properties: {
          volume_type_access: {
            type: 'array',
            maxItems: 0,
            items: { type: 'object' },
            description: 'The projects: none.',
          },
        },
        required: ['volume_type_access'],
        additionalProperties: false,
      },
    },
    faults: { 404: 'The volume type does not exist, or is public.' },
  },
  listSpecs: {
    id: 'listExtraSpecs',
    tag: TAG,
    summary: "List a type's extra specs",
    description: 'Keys and values that select a backend and enable features.',
    ...FIRST,
    success: { status: 200, description: 'The extra specs.', schema: someSpecs },
    faults: { 404: UNKNOWN },
  },
  createSpecs: {
    id: 'createExtraSpecs',
    tag: TAG,
    summary: 'Add extra specs to a type',
    description: 'Adds keys or changes their values. Rejected while volumes use the type.',
    ...FIRST,
    requests: { 'the backend': { extra_specs: { volume_backend_name: 'fake' } } },
    success: { status: 200, description: 'The extra specs as sent.', schema: someSpecs },
    faults: { 400: IN_USE, 404: UNKNOWN },
  },
  showSpec: {
    id: 'showExtraSpec',
    tag: TAG,
    summary: 'Show an extra spec of a type',
    description: 'One key and its value.',
    ...SPEC_KEY,
    success: { status: 200, description: 'An object with this key.', schema: specs },
    faults: { 404: 'The type does not exist, or has no such key.' },
  },
  updateSpec: {
    id: 'updateExtraSpec',
    tag: TAG,
    summary: 'Change an extra spec of a type',
    description: 'Sets the value of a key; the body must have exactly the key of the path.',
    ...SPEC_KEY,
    requests: { 'the backend': { volume_backend_name: 'fake' } },
    success: { status: 200, description: 'The extra specs as sent.', schema: specs },
    faults: { 400: IN_USE, 404: UNKNOWN },
  },
  deleteSpec: {
    id: 'deleteExtraSpec',
    tag: TAG,
    summary: 'Delete an extra spec of a type',
    description: 'Removes a key. Rejected while volumes use the type.',
    ...SPEC_KEY,
    success: { status: 202, description: 'Removed.' },
    faults: { 400: IN_USE, 404: 'The type does not exist, or has no such key.' },
  },
} as const satisfies Record<string, OperationDoc>;
