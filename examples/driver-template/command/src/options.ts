import type { JsonObject, OptionsOf } from 'clinker-driver';

/** The server validates a backend's options against this, and fills in the defaults. */
export const optionsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['storage_password'],
  properties: {
    command: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      default: ['acmectl'],
      description: 'The tool, with arguments that each of its commands begins with.',
    },
    // Keys with "token", "password" or "secret" in their name are masked in all logs and messages.
    storage_password: { type: 'string', minLength: 1, description: 'Password that the tool asks for.' },
    timeout_s: {
      type: 'integer',
      minimum: 1,
      default: 30,
      description: 'Timeout of one command in seconds.',
    },
  },
} as const satisfies JsonObject;

export type AcmeOptions = OptionsOf<typeof optionsSchema>;
