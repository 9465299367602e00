import type { JsonSchema } from '../http/json-schema.js';
import type { OperationDoc } from '../openapi/describes.js';
import { FINDING_KINDS } from './finding.js';

const TAG = 'operators';

const report: JsonSchema = {
  type: 'object',
  properties: {
    consistency: {
      type: 'object',
      properties: {
        findings: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              kind: {
                type: 'string',
                enum: Object.keys(FINDING_KINDS),
                description: Object.entries(FINDING_KINDS)
                  .map(([kind, text]) => `\`${kind}\`: ${text}.`)
                  .join(' '),
              },
              volume_id: { type: 'string' },
              backend: { type: ['string', 'null'] },
              description: { type: 'string', description: 'What was found, in words.' },
              repair: {
                type: 'string',
                enum: ['manual', 'possible', 'done', 'failed'],
                description:
                  '`manual`: no repair is safe without a person. `possible`: the action `repair` has one. `done`, `failed`: what became of it.',
              },
            },
            required: ['kind', 'volume_id', 'backend', 'description', 'repair'],
          },
        },
        unchecked: {
          type: 'array',
          description: 'Backends that could not be looked at.',
          items: {
            type: 'object',
            properties: { backend: { type: 'string' }, reason: { type: 'string' } },
            required: ['backend', 'reason'],
          },
        },
      },
      required: ['findings', 'unchecked'],
    },
  },
  required: ['consistency'],
};

/** Texts and schemas of the consistency check for the OpenAPI document. */
export const consistencyDocs = {
  examine: {
    id: 'examineConsistency',
    tag: TAG,
    summary: 'List what is inconsistent',
    description:
      'Compares the database with itself and with every backend: all connected volumes and all exports, each under its lock. Changes nothing. Takes as long as the backends need. Not part of Cinder.',
    success: { status: 200, description: 'What was found.', schema: report },
  },
  repair: {
    id: 'repairConsistency',
    tag: TAG,
    summary: 'Repair what is inconsistent',
    description:
      'The action `repair` ends open work, restores missing exports, withdraws exports and access that no attachment justifies, and corrects the status of volumes. It never deletes a volume. Not part of Cinder.',
    success: { status: 200, description: 'What was found, and what became of each.', schema: report },
  },
} satisfies Record<string, OperationDoc>;
