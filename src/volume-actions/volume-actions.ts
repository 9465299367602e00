import type { PolicyRule } from '../auth/policy.js';
import type { AccessMode } from '../drivers/contract/index.js';
import type { ActionBody } from '../http/body.js';
import type { JsonSchema } from '../http/json-schema.js';
import { VersionTable } from '../microversion/version-table.js';

/** What the body of each action holds under the action's name. */
export interface ActionValues {
  readonly 'os-reserve': unknown;
  readonly 'os-unreserve': unknown;
  readonly 'os-begin_detaching': unknown;
  readonly 'os-roll_detaching': unknown;
  readonly 'os-initialize_connection': { readonly connector: object | string };
  readonly 'os-terminate_connection': { readonly connector: object | string | null };
  readonly 'os-force_detach': {
    readonly attachment_id?: string | null;
    readonly connector?: object | string | null;
  };
  readonly 'os-force_delete': unknown;
  readonly 'os-attach': LegacyAttach;
  readonly 'os-detach': { readonly attachment_id?: string | null } | null;
  readonly 'os-extend': { readonly new_size: number | string };
  readonly 'os-set_bootable': { readonly bootable: boolean | string };
  readonly 'os-update_readonly_flag': { readonly readonly: boolean | string };
  readonly 'os-reset_status': StatusReset;
}

/** Where a volume was attached; at least one of server and host. */
export interface LegacyAttach {
  readonly mountpoint: string;
  readonly instance_uuid?: string;
  readonly host_name?: string;
  readonly mode?: AccessMode;
}

/** Statuses that an admin wants a volume to have; what is absent, null or empty stays. */
export interface StatusReset {
  readonly status?: string | null;
  readonly attach_status?: string | null;
  readonly migration_status?: string | null;
}

export type ActionName = keyof ActionValues;

/** The spellings of a boolean that Cinder takes, in its order: the refusal lists them. */
const BOOLEAN: JsonSchema = {
  enum: [
    ...[true, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes', 'y', 't'],
    ...[false, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no', 'n', 'f'],
  ],
};

const anything = (description: string): JsonSchema => ({ description: `${description} Any value.` });

const record = (
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema => ({ type: 'object', description, properties, required, additionalProperties: false });

const statusOf = (description: string): JsonSchema => ({ type: ['string', 'null'], description });

function body(name: ActionName, value: JsonSchema, example: unknown): ActionBody {
  const schema = {
    type: 'object',
    properties: { [name]: value },
    required: [name],
    additionalProperties: false,
  };
  return { schemas: new VersionTable<JsonSchema>(['base', schema]), example: { [name]: example } };
}

const EXAMPLE_CONNECTOR = {
  initiator: 'iqn.1994-05.com.example:node-1',
  ip: '192.0.2.10',
  host: 'node-1',
  multipath: false,
};

/** The bodies of the actions (SPEC 22), as Cinder's schemas have them. */
export const ACTION_BODIES: Readonly<Record<ActionName, ActionBody>> = {
  'os-reserve': body(
    'os-reserve',
    anything('Marks an available volume as attaching, or a multiattach one in use.'),
    null,
  ),
  'os-unreserve': body('os-unreserve', anything('Takes the mark of os-reserve away.'), null),
  'os-begin_detaching': body('os-begin_detaching', anything('Marks an attached volume as detaching.'), null),
  'os-roll_detaching': body('os-roll_detaching', anything('Takes that mark away.'), null),
  'os-initialize_connection': body(
    'os-initialize_connection',
    record(
      'Exports the volume to a host without an attachment; answers 200 with connection_info, in which data is nested.',
      {
        connector: {
          type: ['object', 'string'],
          description: 'What the host says about itself, as os-brick collects it.',
        },
      },
      ['connector'],
    ),
    { connector: EXAMPLE_CONNECTOR },
  ),
  'os-terminate_connection': body(
    'os-terminate_connection',
    record(
      'Ends what os-initialize_connection began, and takes the mark of os-reserve away.',
      {
        connector: {
          type: ['string', 'object', 'null'],
          description:
            'The host, by its initiator, ip and host as far as they are given; null for every host.',
        },
      },
      ['connector'],
    ),
    { connector: EXAMPLE_CONNECTOR },
  ),
  'os-force_detach': body(
    'os-force_detach',
    record(
      'Admins: cuts off the hosts of an attachment, whatever they do, and removes it. 409 unless the driver confirms that they are cut off.',
      {
        attachment_id: {
          type: ['string', 'null'],
          description: 'The attachment; needed when there are several.',
        },
        connector: {
          type: ['string', 'object', 'null'],
          description: 'Without effect: the attachment knows its host.',
        },
      },
    ),
    { attachment_id: '387b5f02-22d1-4b30-983f-58221fb2d26a' },
  ),
  'os-force_delete': body(
    'os-force_delete',
    anything('Admins: deletes a volume in any state, unless something is attached.'),
    {},
  ),
  'os-attach': body(
    'os-attach',
    {
      ...record(
        'Says that a server or host uses the volume; makes an attachment that is attached.',
        {
          instance_uuid: { type: 'string', format: 'uuid', description: 'The server.' },
          host_name: { type: 'string', maxLength: 255, description: 'The host, where there is no server.' },
          mountpoint: {
            type: 'string',
            minLength: 1,
            maxLength: 255,
            pattern: '^[^\\u0000]*$',
            description: 'The device there.',
          },
          mode: { type: 'string', enum: ['rw', 'ro'], description: 'rw when absent.' },
        },
        ['mountpoint'],
      ),
      anyOf: [{ required: ['instance_uuid'] }, { required: ['host_name'] }],
    },
    { instance_uuid: '5f4c2e1a-8a3d-4f0e-9d0b-1c2d3e4f5a6b', mountpoint: '/dev/vdb' },
  ),
  'os-detach': body(
    'os-detach',
    {
      ...record('Removes an attachment, and ends its connection if it has one.', {
        attachment_id: {
          anyOf: [{ type: 'string', format: 'uuid' }, { type: 'null' }],
          description: 'The attachment; needed when there are several.',
        },
      }),
      type: ['object', 'null'],
    },
    { attachment_id: '387b5f02-22d1-4b30-983f-58221fb2d26a' },
  ),
  'os-extend': body(
    'os-extend',
    record(
      'Makes the volume larger. A volume in use only from 3.42 on.',
      {
        new_size: {
          type: ['integer', 'string'],
          minimum: 1,
          maximum: 2 ** 31 - 1,
          pattern: '^[0-9]+$',
          description: 'GiB; more than now.',
        },
      },
      ['new_size'],
    ),
    { new_size: 2 },
  ),
  'os-set_bootable': body(
    'os-set_bootable',
    record('Says whether servers can boot from the volume.', { bootable: BOOLEAN }, ['bootable']),
    { bootable: true },
  ),
  'os-update_readonly_flag': body(
    'os-update_readonly_flag',
    record('Makes an available volume read-only, or writable.', { readonly: BOOLEAN }, ['readonly']),
    { readonly: true },
  ),
  'os-reset_status': body(
    'os-reset_status',
    record('Admins: changes statuses in the database and nowhere else. At least one is needed.', {
      status: statusOf('The status of the volume; not deleting, error_deleting or detaching.'),
      attach_status: statusOf('attached or detached; detached also removes the attachments.'),
      migration_status: statusOf('migrating, error, success, completing, none or starting.'),
    }),
    { status: 'available', attach_status: 'detached' },
  ),
};

/** Who may do what, by Cinder's rules. */
export const ACTION_RULES: Readonly<Record<ActionName, PolicyRule>> = {
  'os-reserve': 'volume_extension:volume_actions:reserve',
  'os-unreserve': 'volume_extension:volume_actions:unreserve',
  'os-begin_detaching': 'volume_extension:volume_actions:begin_detaching',
  'os-roll_detaching': 'volume_extension:volume_actions:roll_detaching',
  'os-initialize_connection': 'volume_extension:volume_actions:initialize_connection',
  'os-terminate_connection': 'volume_extension:volume_actions:terminate_connection',
  'os-force_detach': 'volume_extension:volume_admin_actions:force_detach',
  'os-force_delete': 'volume_extension:volume_admin_actions:force_delete',
  'os-attach': 'volume_extension:volume_actions:attach',
  'os-detach': 'volume_extension:volume_actions:detach',
  'os-extend': 'volume:extend',
  'os-set_bootable': 'volume:update',
  'os-update_readonly_flag': 'volume:update_readonly_flag',
  'os-reset_status': 'volume_extension:volume_admin_actions:reset_status',
};
