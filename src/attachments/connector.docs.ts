import type { JsonSchema } from '../api/http/json-schema.js';
import { named } from '../api/openapi/named-schemas.js';
import { flag, text } from '../api/openapi/property-schemas.js';

/** Documents a connector. The server itself checks only the keys that its driver reads. */
export const connectorDoc: JsonSchema = named('Connector', {
  type: 'object',
  description:
    "Properties of the host, as os-brick's `get_connector_properties` collects them. iSCSI needs `initiator`; NFS needs `ip`. Other keys are accepted and ignored.",
  properties: {
    host: text('Name of the host, at most 255 characters. Attachments are listed and compared by it.'),
    initiator: text(
      "iSCSI: qualified name of the host's initiator, for example `iqn.1994-05.com.example:node-1`.",
    ),
    ip: text("NFS: the host's address for storage traffic, to which a share is exported."),
    multipath: {
      type: ['boolean', 'string'],
      description: 'iSCSI: true if the host wants every portal of the target.',
    },
    enforce_multipath: flag('Returned in connection_info: the host must fail if it has no multipath.'),
    mode: { type: 'string', enum: ['rw', 'ro'], description: 'Read-write or read-only; rw by default.' },
    mountpoint: text('Device name on the server, for example `/dev/vdb`; volumes show it as `device`.'),
    platform: text("The host's processor, for example `x86_64`."),
    os_type: text("The host's operating system, for example `linux`."),
    wwpns: {
      type: 'array',
      items: { type: 'string' },
      description: 'Fibre Channel: ports; for drivers of your own.',
    },
    nqn: text('NVMe: qualified name of the host; for drivers of your own.'),
    system_uuid: text('UUID of the host.'),
  },
  additionalProperties: true,
});

const HOST = { host: 'node-1', ip: '192.0.2.10', platform: 'x86_64', os_type: 'linux' };

/** A host's connector for each protocol, by title. */
export const EXAMPLE_CONNECTORS = {
  iSCSI: { initiator: 'iqn.1994-05.com.example:node-1', ...HOST, multipath: false, mountpoint: '/dev/vdb' },
  'iSCSI, multipath': { initiator: 'iqn.1994-05.com.example:node-1', ...HOST, multipath: true },
  NFS: { ...HOST, mountpoint: '/dev/vdb' },
} as const;
