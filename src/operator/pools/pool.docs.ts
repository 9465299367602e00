import type { OperationDoc } from '../../api/openapi/describes.js';

const TAG = 'deployment';

/** OpenAPI texts and schemas of the pool operations. */
export const poolDocs = {
  list: {
    id: 'listPools',
    tag: TAG,
    summary: 'List pools',
    description:
      'The pools; each backend has exactly one. From 3.28 to 3.30 any other parameter filters by a capability of that name; from 3.31 it is rejected.',
    query: [
      {
        name: 'detail',
        description: '`true` adds capacity, protocol and allocated space.',
        schema: { type: 'string' },
      },
      { name: 'name', description: 'From 3.28: only the pool of this name.', schema: { type: 'string' } },
      {
        name: 'volume_type',
        description: 'From 3.35: name or id of a volume type; only pools that may hold its volumes.',
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
    faults: { 404: 'The volume type does not exist.' },
  },
  capabilities: {
    id: 'showCapabilities',
    tag: TAG,
    summary: 'Show the capabilities of a backend',
    description: 'The backend is named by its host, `clinker@<backend>`.',
    success: { status: 200, description: 'The capabilities.', schema: { type: 'object' } },
    faults: { 404: 'The backend does not exist.' },
  },
} as const satisfies Record<string, OperationDoc>;
