import type { JsonSchema } from '../http/json-schema.js';
import type { Feature } from '../microversion/history.js';
import { versionOf } from '../microversion/microversion.js';
import type { OperationDoc, QueryDoc } from '../openapi/describes.js';
import { pagingDocs } from '../openapi/paging-docs.js';

const TAG = 'volumes';

const text = (description?: string): JsonSchema => ({
  type: 'string',
  ...(description === undefined ? {} : { description }),
});
const textOrNull = (description?: string): JsonSchema => ({ ...text(description), type: ['string', 'null'] });
const flag: JsonSchema = { type: 'boolean' };

const since = (feature: Feature, schema: JsonSchema): JsonSchema => ({
  ...schema,
  'x-openstack-microversion': versionOf(feature).toString(),
});

const links = (rels: readonly string[]): JsonSchema => ({
  type: 'array',
  items: { type: 'object', properties: { rel: { enum: rels }, href: text() } },
});

const summary: JsonSchema = {
  type: 'object',
  properties: { id: text(), name: textOrNull(), links: links(['self', 'bookmark']) },
  required: ['id', 'name', 'links'],
};

const attachment: JsonSchema = {
  type: 'object',
  properties: {
    id: text("The volume's id."),
    attachment_id: text(),
    volume_id: text(),
    server_id: textOrNull(),
    host_name: textOrNull('Only for admins and services.'),
    device: textOrNull(),
    attached_at: textOrNull(),
  },
};

const volume: JsonSchema = {
  type: 'object',
  properties: {
    id: text(),
    status: text('`creating`, `available`, `reserved`, `attaching`, `in-use`, `deleting`, `error`…'),
    size: { type: 'integer', description: 'GiB.' },
    availability_zone: text(),
    created_at: text('UTC without a zone, `YYYY-MM-DDTHH:MM:SS.ffffff`.'),
    updated_at: textOrNull(),
    name: textOrNull(),
    description: textOrNull(),
    volume_type: textOrNull("The type's name."),
    metadata: { type: 'object', additionalProperties: { type: 'string' } },
    user_id: text(),
    bootable: { enum: ['true', 'false'] },
    encrypted: flag,
    multiattach: flag,
    attachments: { type: 'array', items: attachment, description: 'Those that their hosts have confirmed.' },
    links: links(['self', 'bookmark']),
    'os-vol-tenant-attr:tenant_id': text('When shown or listed.'),
    'os-vol-host-attr:host': text('Admins, when shown or listed: `clinker@<backend>#<backend>`.'),
    group_id: since('groups', { type: 'null' }),
    shared_targets: since('shared-targets', flag),
    service_uuid: since('shared-targets', textOrNull()),
    volume_type_id: since('volume-type-id', textOrNull()),
    consumes_quota: since('consumes-quota', flag),
  },
  required: ['id', 'status', 'size', 'name', 'volume_type', 'metadata', 'multiattach', 'attachments'],
};

const one: JsonSchema = { type: 'object', properties: { volume }, required: ['volume'] };

const listOf = (item: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: {
    volumes: { type: 'array', items: item },
    volumes_links: links(['next']),
    count: since('list-count', { type: 'integer', description: 'Of all matches; with with_count.' }),
  },
  required: ['volumes'],
});

const filter = (name: string, description: string): QueryDoc => ({ name, description, schema: text() });

const ALL_TENANTS = filter('all_tenants', 'Admins: volumes of all projects. Ignored for others.');

const query: readonly QueryDoc[] = [
  filter('name', 'Only volumes of this name.'),
  filter('status', 'Only volumes in this state.'),
  filter('size', 'Only volumes of so many GiB.'),
  filter('bootable', 'Only bootable volumes, or only others.'),
  filter('availability_zone', 'Only volumes in this zone.'),
  filter('metadata', 'Only volumes with these entries: `{"key": "value"}`.'),
  filter('created_at', '`gt`, `gte`, `eq`, `neq`, `lt` or `lte`, a colon and a time.'),
  filter('updated_at', 'As created_at.'),
  ALL_TENANTS,
  filter('with_count', 'Adds the number of all matches.'),
  ...pagingDocs,
];

const UNKNOWN = 'There is no such volume in the project.';

const encryptionKey: JsonSchema = { type: 'object', properties: { encryption_key_id: textOrNull() } };

/** Texts and schemas of the volume operations for the OpenAPI document. */
export const volumeDocs = {
  list: {
    id: 'listVolumes',
    tag: TAG,
    summary: 'List volumes',
    description: "Ids and names of the project's volumes, newest first.",
    query,
    success: { status: 200, description: 'A page of volumes.', schema: listOf(summary) },
  },
  detail: {
    id: 'listVolumesDetail',
    tag: TAG,
    summary: 'List volumes with details',
    description: 'As the plain list, with all that a volume shows.',
    query,
    success: { status: 200, description: 'A page of volumes.', schema: listOf(volume) },
  },
  summary: {
    id: 'summarizeVolumes',
    tag: TAG,
    summary: 'Summarize volumes',
    description: "Number and size of the project's volumes, and the values of their metadata.",
    query: [ALL_TENANTS],
    success: {
      status: 200,
      description: 'The summary.',
      schema: {
        type: 'object',
        properties: {
          'volume-summary': {
            type: 'object',
            properties: {
              total_count: { type: 'integer' },
              total_size: { type: 'integer', description: 'GiB.' },
              metadata: since('volume-summary-metadata', {
                type: 'object',
                additionalProperties: { type: 'array', items: { type: 'string' } },
              }),
            },
          },
        },
      },
    },
  },
  show: {
    id: 'showVolume',
    tag: TAG,
    summary: 'Show a volume',
    description: 'One volume of the project, with the attachments that their hosts have confirmed.',
    success: { status: 200, description: 'The volume.', schema: one },
    faults: { 404: UNKNOWN },
    examples: { response: 'showVolume' },
  },
  create: {
    id: 'createVolume',
    tag: TAG,
    summary: 'Create a volume',
    description:
      'Makes an empty volume on the backend that its type names. The answer does not wait for it: the volume is `creating`, then `available` or `error`. Volumes are not made of snapshots, other volumes, images or backups, and there are no groups.',
    success: { status: 202, description: 'The volume, creating.', schema: one },
    faults: {
      400: 'A value is wrong, or no backend fits the volume type; the text says why.',
      404: 'There is no such volume type, snapshot, volume, group or backup.',
    },
    examples: { request: 'createVolume', response: 'createVolume' },
  },
  update: {
    id: 'updateVolume',
    tag: TAG,
    summary: 'Change a volume',
    description: 'Changes name and description, and replaces the metadata.',
    success: { status: 200, description: 'The volume.', schema: one },
    faults: { 404: UNKNOWN },
  },
  delete: {
    id: 'deleteVolume',
    tag: TAG,
    summary: 'Delete a volume',
    description:
      'Begins to remove the volume; it is gone afterwards, or `error_deleting`, from where it can be deleted again.',
    query: [
      filter('cascade', 'Without effect: there are no snapshots.'),
      filter('force', 'Admins: whatever state the volume is in, as long as nothing is attached.'),
    ],
    success: { status: 202, description: 'Begun.' },
    faults: { 400: "The volume's state forbids it, or it has attachments.", 404: UNKNOWN },
  },
  encryption: {
    id: 'showVolumeEncryption',
    tag: TAG,
    summary: "Show a volume's encryption",
    description: 'The key of an encrypted volume.',
    success: { status: 200, description: 'The key, null when there is none.', schema: encryptionKey },
    faults: { 404: UNKNOWN },
  },
  encryptionItem: {
    id: 'showVolumeEncryptionItem',
    tag: TAG,
    summary: "Show one item of a volume's encryption",
    description: 'The only item is `encryption_key_id`.',
    success: { status: 200, description: 'The value; no body when there is none.' },
    faults: { 404: 'There is no such volume in the project, or no such item.' },
  },
} as const satisfies Record<string, OperationDoc>;
