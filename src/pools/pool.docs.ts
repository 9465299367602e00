import type { OperationDoc } from '../openapi/describes.js';

const TAG = 'deployment';

/** Texts and schemas of the operations about the backends for the OpenAPI document. */
export const poolDocs = {
  list: {
    id: 'listPools',
    tag: TAG,
    summary: 'List pools',
    description:
      'The backends as pools, each its only one. From 3.28 any other parameter filters by a capability of that name, or by `name`.',
    query: [
      {
        name: 'detail',
        description: '`true`: with capacity, protocol and what is allocated.',
        schema: { type: 'string' },
      },
      {
        name: 'volume_type',
        description: 'From 3.35: name or id of a volume type; only the pools that its volumes may go to.',
        schema: { type: 'string' },
      },
    ],
    success: {
      status: 200,
      description: 'The pools.',
      schema: {
        type: 'object',
        properties: { pools: { type: 'array', items: { type: 'object' } } },
        required: ['pools'],
      },
    },
    faults: { 404: 'There is no such volume type.' },
  },
  capabilities: {
    id: 'showCapabilities',
    tag: TAG,
    summary: 'Show what a backend can do',
    description: 'By the name of its host, `clinker@<backend>`.',
    success: { status: 200, description: 'The capabilities.', schema: { type: 'object' } },
    faults: { 404: 'There is no such backend.' },
  },
} as const satisfies Record<string, OperationDoc>;
