import type { JsonSchema } from '../api/http/json-schema.js';
import type { Feature } from '../microversion/history.js';
import { versionOf } from '../microversion/microversion.js';
import type { OperationDoc, QueryDoc } from '../api/openapi/describes.js';
import { pagingDocs } from '../api/openapi/paging-docs.js';
import { MOST_VALUES, MOST_VALUES_OF_KEY } from './list/metadata-values.js';

const TAG = 'volumes';

const text = (description?: string): JsonSchema => ({
  type: 'string',
  ...(description === undefined ? {} : { description }),
});
const textOrNull = (description?: string): JsonSchema => ({ ...text(description), type: ['string', 'null'] });
const flag: JsonSchema = { type: 'boolean' };
/** A key of Cinder's that never has a value. */
const nothing: JsonSchema = { type: 'null' };

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
    host_name: textOrNull('Shown only to admins and services.'),
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
    snapshot_id: nothing,
    source_volid: nothing,
    replication_status: nothing,
    consistencygroup_id: nothing,
    user_id: text(),
    migration_status: textOrNull('Admins only.'),
    bootable: { enum: ['true', 'false'] },
    encrypted: flag,
    multiattach: flag,
    attachments: {
      type: 'array',
      items: attachment,
      description: 'Only attachments that their hosts have confirmed.',
    },
    links: links(['self', 'bookmark']),
    'os-vol-tenant-attr:tenant_id': text('In show and list only.'),
    'os-vol-host-attr:host': text('Admins only, in show and list: `clinker@<backend>#<backend>`.'),
    'os-vol-mig-status-attr:migstat': textOrNull('Admins only, in show and list.'),
    'os-vol-mig-status-attr:name_id': nothing,
    group_id: since('groups', nothing),
    provider_id: since('provider-id', nothing),
    shared_targets: since('shared-targets', flag),
    service_uuid: since('shared-targets', textOrNull()),
    cluster_name: since('cluster-name', nothing),
    encryption_key_id: since('encryption-key-id', text('Only if the volume has one.')),
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
    count: since('list-count', {
      type: 'integer',
      description: 'Number of all matches; only with with_count.',
    }),
  },
  required: ['volumes'],
});

const filter = (name: string, description: string): QueryDoc => ({ name, description, schema: text() });

const ALL_TENANTS = filter('all_tenants', 'Admins only: volumes of all projects. Otherwise ignored.');

const query: readonly QueryDoc[] = [
  filter('name', 'Only volumes with this name.'),
  filter('status', 'Only volumes in this state.'),
  filter('size', 'Only volumes of this size in GiB.'),
  filter('bootable', '`true`: only bootable volumes. `false`: only others.'),
  filter('availability_zone', 'Only volumes in this zone.'),
  filter('metadata', 'Only volumes with these entries: `{"key": "value"}`.'),
  filter('created_at', '`gt`, `gte`, `eq`, `neq`, `lt` or `lte`, followed by a colon and a time.'),
  filter('updated_at', 'Like created_at.'),
  ALL_TENANTS,
  filter('with_count', '`true` adds the number of all matches.'),
  ...pagingDocs,
];

const UNKNOWN = 'The project has no such volume.';

const encryptionKey: JsonSchema = { type: 'object', properties: { encryption_key_id: textOrNull() } };

/** OpenAPI texts and schemas of the volume operations. */
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
    description: 'Like the plain list, with all properties of the volumes.',
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
                description: `At most ${MOST_VALUES_OF_KEY} values per key, and ${MOST_VALUES} in total.`,
              }),
              metadata_truncated: {
                ...since('volume-summary-metadata', { const: true }),
                description: 'Present only if values were left out.',
              },
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
      'Creates an empty volume on the backend that its type selects. The response does not wait for it: the volume is `creating`, then `available` or `error`. Volumes cannot be created from snapshots, other volumes, images or backups, and there are no groups.',
    success: { status: 202, description: 'The volume, in status creating.', schema: one },
    faults: {
      400: 'A value is invalid, or no backend matches the volume type; the message says why.',
      404: 'The volume type, snapshot, volume, group or backup does not exist.',
    },
    examples: { request: 'createVolume', response: 'createVolume' },
  },
  update: {
    id: 'updateVolume',
    tag: TAG,
    summary: 'Change a volume',
    description: 'Changes name and description and replaces the metadata.',
    success: { status: 200, description: 'The volume.', schema: one },
    faults: { 404: UNKNOWN },
  },
  delete: {
    id: 'deleteVolume',
    tag: TAG,
    summary: 'Delete a volume',
    description:
      'Starts to delete the volume. If that fails, it becomes `error_deleting` and can be deleted again.',
    query: [
      filter('cascade', 'Ignored: there are no snapshots.'),
      filter('force', 'Admins only: deletes the volume in any state, unless it is attached.'),
    ],
    success: { status: 202, description: 'Started.' },
    faults: { 400: "The volume's state does not allow it, or it has attachments.", 404: UNKNOWN },
  },
  encryption: {
    id: 'showVolumeEncryption',
    tag: TAG,
    summary: "Show a volume's encryption",
    description: 'The key of an encrypted volume.',
    success: { status: 200, description: 'The key, null if there is none.', schema: encryptionKey },
    faults: { 404: UNKNOWN },
  },
  encryptionItem: {
    id: 'showVolumeEncryptionItem',
    tag: TAG,
    summary: "Show one item of a volume's encryption",
    description: 'The only item is `encryption_key_id`.',
    success: {
      status: 200,
      description: 'The value; no body if there is none.',
      schema: text(),
      mayBeEmpty: true,
    },
    faults: { 404: 'The project has no such volume, or the item does not exist.' },
  },
} as const satisfies Record<string, OperationDoc>;
