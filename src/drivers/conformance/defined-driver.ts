import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriverDefinition, JsonObject, JsonValue } from '../contract/index.js';
import type { ConformanceOptions, ConformanceSubject, DriverUnderTest } from './options.js';

/** Short form of the options: the kit creates the driver itself, with a separate state folder for each test. */
export interface DefinitionOptions extends Omit<ConformanceOptions, 'capabilities' | 'create'> {
  /** The driver package's default export. */
  readonly definition: DriverDefinition;
  /** The backend's options, or a function that makes them from the test's own empty folder. Default: none. */
  readonly options?: JsonObject | ((folder: string) => JsonObject);
}

const log = { info: () => undefined, warn: () => undefined };

/** Converts the short form to full options. */
export function ofDefinition({
  definition,
  options = {},
  hooks,
  ...rest
}: DefinitionOptions): ConformanceOptions {
  const folders = new WeakMap<ConformanceSubject, string>();
  const optionsIn = (folder: string): JsonObject => {
    const given = typeof options === 'function' ? options(folder) : options;
    return withSchemaDefaults(definition.optionsSchema, given);
  };
  const make = (folder: string): DriverUnderTest => {
    return definition.create(optionsIn(folder), { backendName: 'conformance', stateFolder: folder, log });
  };
  return {
    ...rest,
    capabilities: { ...definition.capabilities, ...definition.capabilitiesWith?.(optionsIn(tmpdir())) },
    create: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'clinker-conformance-'));
      const cleanup = () => rm(folder, { recursive: true, force: true });
      const subject = { driver: make(folder), cleanup };
      folders.set(subject, folder);
      return subject;
    },
    hooks: {
      restart: (subject) => Promise.resolve(make(folders.get(subject) ?? '')),
      ...hooks,
    },
  };
}

/** Fills in the schema's defaults as the server does. Does not validate: invalid options show up in the tests. */
function withSchemaDefaults(schema: JsonObject, given: JsonObject): JsonObject {
  const complete: Record<string, JsonValue> = structuredClone({ ...given });
  for (const [key, property] of Object.entries(objectOf(schema.properties))) {
    const part = objectOf(property);
    const value = complete[key] ?? part.default;
    if (value === undefined) continue;
    complete[key] = isObject(value) ? withSchemaDefaults(part, value) : value;
  }
  return complete;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
