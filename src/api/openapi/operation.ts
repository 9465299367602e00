/** An operation of the document while it is completed. */
export type Operation = Record<string, unknown> & {
  parameters?: Parameter[];
  responses: Record<string, object | undefined>;
  requestBody?: { content: Record<string, Record<string, unknown>> };
};

export interface Parameter {
  readonly name?: string;
  readonly in?: string;
}

/** Returns the names of the properties of a body or response that a version added, by version. */
export function addedProperties(operation: Operation): ReadonlyMap<string, readonly string[]> {
  const added = new Map<string, string[]>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { properties } = node as { properties?: Record<string, Record<string, unknown>> };
    for (const [name, schema] of Object.entries(properties ?? {})) {
      const version = schema['x-openstack-microversion'];
      if (typeof version !== 'string') continue;
      added.set(version, [...new Set([...(added.get(version) ?? []), name])]);
    }
    for (const value of Object.values(node)) visit(value);
  };
  visit(operation.requestBody);
  visit(operation.responses);
  return added;
}
