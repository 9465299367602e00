import type { JsonSchema } from '../http/json-schema.js';
import { NEVER, type OperationDoc } from '../openapi/describes.js';
import type { AbsentResource } from './absent-resources.js';

const TAG = 'not kept';

/** OpenAPI texts and schemas of an absent resource's operations. */
export function absentDocs({
  collection,
  nouns: [many, one],
  name,
}: AbsentResource): Record<'list' | 'detail' | 'show', OperationDoc> {
  const description = 'Not supported: always an empty list, whatever the query.';
  const schema: JsonSchema = {
    type: 'object',
    properties: {
      [collection]: {
        type: 'array',
        maxItems: 0,
        items: { type: 'object' },
        description: `The ${many}: none.`,
      },
    },
    required: [collection],
    additionalProperties: false,
  };
  const success = { status: 200, description: 'An empty list.', schema };
  return {
    list: { id: `list${name}s`, tag: TAG, summary: `List ${many}`, description, success },
    detail: {
      id: `list${name}sDetail`,
      tag: TAG,
      summary: `List ${many} with details`,
      description,
      success,
    },
    show: {
      id: `show${name}`,
      tag: TAG,
      summary: `Show a ${one}`,
      description: 'Not supported: always 404.',
      success: { status: 200, description: NEVER },
      faults: { 404: 'Not found.' },
    },
  };
}
