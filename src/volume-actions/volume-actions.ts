import { parseBoolean } from '../api/http/boolean-parameter.js';
import type { JsonSchema } from '../api/http/json-schema.js';
import { EXAMPLE_IDS } from '../api/openapi/example-ids.js';
import { WITHOUT_NUL } from '../api/http/text-patterns.js';
import type { Connector } from '../drivers/contract/index.js';
import { parseSize } from '../volumes/index.js';
import { type ActionAnswer, defineAction, type VolumeActions } from './define-action.js';
import type { LegacyAttach } from './legacy-attach.service.js';
import type { StatusReset } from './status-reset.js';

/** Spellings of a boolean that Cinder accepts, in its order: the error text lists them. */
const BOOLEAN: JsonSchema = {
  description: 'A boolean, or a text that stands for one.',
  enum: [
    ...[true, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes', 'y', 't'],
    ...[false, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no', 'n', 'f'],
  ],
};

const EXAMPLE_CONNECTOR = {
  initiator: 'iqn.1994-05.com.example:node-1',
  ip: '192.0.2.10',
  host: 'node-1',
  multipath: false,
};

/** The volume actions (docs/specification.md#actions), in the order of the OpenAPI document: the page sends the first one. */
export const VOLUME_ACTIONS: VolumeActions = {
  'os-set_bootable': defineAction<{ readonly bootable: boolean | string }>({
    schema: record('Sets whether servers can boot from the volume.', { bootable: BOOLEAN }, ['bootable']),
    rule: 'volume:update',
    example: { bootable: true },
    handle: async ({ marks }, { ctx, volumeId, value }) => {
      await marks.setBootable(ctx, volumeId, isTrue(value.bootable));
      return { status: 200 };
    },
  }),

  'os-reserve': defineAction({
    schema: anything('Marks an available volume as attaching, or a multiattach one in use.'),
    rule: 'volume_extension:volume_actions:reserve',
    example: null,
    handle: ({ marks }, { ctx, volumeId }) => accepted(marks.reserve(ctx, volumeId)),
  }),

  'os-unreserve': defineAction({
    schema: anything('Undoes os-reserve.'),
    rule: 'volume_extension:volume_actions:unreserve',
    example: null,
    handle: ({ marks }, { ctx, volumeId }) => accepted(marks.unreserve(ctx, volumeId)),
  }),

  'os-begin_detaching': defineAction({
    schema: anything('Marks an attached volume as detaching.'),
    rule: 'volume_extension:volume_actions:begin_detaching',
    example: null,
    handle: ({ marks }, { ctx, volumeId }) => accepted(marks.beginDetaching(ctx, volumeId)),
  }),

  'os-roll_detaching': defineAction({
    schema: anything('Undoes os-begin_detaching.'),
    rule: 'volume_extension:volume_actions:roll_detaching',
    example: null,
    handle: ({ marks }, { ctx, volumeId }) => accepted(marks.rollDetaching(ctx, volumeId)),
  }),

  'os-initialize_connection': defineAction<{ readonly connector: Connector }>({
    schema: record(
      'Exports the volume to a host without creating an attachment; returns 200 with connection_info, in which data is nested.',
      {
        connector: {
          type: 'object',
          description: 'Properties of the host, as os-brick collects them.',
        },
      },
      ['connector'],
    ),
    rule: 'volume_extension:volume_actions:initialize_connection',
    example: { connector: EXAMPLE_CONNECTOR },
    handle: async ({ connecting }, { ctx, volumeId, value }) => ({
      status: 200,
      body: { connection_info: await connecting.initialize(ctx, volumeId, value.connector) },
    }),
  }),

  'os-terminate_connection': defineAction<{ readonly connector: Connector | null }>({
    schema: record(
      'Undoes os-initialize_connection and os-reserve.',
      {
        connector: {
          type: ['object', 'null'],
          description:
            'The host, matched by those of initiator, ip and host that are given; null for every host.',
        },
      },
      ['connector'],
    ),
    rule: 'volume_extension:volume_actions:terminate_connection',
    example: { connector: EXAMPLE_CONNECTOR },
    handle: ({ disconnecting }, { ctx, volumeId, value }) =>
      accepted(disconnecting.terminate(ctx, volumeId, value.connector)),
  }),

  'os-force_detach': defineAction<{ readonly attachment_id?: string | null }>({
    schema: record(
      "Admins only: ends the access of an attachment's hosts by force and removes the attachment. 409 unless the driver confirms that they have lost access.",
      {
        attachment_id: {
          type: ['string', 'null'],
          description: 'Id of the attachment; required if there are several.',
        },
        connector: {
          type: ['string', 'object', 'null'],
          description: 'Ignored: the attachment knows its host.',
        },
      },
    ),
    rule: 'volume_extension:volume_admin_actions:force_detach',
    example: { attachment_id: EXAMPLE_IDS.attachment },
    handle: ({ attaching }, { ctx, volumeId, value }) =>
      accepted(attaching.forceDetach(ctx, volumeId, value.attachment_id ?? null)),
  }),

  'os-force_delete': defineAction({
    schema: anything('Admins only: deletes a volume in any state, unless it is attached.'),
    rule: 'volume_extension:volume_admin_actions:force_delete',
    example: {},
    handle: ({ deletion }, { ctx, volumeId }) => accepted(deletion.delete(ctx, volumeId, true)),
  }),

  'os-attach': defineAction<LegacyAttach>({
    schema: {
      ...record(
        'Records that a server or host uses the volume: creates an attachment in status attached.',
        {
          instance_uuid: { type: 'string', format: 'uuid', description: "The server's id." },
          host_name: { type: 'string', maxLength: 255, description: 'The host, if there is no server.' },
          mountpoint: {
            type: 'string',
            minLength: 1,
            maxLength: 255,
            pattern: WITHOUT_NUL,
            description: 'Device name on the server or host.',
          },
          mode: { type: 'string', enum: ['rw', 'ro'], description: 'Default: rw.' },
        },
        ['mountpoint'],
      ),
      anyOf: [{ required: ['instance_uuid'] }, { required: ['host_name'] }],
    },
    rule: 'volume_extension:volume_actions:attach',
    example: { instance_uuid: EXAMPLE_IDS.server, mountpoint: '/dev/vdb' },
    handle: ({ attaching }, { ctx, volumeId, value }) => accepted(attaching.attach(ctx, volumeId, value)),
  }),

  'os-detach': defineAction<{ readonly attachment_id?: string | null } | null>({
    schema: {
      ...record('Removes an attachment and ends its connection, if any.', {
        attachment_id: {
          anyOf: [{ type: 'string', format: 'uuid' }, { type: 'null' }],
          description: 'Id of the attachment; required if there are several.',
        },
      }),
      type: ['object', 'null'],
    },
    rule: 'volume_extension:volume_actions:detach',
    example: { attachment_id: EXAMPLE_IDS.attachment },
    handle: ({ attaching }, { ctx, volumeId, value }) =>
      accepted(attaching.detach(ctx, volumeId, value?.attachment_id ?? null)),
  }),

  'os-extend': defineAction<{ readonly new_size: number | string }>({
    schema: record(
      'Extends the volume; one in use only from 3.42.',
      {
        new_size: {
          type: ['integer', 'string'],
          minimum: 1,
          maximum: 2 ** 31 - 1,
          pattern: '^[0-9]+$',
          description: 'New size in GiB, larger than the current one.',
        },
      },
      ['new_size'],
    ),
    rule: 'volume:extend',
    example: { new_size: 2 },
    handle: ({ extension }, { ctx, volumeId, version, value }) =>
      accepted(
        extension.extend(ctx, volumeId, parseSize('new_size', value.new_size), version.has('extend-in-use')),
      ),
  }),

  'os-update_readonly_flag': defineAction<{ readonly readonly: boolean | string }>({
    schema: record('Makes an available volume read-only or writable.', { readonly: BOOLEAN }, ['readonly']),
    rule: 'volume:update_readonly_flag',
    example: { readonly: true },
    handle: ({ marks }, { ctx, volumeId, value }) =>
      accepted(marks.setReadonly(ctx, volumeId, isTrue(value.readonly))),
  }),

  'os-reset_status': defineAction<StatusReset>({
    schema: record(
      'Admins only: changes statuses in the database and nowhere else. At least one is required.',
      {
        status: statusOf('New status of the volume; deleting, error_deleting and detaching cannot be set.'),
        attach_status: statusOf('attached or detached; detached also removes the attachments.'),
        migration_status: statusOf('migrating, error, success, completing, none or starting.'),
      },
    ),
    rule: 'volume_extension:volume_admin_actions:reset_status',
    example: { status: 'available', attach_status: 'detached' },
    handle: ({ resets }, { ctx, volumeId, value }) => accepted(resets.reset(ctx, volumeId, value)),
  }),

  'os-show_image_metadata': defineAction({
    schema: anything('Returns 200 with an empty metadata object: volumes cannot be created from images.'),
    rule: 'volume:get_volume_metadata',
    example: null,
    handle: async ({ volumes }, { ctx, volumeId }) => {
      await volumes.find(ctx, volumeId);
      return { status: 200, body: { metadata: {} } };
    },
  }),
};

function anything(description: string): JsonSchema {
  return { description: `${description} The value is ignored.` };
}

function record(
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return { type: 'object', description, properties, required, additionalProperties: false };
}

function statusOf(description: string): JsonSchema {
  return { type: ['string', 'null'], description };
}

async function accepted(work: Promise<void>): Promise<ActionAnswer> {
  await work;
  return { status: 202 };
}

function isTrue(value: boolean | string): boolean {
  return parseBoolean(String(value)) === true;
}
