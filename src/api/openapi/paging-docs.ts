import type { QueryDoc } from './describes.js';

/** Query parameters of every list (docs/specification.md#lists). */
export const pagingDocs: readonly QueryDoc[] = [
  {
    name: 'limit',
    description: 'Maximum number of rows; the server has its own maximum. 0 returns an empty list.',
    schema: { type: 'integer', minimum: 0 },
  },
  {
    name: 'marker',
    description: 'Id of the last row seen; the page starts after it.',
    schema: { type: 'string' },
  },
  {
    name: 'offset',
    description: 'Number of rows to skip after the marker.',
    schema: { type: 'integer', minimum: 0, maximum: 2147483647 },
  },
  {
    name: 'sort',
    description: '`key[:asc|desc]`, several separated by commas. Default: `created_at:desc`.',
    schema: { type: 'string' },
  },
  {
    name: 'sort_key',
    description: 'Deprecated: the key to sort by. Not together with `sort`.',
    schema: { type: 'string' },
  },
  {
    name: 'sort_dir',
    description: 'Deprecated: the direction of `sort_key`.',
    schema: { type: 'string', enum: ['asc', 'desc'] },
  },
];
