import type { JsonSchema } from '../api/http/json-schema.js';
import { named } from '../api/openapi/named-schemas.js';
import { count, flag, text, textOrNull } from '../api/openapi/property-schemas.js';

const CREDENTIAL = 'Hidden from callers with only the reader role.';

/** Keys of every protocol. */
const COMMON = {
  attachment_id: text("The attachment's id."),
  access_mode: {
    type: 'string',
    enum: ['rw', 'ro'],
    description: 'What the host may do: read-write or read-only.',
  },
  encrypted: flag('Whether the data is encrypted.'),
  cacheable: flag('Whether the host may cache writes.'),
  qos_specs: { type: ['object', 'null'], description: 'Always null: there are no QoS specs.' },
  enforce_multipath: { description: 'As in the connector; false by default.' },
} satisfies Record<string, JsonSchema>;

const list = (items: JsonSchema, description: string): JsonSchema => ({ type: 'array', items, description });

const iscsi: JsonSchema = named('IscsiConnectionInfo', {
  type: 'object',
  description: 'How a host logs in to an iSCSI target.',
  properties: {
    driver_volume_type: { type: 'string', const: 'iscsi', description: "os-brick's protocol." },
    target_portal: text('Address of the target, `ip:port`.'),
    target_iqn: text('Qualified name of the target.'),
    target_lun: count('Number of the logical unit.'),
    target_portals: list({ type: 'string' }, 'With multipath: every address.'),
    target_iqns: list({ type: 'string' }, 'With multipath: the target of each address.'),
    target_luns: list({ type: 'integer' }, 'With multipath: the logical unit of each address.'),
    target_discovered: flag('Always false: the host needs no discovery.'),
    auth_method: { type: 'string', const: 'CHAP', description: 'How the host logs in.' },
    auth_username: text(`Name of the CHAP login. ${CREDENTIAL}`),
    auth_password: text(`Secret of the CHAP login. ${CREDENTIAL}`),
    volume_id: text("The volume's id."),
    wwn: text('World-wide name of the device, by which the host recognises it.'),
    discard: flag('Whether the host may discard blocks.'),
    ...COMMON,
  },
  required: ['driver_volume_type'],
  additionalProperties: true,
});

const nfs: JsonSchema = named('NfsConnectionInfo', {
  type: 'object',
  description: 'How a host mounts a share and finds the file of the volume.',
  properties: {
    driver_volume_type: { type: 'string', const: 'nfs', description: "os-brick's protocol." },
    export: text('The share, `server:/path`.'),
    name: text('Name of the file on the share.'),
    options: textOrNull('Options for mount, beginning with `-o`; null for none.'),
    format: { type: 'string', enum: ['raw', 'qcow2'], description: 'Format of the file.' },
    mount_point_base: text('Folder under which the host mounts shares.'),
    ...COMMON,
  },
  required: ['driver_volume_type'],
  additionalProperties: true,
});

const other: JsonSchema = named('OtherConnectionInfo', {
  type: 'object',
  description: 'The data of another driver; without keys while the attachment is reserved.',
  properties: { driver_volume_type: text("os-brick's protocol, for example `rbd`."), ...COMMON },
  additionalProperties: true,
});

/** What a host needs to connect, by driver_volume_type. */
export const connectionInfoDoc: JsonSchema = {
  anyOf: [iscsi, nfs, other, { type: 'null' }],
  description:
    "What os-brick on the host needs to connect: the driver's data, flat, with driver_volume_type, access_mode and attachment_id. Empty while reserved. Contains credentials, which are hidden from callers with only the reader role.",
};
