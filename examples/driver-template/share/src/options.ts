import type { JsonObject, OptionsOf } from 'clinker-driver';

/** The server validates a backend's options against this, and fills in the defaults. */
export const optionsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['folder', 'server'],
  properties: {
    folder: {
      type: 'string',
      pattern: '^/[^"\\s]*$',
      description:
        'Folder for the volumes. Each has a folder of its own there, which is exported separately.',
    },
    server: {
      type: 'string',
      pattern: '^[a-zA-Z0-9.:\\[\\]-]+$',
      description: 'Name or address under which hosts reach the NFS server of this machine.',
    },
    exports_folder: {
      type: 'string',
      pattern: '^/[^"\\s]*$',
      default: '/etc/exports.d',
      description: 'Folder of the files that exportfs reads.',
    },
    exportfs: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      default: ['exportfs'],
      description:
        'The program, with arguments that each of its commands begins with; for example sudo -n exportfs.',
    },
    timeout_s: {
      type: 'integer',
      minimum: 1,
      default: 30,
      description: 'Timeout of one command in seconds.',
    },
  },
} as const satisfies JsonObject;

export type AcmeOptions = OptionsOf<typeof optionsSchema>;
