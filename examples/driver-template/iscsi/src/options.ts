import type { JsonObject, OptionsOf } from 'clinker-driver';

/** The server validates a backend's options against this, and fills in the defaults. */
export const optionsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['folder', 'portal'],
  properties: {
    folder: {
      type: 'string',
      pattern: '^/[^"\\s]*$',
      description: 'Folder for the volumes, which are sparse files.',
    },
    portal: {
      type: 'string',
      pattern: '^(\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:]+\\]):\\d{1,5}$',
      description: 'Address and port at which hosts reach tgtd.',
    },
    control_port: {
      type: 'integer',
      minimum: 0,
      maximum: 65_535,
      default: 0,
      description: 'Control port of tgtd (its option -C).',
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
