import type { QueryDoc } from './describes.js';

/** Query parameters that every list has (SPEC 8.3, 8.4). */
export const pagingDocs: readonly QueryDoc[] = [
  {
    name: 'limit',
    description: 'Most rows to return; the server has a maximum. 0 gives an empty list.',
    schema: { type: 'integer', minimum: 0 },
  },
  {
    name: 'marker',
    description: 'Id of the last row seen; the page begins after it.',
    schema: { type: 'string' },
  },
  {
    name: 'offset',
    description: 'Rows to leave out after the marker.',
    schema: { type: 'integer', minimum: 0, maximum: 2147483647 },
  },
  {
    name: 'sort',
    description: '`key[:asc|desc]`, several separated by commas. Default: `created_at:desc`.',
    schema: { type: 'string' },
  },
];
