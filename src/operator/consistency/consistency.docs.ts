import type { JsonSchema } from '../../api/http/json-schema.js';
import type { OperationDoc } from '../../api/openapi/describes.js';
import { named } from '../../api/openapi/named-schemas.js';
import { only, text, textOrNull } from '../../api/openapi/property-schemas.js';
import { FINDING_KINDS } from './finding.js';

const TAG = 'operators';

const finding: JsonSchema = named('Finding', {
  type: 'object',
  description: 'An inconsistency.',
  properties: {
    kind: {
      type: 'string',
      enum: Object.keys(FINDING_KINDS),
      description: Object.entries(FINDING_KINDS)
        .map(([kind, meaning]) => `\`${kind}\`: ${meaning}.`)
        .join(' '),
    },
    volume_id: text("The volume's id."),
    backend: textOrNull('Name of its backend; null if it has none.'),
    description: text('Human-readable description.'),
    repair: {
      type: 'string',
      enum: ['manual', 'possible', 'done', 'failed'],
      description:
        '`manual`: not safe to repair automatically. `possible`: the action `repair` can repair it. `done`, `failed`: outcome of the repair.',
    },
  },
  required: ['kind', 'volume_id', 'backend', 'description', 'repair'],
});

const report = only(
  'consistency',
  named('ConsistencyReport', {
    type: 'object',
    description: 'Part of a check.',
    properties: {
      findings: { type: 'array', items: finding, description: 'The inconsistencies.' },
      unchecked: {
        type: 'array',
        description: 'Backends that could not be checked; `nova` if Nova could not be queried.',
        items: {
          type: 'object',
          properties: { backend: text('Name of the backend.'), reason: text('Why it was not checked.') },
          required: ['backend', 'reason'],
        },
      },
      elsewhere: {
        type: 'array',
        description:
          'Backends whose volume nodes compare their exports, at an API replica. Ask each node for the rest of the check.',
        items: {
          type: 'object',
          properties: {
            backend: text('Name of the backend.'),
            node: text('Name of its volume node, which is running.'),
          },
          required: ['backend', 'node'],
        },
      },
      next_marker: textOrNull('Pass this as `marker` to check the next volumes; null if there are no more.'),
    },
    required: ['findings', 'unchecked', 'elsewhere', 'next_marker'],
  }),
);

const query = [
  {
    name: 'marker',
    description: 'The `next_marker` of the previous response. Volumes are checked in the order of their ids.',
    schema: { type: 'string', format: 'uuid' },
  },
] as const;

/** OpenAPI texts and schemas of the consistency check. */
export const consistencyDocs = {
  examine: {
    id: 'examineConsistency',
    tag: TAG,
    summary: 'List inconsistencies',
    description:
      'Checks the database for inconsistencies and compares it with every backend: all connected volumes and all exports, each under its lock. With `nova_endpoint`, the first response also compares the attachments of servers with those that Nova knows. Changes nothing. A response covers part of the volumes: it is sent after a few seconds, or when there are many findings. Not part of Cinder.',
    query,
    success: { status: 200, description: 'The findings.', schema: report },
  },
  repair: {
    id: 'repairConsistency',
    tag: TAG,
    summary: 'Repair inconsistencies',
    description:
      'The action `repair` finishes open work, restores missing exports, removes exports and access that no attachment justifies, removes attachments that Nova does not use according to this and an earlier check, and corrects the status of volumes. It never deletes a volume. A response covers part of the volumes, as in a check. Not part of Cinder.',
    requests: { repair: { repair: null } },
    query,
    success: { status: 200, description: 'The findings and the outcome of each repair.', schema: report },
  },
} satisfies Record<string, OperationDoc>;
