import type { JsonSchema } from '../../api/http/json-schema.js';
import type { OperationDoc } from '../../api/openapi/describes.js';
import { named } from '../../api/openapi/named-schemas.js';
import { page, text, textOrNull } from '../../api/openapi/property-schemas.js';

const TAG = 'deployment';

const pool: JsonSchema = named('Pool', {
  type: 'object',
  description: "A backend's only pool.",
  properties: {
    name: text('`clinker@<backend>#<backend>`.'),
    capabilities: {
      type: 'object',
      additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
      description:
        'With `detail`: what it can do, and its space (`…_capacity_gb`, in GiB; `unknown` if the backend does not say).',
    },
  },
  additionalProperties: true,
});

const capabilities: JsonSchema = named('Capabilities', {
  type: 'object',
  description: 'What a backend can do.',
  properties: {
    namespace: text('`OS::Storage::Capabilities::<host>`.'),
    volume_backend_name: text('Name of the backend, which a type can require.'),
    storage_protocol: text('How hosts connect, for example `iSCSI`.'),
    vendor_name: text('Always `Open Source`.'),
    driver_version: text("Version of the driver's contract."),
    pool_name: textOrNull('Always null: the backend is its only pool.'),
  },
  additionalProperties: true,
});

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
      schema: page('PoolList', 'pools', pool, {}),
    },
    faults: { 404: 'The volume type does not exist.' },
  },
  capabilities: {
    id: 'showCapabilities',
    tag: TAG,
    summary: 'Show the capabilities of a backend',
    description: 'The backend is named by its host, `clinker@<backend>`.',
    success: { status: 200, description: 'The capabilities.', schema: capabilities },
    faults: { 404: 'The backend does not exist.' },
  },
} as const satisfies Record<string, OperationDoc>;
