import type { JsonSchema } from '../http/json-schema.js';

type Node = Record<string, unknown>;

/**
 * Gives a schema its name among the document's components. Equal names must have equal schemas. The name is the
 * schema's title, so that validators ignore it.
 */
export const named = (name: string, schema: JsonSchema): JsonSchema => ({ title: name, ...schema });

/**
 * Moves every schema with a title below `node` to `schemas`, and leaves a reference.
 * @throws Error when two different schemas have one name.
 */
export function hoistSchemas(node: unknown, schemas: Record<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((one) => hoistSchemas(one, schemas));
  if (typeof node !== 'object' || node === null) return node;
  const documented = (node as Node)[DOCUMENTED_AS];
  if (documented !== undefined) return hoistSchemas(replacement(node as Node, documented), schemas);
  const inside: Node = {};
  for (const [key, value] of Object.entries(node))
    inside[key] = DATA.has(key) ? value : hoistSchemas(value, schemas);
  const { title } = inside;
  if (typeof title !== 'string') return inside;
  const known = schemas[title];
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(inside))
    throw new Error(`two different schemas are named ${title}`);
  schemas[title] = inside;
  return { $ref: `#/components/schemas/${title}` };
}

/** Keyword of a schema that checks less than its documentation says: its value is the documented schema. */
const DOCUMENTED_AS = 'x-documented-as';

function replacement({ type, description }: Node, documented: unknown): Node {
  const isNullable = Array.isArray(type) && type.includes('null');
  return { anyOf: [documented, ...(isNullable ? [{ type: 'null' }] : [])], description };
}

/** Keys whose values are examples and constants, not schemas. */
const DATA: ReadonlySet<string> = new Set(['example', 'examples', 'enum', 'const', 'default']);
