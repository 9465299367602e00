import type { BodySchemas } from '../../api/http/body.js';
import type { JsonSchema } from '../../api/http/json-schema.js';
import { WITHOUT_NUL } from '../../api/http/text-patterns.js';
import { VersionTable } from '../../microversion/version-table.js';

/** Body of the action `fence`. */
export interface FenceBody {
  readonly fence: { readonly host: string; readonly marker?: string | null };
}

const schema: JsonSchema = {
  type: 'object',
  properties: {
    fence: {
      type: 'object',
      description: 'The host to be cut off.',
      properties: {
        host: {
          type: 'string',
          minLength: 1,
          maxLength: 255,
          pattern: WITHOUT_NUL,
          description: "Name of the host, exactly as the connectors' `host` has it.",
        },
        marker: {
          type: ['string', 'null'],
          maxLength: 100,
          description: 'The `next_marker` of the previous response.',
        },
      },
      required: ['host'],
      additionalProperties: false,
    },
  },
  required: ['fence'],
  additionalProperties: false,
};

/** Bodies of the actions on hosts. */
export const hostActionBodies: BodySchemas = new VersionTable<JsonSchema>(['base', schema]);
