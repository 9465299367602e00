import type { JsonObject, OptionsOf } from 'clinker-driver';

/** The server validates a backend's options against this, and fills in the defaults. */
export const optionsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url', 'api_token'],
  properties: {
    url: {
      type: 'string',
      pattern: '^https?://[^/@\\s]+(/[^@\\s]*)?$',
      description: 'Address of the appliance’s API, without user and password.',
    },
    // Keys with "token", "password" or "secret" in their name are masked in all logs and messages.
    api_token: { type: 'string', minLength: 1, description: 'Token of an account that may manage volumes.' },
    timeout_s: {
      type: 'integer',
      minimum: 1,
      default: 30,
      description: 'Timeout of one request in seconds.',
    },
  },
} as const satisfies JsonObject;

export type AcmeOptions = OptionsOf<typeof optionsSchema>;
