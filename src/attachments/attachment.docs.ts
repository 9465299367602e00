import type { OperationDoc, QueryDoc } from '../openapi/describes.js';
import { pagingDocs } from '../openapi/paging-docs.js';
import type { JsonSchema } from '../http/json-schema.js';

const TAG = 'attachments';

const STATUS: JsonSchema = {
  type: 'string',
  enum: ['reserved', 'attaching', 'attached', 'detaching', 'error_attaching', 'error_detaching'],
  description:
    'reserved: holds the volume, no connection yet. attaching: exported, the host is connecting. attached: the host has confirmed. error_attaching: the last update failed; update again or delete. error_detaching: os-detach failed, the host may still be connected; detach or delete again.',
};

const summary: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', description: 'The attachment.' },
    status: STATUS,
    instance: { type: ['string', 'null'], description: 'The server that the volume is attached to.' },
    volume_id: { type: 'string', description: 'The volume.' },
  },
  required: ['id', 'status', 'instance', 'volume_id'],
};

const TIME = 'UTC without a zone, `YYYY-MM-DDTHH:MM:SS.ffffff`; an empty text when it has not happened.';

const detail: JsonSchema = {
  type: 'object',
  properties: {
    ...(summary['properties'] as object),
    attached_at: { type: 'string', description: `When the connection was made. ${TIME}` },
    detached_at: { type: 'string', description: `Always empty for an attachment that can be seen. ${TIME}` },
    attach_mode: {
      type: ['string', 'null'],
      description: '`rw` or `ro`; the text `null` while it is not known.',
    },
    connection_info: {
      type: ['object', 'null'],
      description:
        "What the host's os-brick needs to connect: the driver's data, flat, with driver_volume_type, access_mode and attachment_id. Empty while reserved. Holds credentials, which callers with only the reader role do not see.",
    },
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
};

const links: JsonSchema = {
  type: 'array',
  description: 'The address of the next page, when this one is full.',
  items: { type: 'object', properties: { rel: { const: 'next' }, href: { type: 'string' } } },
};

const listOf = (item: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: { attachments: { type: 'array', items: item }, attachments_links: links },
  required: ['attachments'],
});

const one: JsonSchema = { type: 'object', properties: { attachment: detail }, required: ['attachment'] };

const query: readonly QueryDoc[] = [
  { name: 'volume_id', description: 'Only attachments of this volume.', schema: { type: 'string' } },
  { name: 'instance_id', description: 'Only attachments for this server.', schema: { type: 'string' } },
  { name: 'attach_status', description: 'Only attachments in this state.', schema: { type: 'string' } },
  {
    name: 'status',
    description: 'The same as attach_status; always empty in Cinder.',
    schema: { type: 'string' },
  },
  {
    name: 'all_tenants',
    description: 'Admins: attachments of all projects. Ignored for others.',
    schema: { type: 'boolean' },
  },
  {
    name: 'project_id',
    description: 'Admins, with all_tenants: only this project.',
    schema: { type: 'string' },
  },
  ...pagingDocs,
];

const BUSY =
  "The volume is not free (`status must be available or downloading to reserve, but the current status is …`), the driver finds the connector wanting, or the body's values are wrong.";

/** The header by which a create may be repeated. */
export const idempotencyKeyDoc = {
  name: 'Idempotency-Key',
  required: false,
  description:
    'Makes it safe to repeat the request: with the same key and the same body the answer is the attachment that the first one made. 1 to 255 visible ASCII characters; known for idempotency_key_ttl_s.',
  schema: { type: 'string', maxLength: 255 },
} as const;

/** Texts and schemas of the attachment operations for the OpenAPI document. */
export const attachmentDocs = {
  list: {
    id: 'listAttachments',
    tag: TAG,
    summary: 'List attachments',
    description:
      "The project's attachments, newest first, in every state. Filters of other names are refused to callers who are not admins from 3.31 on.",
    query,
    success: { status: 200, description: 'A page of attachments.', schema: listOf(summary) },
    examples: { response: 'list' },
  },
  detail: {
    id: 'listAttachmentsDetail',
    tag: TAG,
    summary: 'List attachments with details',
    description: 'As the plain list, with times, mode and connection_info.',
    query,
    success: { status: 200, description: 'A page of attachments.', schema: listOf(detail) },
    examples: { response: 'detail' },
  },
  show: {
    id: 'showAttachment',
    tag: TAG,
    summary: 'Show an attachment',
    description: 'One attachment of the project, with all that a host needs to connect.',
    success: { status: 200, description: 'The attachment.', schema: one },
    faults: { 404: 'There is no such attachment in the project.' },
    examples: { response: 'show', ofEveryDriver: true },
  },
  create: {
    id: 'createAttachment',
    tag: TAG,
    summary: 'Create an attachment',
    description:
      'Reserves a volume. With a connector, the volume is exported to that host within the same request; if that fails, nothing is left behind. The id in the answer is the *attachment* id; a volume lists it as `attachment_id`.',
    success: { status: 200, description: 'The attachment, reserved or attaching.', schema: one },
    faults: {
      400: BUSY,
      404: 'There is no such volume in the project.',
      409: 'The Idempotency-Key has been used for another request, or made an attachment that has been deleted since.',
      500: 'The backend failed; the text says which one and why.',
    },
    examples: { request: 'create', response: 'create' },
  },
  update: {
    id: 'updateAttachment',
    tag: TAG,
    summary: 'Connect an attachment',
    description:
      'Exports the volume to the host that the connector describes and answers with connection_info. May be repeated. After a failure a reservation shows error_attaching; update it again or delete it.',
    success: { status: 200, description: 'The attachment, attaching.', schema: one },
    faults: {
      400: 'The driver finds the connector wanting; the text names the key.',
      404: 'There is no such attachment in the project.',
      409: 'The volume is in an error state, or not multiattach and connected by another attachment.',
      500: 'The backend failed; the text says which one and why.',
    },
    examples: { request: 'update', response: 'update', ofEveryDriver: true },
  },
  complete: {
    id: 'completeAttachment',
    tag: TAG,
    summary: 'Complete an attachment',
    description:
      'Says that the host is connected: the attachment becomes attached, the volume in-use. The value of os-complete means nothing; null, {} and texts are all sent by clients.',
    success: { status: 204, description: 'Done.' },
    faults: { 404: 'There is no such attachment in the project.' },
    examples: { request: 'complete' },
  },
  delete: {
    id: 'deleteAttachment',
    tag: TAG,
    summary: 'Delete an attachment',
    description:
      "Ends the host's access and removes the attachment, whatever its state. The volume is available once its last attachment is gone. If the backend refuses, nothing changes and the text says why.",
    success: { status: 200, description: "The volume's other attachments.", schema: listOf(summary) },
    faults: {
      404: 'There is no such attachment in the project.',
      409: 'A server uses it: detach the volume by the Compute API. Or it was connected while it was being deleted.',
      500: 'The backend failed to cut the host off; try again. Or the Compute API failed when it was asked.',
    },
    examples: { response: 'delete' },
  },
} as const satisfies Record<string, OperationDoc>;
