import type { OperationDoc, QueryDoc } from '../api/openapi/describes.js';
import { EXAMPLE_IDS } from '../api/openapi/example-ids.js';
import { named } from '../api/openapi/named-schemas.js';
import { pagingDocs } from '../api/openapi/paging-docs.js';
import { nextLinks, only, page, text, textOrNull, TIME } from '../api/openapi/property-schemas.js';
import type { JsonSchema } from '../api/http/json-schema.js';
import { connectionInfoDoc } from './connection-info.docs.js';
import { EXAMPLE_CONNECTORS } from './connector.docs.js';

const TAG = 'attachments';

const STATUS: JsonSchema = {
  type: 'string',
  enum: ['reserved', 'attaching', 'attached', 'detaching', 'error_attaching', 'error_detaching'],
  description:
    '`reserved`: holds the volume, not connected yet. `attaching`: exported; the host is connecting. `attached`: the host has confirmed the connection. `detaching`: being detached. `error_attaching`: the last update failed; update again or delete. `error_detaching`: os-detach failed and the host may still be connected; detach or delete again.',
};

const PROPERTIES = {
  id: text("The attachment's id, a UUID."),
  status: STATUS,
  instance: textOrNull('Id of the server that the volume is attached to; null if there is none.'),
  volume_id: text("The volume's id, a UUID."),
};

const summary: JsonSchema = named('AttachmentSummary', {
  type: 'object',
  description: 'An attachment in a plain list.',
  properties: PROPERTIES,
  required: ['id', 'status', 'instance', 'volume_id'],
});

const WHEN = `${TIME}; the empty string if it has not happened.`;

const detail: JsonSchema = named('Attachment', {
  type: 'object',
  description: "The binding of a volume to a server's host.",
  properties: {
    ...PROPERTIES,
    attached_at: text(`When the host was connected: ${WHEN}`),
    detached_at: text('Always empty: a detached attachment is no longer visible.'),
    attach_mode: textOrNull('`rw` or `ro`; the string `null` while it is unknown.'),
    connection_info: connectionInfoDoc,
  },
  required: [
    'id',
    'status',
    'instance',
    'volume_id',
    'attached_at',
    'detached_at',
    'attach_mode',
    'connection_info',
  ],
});

const nextLink: JsonSchema = {
  type: 'object',
  description: 'The same link, for other clients.',
  properties: { next: text('The address.') },
};

const listOf = (name: string, item: JsonSchema): JsonSchema =>
  page(name, 'attachments', item, {
    attachments_links: nextLinks,
    links: nextLink,
    next: text('The same link as a string.'),
  });

const one = only('attachment', detail);

const query: readonly QueryDoc[] = [
  { name: 'volume_id', description: 'Only attachments of this volume.', schema: { type: 'string' } },
  { name: 'instance_id', description: 'Only attachments for this server.', schema: { type: 'string' } },
  { name: 'attach_status', description: 'Only attachments in this state.', schema: { type: 'string' } },
  {
    name: 'status',
    description: 'Same as attach_status. In Cinder this filter finds nothing.',
    schema: { type: 'string' },
  },
  {
    name: 'all_tenants',
    description: 'Admins only: attachments of all projects. Otherwise ignored.',
    schema: { type: 'boolean' },
  },
  {
    name: 'project_id',
    description: 'Admins only, with all_tenants: only attachments of this project.',
    schema: { type: 'string' },
  },
  ...pagingDocs,
];

const BUSY =
  'The volume is not available (`status must be available or downloading to reserve, but the current status is …`), the driver rejects the connector, or the body is invalid.';

/** Header that makes a create repeatable. */
const idempotencyKeyDoc = {
  name: 'Idempotency-Key',
  required: false,
  description:
    'Makes the request safe to repeat: the same key with the same body returns the attachment that the first request created. 1 to 255 visible ASCII characters; remembered for idempotency_key_ttl_s.',
  schema: { type: 'string', maxLength: 255 },
} as const;

const FIRST = { first: ['createVolume', 'createAttachment'] } as const;

const HELD = { volume_uuid: EXAMPLE_IDS.volume, instance_uuid: EXAMPLE_IDS.server, mode: 'rw' } as const;

const UNSUPPORTED = "The backend's driver cannot do this.";

/** A request of each protocol, with a host's connector. */
function withConnector(attachment: (connector: object) => object): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Object.entries(EXAMPLE_CONNECTORS).map(([title, connector]) => [
      `with connector: ${title}`,
      { attachment: attachment(connector) },
    ]),
  );
}

/** OpenAPI texts and schemas of the attachment operations. */
export const attachmentDocs = {
  list: {
    id: 'listAttachments',
    tag: TAG,
    summary: 'List attachments',
    description:
      "The project's attachments in every state, newest first. From 3.31, unknown filters are rejected for callers who are not admins.",
    query,
    success: {
      status: 200,
      description: 'A page of attachments.',
      schema: listOf('AttachmentSummaryList', summary),
    },
    examples: { response: 'list' },
  },
  detail: {
    id: 'listAttachmentsDetail',
    tag: TAG,
    summary: 'List attachments with details',
    description: 'Like the plain list, with times, mode and connection_info.',
    query,
    success: { status: 200, description: 'A page of attachments.', schema: listOf('AttachmentList', detail) },
    examples: { response: 'detail' },
  },
  show: {
    id: 'showAttachment',
    tag: TAG,
    summary: 'Show an attachment',
    description: 'One attachment of the project, with everything that a host needs to connect.',
    ...FIRST,
    success: { status: 200, description: 'The attachment.', schema: one },
    faults: { 404: 'The project has no such attachment.' },
    examples: { response: 'show', ofEveryDriver: true },
  },
  create: {
    id: 'createAttachment',
    tag: TAG,
    summary: 'Create an attachment',
    description:
      'Reserves a volume. With a connector, the same request also exports the volume to that host; if that fails, nothing is left behind. The id in the response is the *attachment* id; volumes list it as `attachment_id`.',
    first: ['createVolume'],
    requests: {
      reserve: { attachment: HELD },
      ...withConnector((connector) => ({ ...HELD, connector })),
    },
    headers: [idempotencyKeyDoc],
    success: { status: 200, description: 'The attachment, reserved or attaching.', schema: one },
    faults: {
      400: BUSY,
      404: 'The project has no such volume.',
      409: "The Idempotency-Key was used with a different request, or its attachment has been deleted since. Or the volume is still held by another server's attachment although its status is available, or the backend's state does not allow it now.",
      500: 'The backend failed; the message says which one and why.',
      501: UNSUPPORTED,
    },
    examples: { response: 'create' },
  },
  update: {
    id: 'updateAttachment',
    tag: TAG,
    summary: 'Connect an attachment',
    description:
      'Exports the volume to the host that the connector describes and returns connection_info. May be repeated. If it fails, a reserved attachment becomes error_attaching; update it again or delete it.',
    ...FIRST,
    requests: withConnector((connector) => ({ connector })),
    success: { status: 200, description: 'The attachment, attaching.', schema: one },
    faults: {
      400: 'The driver rejects the connector; the message names the key.',
      404: 'The project has no such attachment.',
      409: "The volume is in an error state, or is not multiattach and another attachment is connected. Or the backend's state does not allow it now.",
      500: 'The backend failed; the message says which one and why.',
      501: UNSUPPORTED,
    },
    examples: { response: 'update', ofEveryDriver: true },
  },
  complete: {
    id: 'completeAttachment',
    tag: TAG,
    summary: 'Complete an attachment',
    description:
      'Confirms that the host is connected: the attachment becomes attached and the volume in-use. The value of os-complete is ignored; clients send null, {} or strings.',
    first: ['createVolume', 'createAttachment', 'updateAttachment'],
    requests: { complete: { 'os-complete': null } },
    success: { status: 204, description: 'Done.' },
    faults: { 404: 'The project has no such attachment.' },
  },
  delete: {
    id: 'deleteAttachment',
    tag: TAG,
    summary: 'Delete an attachment',
    description:
      "Ends the host's access and removes the attachment, in any state. The volume becomes available when its last attachment is removed. If the backend refuses, nothing changes and the message says why.",
    ...FIRST,
    success: {
      status: 200,
      description: "The volume's other attachments.",
      schema: listOf('AttachmentSummaryList', summary),
    },
    faults: {
      404: 'The project has no such attachment.',
      409: 'A server uses it: detach the volume through the Compute API. Or it was connected while it was being deleted.',
      500: "The backend failed to end the host's access; try again. Or a request to the Compute API failed.",
      501: UNSUPPORTED,
    },
    examples: { response: 'delete' },
  },
} as const satisfies Record<string, OperationDoc>;
