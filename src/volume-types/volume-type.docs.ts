import type { JsonSchema } from '../http/json-schema.js';
import type { OperationDoc, QueryDoc } from '../openapi/describes.js';
import { pagingDocs } from '../openapi/paging-docs.js';

const TAG = 'volume types';

const specs: JsonSchema = {
  type: 'object',
  additionalProperties: { type: ['string', 'null'] },
  description:
    'What the type asks of its backend: volume_backend_name chooses it by name, multiattach `<is> True` lets several hosts attach a volume. Callers who are not admins see the keys meant for users only.',
};

const type: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    is_public: { type: 'boolean' },
    description: { type: ['string', 'null'] },
    extra_specs: specs,
    qos_specs_id: { type: ['string', 'null'], description: 'Admins only; always null.' },
    'os-volume-type-access:is_public': { type: 'boolean' },
  },
  required: ['id', 'name', 'is_public', 'description'],
};

const one: JsonSchema = { type: 'object', properties: { volume_type: type }, required: ['volume_type'] };

const someSpecs: JsonSchema = {
  type: 'object',
  properties: { extra_specs: specs },
  required: ['extra_specs'],
};

const query: readonly QueryDoc[] = [
  {
    name: 'is_public',
    description: 'Admins: `true`, `false`, or `none` for both. Others see public types only.',
    schema: { type: 'string' },
  },
  {
    name: 'extra_specs',
    description: "From 3.52: only types with these extra specs, written `{'key': 'value'}`.",
    schema: { type: 'string' },
  },
  ...pagingDocs,
];

const UNKNOWN = 'There is no such volume type.';
const IN_USE = 'Volumes use the type.';

/** Texts and schemas of the volume type operations for the OpenAPI document. */
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
      schema: {
        type: 'object',
        properties: { volume_types: { type: 'array', items: type }, volume_type_links: { type: 'array' } },
        required: ['volume_types'],
      },
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
    success: { status: 200, description: 'The type.', schema: one },
    faults: { 404: UNKNOWN },
  },
  create: {
    id: 'createVolumeType',
    tag: TAG,
    summary: 'Create a volume type',
    description: 'Makes a type of a name that no other one has.',
    success: { status: 200, description: 'The type.', schema: one },
    faults: { 409: 'There is a type of that name.' },
  },
  update: {
    id: 'updateVolumeType',
    tag: TAG,
    summary: 'Change a volume type',
    description: 'Changes the name, the description or who may use the type.',
    success: { status: 200, description: 'The type.', schema: one },
    faults: { 404: UNKNOWN, 409: 'There is a type of that name.' },
  },
  delete: {
    id: 'deleteVolumeType',
    tag: TAG,
    summary: 'Delete a volume type',
    description: 'Removes a type that no volume uses.',
    success: { status: 202, description: 'The type is gone.' },
    faults: { 400: IN_USE, 404: UNKNOWN },
  },
  listSpecs: {
    id: 'listExtraSpecs',
    tag: TAG,
    summary: "List a type's extra specs",
    description: 'Keys and values by which a backend is chosen and volumes get abilities.',
    success: { status: 200, description: 'The extra specs.', schema: someSpecs },
    faults: { 404: UNKNOWN },
  },
  createSpecs: {
    id: 'createExtraSpecs',
    tag: TAG,
    summary: "Add to a type's extra specs",
    description: 'Adds keys, or changes their values. Refused while volumes use the type.',
    success: { status: 200, description: 'What was sent.', schema: someSpecs },
    faults: { 400: IN_USE, 404: UNKNOWN },
  },
  showSpec: {
    id: 'showExtraSpec',
    tag: TAG,
    summary: "Show one of a type's extra specs",
    description: 'One key and its value.',
    success: { status: 200, description: 'An object of the one key.', schema: specs },
    faults: { 404: 'There is no such type, or it has no such key.' },
  },
  updateSpec: {
    id: 'updateExtraSpec',
    tag: TAG,
    summary: "Change one of a type's extra specs",
    description: 'Sets the value of a key; the body has the same one key as the path.',
    success: { status: 200, description: 'What was sent.', schema: specs },
    faults: { 400: IN_USE, 404: UNKNOWN },
  },
  deleteSpec: {
    id: 'deleteExtraSpec',
    tag: TAG,
    summary: "Delete one of a type's extra specs",
    description: 'Removes a key. Refused while volumes use the type.',
    success: { status: 202, description: 'The key is gone.' },
    faults: { 400: IN_USE, 404: 'There is no such type, or it has no such key.' },
  },
} as const satisfies Record<string, OperationDoc>;
