import type { JsonSchema } from '../api/http/json-schema.js';
import type { Feature } from '../microversion/history.js';
import { versionOf } from '../microversion/microversion.js';
import type { OperationDoc, QueryDoc } from '../api/openapi/describes.js';
import { named } from '../api/openapi/named-schemas.js';
import { pagingDocs } from '../api/openapi/paging-docs.js';
import {
  count,
  flag,
  links,
  nextLinks,
  nothing,
  only,
  page,
  text,
  textOrNull,
  TIME,
} from '../api/openapi/property-schemas.js';
import { MOST_VALUES, MOST_VALUES_OF_KEY } from './list/metadata-values.js';

const TAG = 'volumes';

const since = (feature: Feature, schema: JsonSchema): JsonSchema => ({
  ...schema,
  'x-openstack-microversion': versionOf(feature).toString(),
});

const selfLinks = links(['self', 'bookmark'], 'Addresses of the volume.');

const ID = text("The volume's id, a UUID.");

const summary: JsonSchema = named('VolumeSummary', {
  type: 'object',
  description: 'A volume in a plain list.',
  properties: { id: ID, name: textOrNull('Its name; need not be unique.'), links: selfLinks },
  required: ['id', 'name', 'links'],
});

const attachment: JsonSchema = named('VolumeAttachment', {
  type: 'object',
  description: 'An attachment as its volume lists it.',
  properties: {
    id: text("The volume's id."),
    attachment_id: text("The attachment's id, a UUID."),
    volume_id: text("The volume's id, again."),
    server_id: textOrNull('Id of the server that the volume is attached to; null if there is none.'),
    host_name: textOrNull('Name of the host. Shown only to admins and services.'),
    device: textOrNull('Device name on the server, for example `/dev/vdb`; null while it is unknown.'),
    attached_at: textOrNull(`When the host was connected: ${TIME}.`),
  },
});

const volume: JsonSchema = named('Volume', {
  type: 'object',
  description: 'A volume. Keys that only admins see are absent for others.',
  properties: {
    id: ID,
    status: text(
      'State of the volume: `creating`, `available`, `reserved`, `attaching`, `in-use`, `detaching`, `extending`, `deleting`, `error`, `error_deleting`…',
    ),
    size: count('Size in GiB (2^30 bytes).'),
    availability_zone: text('The zone of the server.'),
    created_at: text(`When it was created: ${TIME}.`),
    updated_at: textOrNull(`When it was changed last: ${TIME}; null if never.`),
    name: textOrNull('Its name; need not be unique.'),
    description: textOrNull('Its purpose; null if none was given.'),
    volume_type: textOrNull("The type's name."),
    metadata: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Own keys and values.',
    },
    snapshot_id: nothing('there are no snapshots'),
    source_volid: nothing('volumes are not cloned'),
    replication_status: nothing('volumes are not replicated'),
    consistencygroup_id: nothing('there are no groups'),
    user_id: text('Id of the user who created it.'),
    migration_status: textOrNull('Admins only: null unless it was set by os-reset_status.'),
    bootable: {
      enum: ['true', 'false'],
      type: 'string',
      description: 'Whether servers can boot from it, as a text.',
    },
    encrypted: flag('Whether its data is encrypted.'),
    multiattach: flag('Whether several hosts may use it at once.'),
    attachments: {
      type: 'array',
      items: attachment,
      description: 'Only attachments that their hosts have confirmed.',
    },
    links: selfLinks,
    'os-vol-tenant-attr:tenant_id': text('Id of its project. In show and list only.'),
    'os-vol-host-attr:host': text('Admins only, in show and list: `clinker@<backend>#<backend>`.'),
    'os-vol-mig-status-attr:migstat': textOrNull(
      'Admins only, in show and list: the same as migration_status.',
    ),
    'os-vol-mig-status-attr:name_id': nothing('volumes do not migrate'),
    group_id: since('groups', nothing('there are no groups')),
    provider_id: since('provider-id', nothing('drivers identify volumes by their ids')),
    shared_targets: since(
      'shared-targets',
      flag('Whether its target may serve other volumes, so that the host must not log out carelessly.'),
    ),
    service_uuid: since('shared-targets', textOrNull("Id of its backend's service; null while it has none.")),
    cluster_name: since('cluster-name', nothing('there are no clusters')),
    encryption_key_id: since('encryption-key-id', text('Id of its key. Only if the volume has one.')),
    volume_type_id: since('volume-type-id', textOrNull("The type's id.")),
    consumes_quota: since('consumes-quota', flag('Whether it counts against the quota.')),
  },
  required: ['id', 'status', 'size', 'name', 'volume_type', 'metadata', 'multiattach', 'attachments'],
});

const one = only('volume', volume);

const listOf = (name: string, item: JsonSchema): JsonSchema =>
  page(name, 'volumes', item, {
    volumes_links: nextLinks,
    count: since('list-count', count('Number of all matches; only with with_count.')),
  });

const FIRST = { first: ['createVolume'] } as const;

const filter = (name: string, description: string): QueryDoc => ({
  name,
  description,
  schema: { type: 'string' },
});

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

const encryptionKey: JsonSchema = {
  type: 'object',
  properties: { encryption_key_id: textOrNull('Id of the key; null if the volume has none.') },
};

/** OpenAPI texts and schemas of the volume operations. */
export const volumeDocs = {
  list: {
    id: 'listVolumes',
    tag: TAG,
    summary: 'List volumes',
    description: "Ids and names of the project's volumes, newest first.",
    query,
    success: { status: 200, description: 'A page of volumes.', schema: listOf('VolumeSummaryList', summary) },
  },
  detail: {
    id: 'listVolumesDetail',
    tag: TAG,
    summary: 'List volumes with details',
    description: 'Like the plain list, with all properties of the volumes.',
    query,
    success: { status: 200, description: 'A page of volumes.', schema: listOf('VolumeList', volume) },
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
            description: 'The sums.',
            properties: {
              total_count: count('Number of volumes.'),
              total_size: count('Sum of their sizes in GiB.'),
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
    ...FIRST,
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
    ...FIRST,
    requests: {
      'name and metadata': { volume: { name: 'data', metadata: { purpose: 'demo' } } },
      description: { volume: { description: 'Data of the demo' } },
    },
    success: { status: 200, description: 'The volume.', schema: one },
    faults: { 404: UNKNOWN },
  },
  delete: {
    id: 'deleteVolume',
    tag: TAG,
    summary: 'Delete a volume',
    description:
      'Starts to delete the volume. If that fails, it becomes `error_deleting` and can be deleted again.',
    ...FIRST,
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
    ...FIRST,
    success: { status: 200, description: 'The key, null if there is none.', schema: encryptionKey },
    faults: { 404: UNKNOWN },
  },
  encryptionItem: {
    id: 'showVolumeEncryptionItem',
    tag: TAG,
    summary: "Show one item of a volume's encryption",
    description: 'The only item is `encryption_key_id`.',
    path: { key: 'encryption_key_id' },
    ...FIRST,
    success: {
      status: 200,
      description: 'The value; no body if there is none.',
      schema: text('The id of the key.'),
      mayBeEmpty: true,
    },
    faults: { 404: 'The project has no such volume, or the item does not exist.' },
  },
} as const satisfies Record<string, OperationDoc>;
