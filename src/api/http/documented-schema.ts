import type { VersionTable } from '../../microversion/version-table.js';
import type { JsonSchema } from './json-schema.js';

/** Returns a body's newest schema. Properties added later are marked with the version that added them. */
export function documentedSchema(schemas: VersionTable<JsonSchema>): object {
  const [[, first] = [undefined, {}], ...later] = schemas.entries();
  let documented = first;
  for (const [version, schema] of later) documented = marked(documented, schema, version.toString());
  return documented;
}

function marked(before: JsonSchema, after: JsonSchema, version: string): JsonSchema {
  const known = propertiesOf(before);
  const properties = Object.entries(propertiesOf(after)).map(([name, schema]) => {
    const old = known[name];
    if (old === undefined || isPlaceholder(old))
      return [name, { ...schema, 'x-openstack-microversion': version }];
    return [name, 'properties' in schema ? marked(old, schema, version) : { ...old, ...schema }];
  });
  return properties.length === 0 ? after : { ...after, properties: Object.fromEntries(properties) as object };
}

function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (schema['properties'] ?? {}) as Record<string, JsonSchema>;
}

/** A property that may only be null is a placeholder for one added later. */
function isPlaceholder(schema: JsonSchema): boolean {
  return schema['type'] === 'null';
}
