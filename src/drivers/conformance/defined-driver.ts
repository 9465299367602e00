import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriverDefinition, JsonObject, JsonValue } from '../contract/index.js';
import type { ConformanceOptions, ConformanceSubject, DriverUnderTest } from './options.js';

/** The short form: the kit makes the driver itself, with a state folder of its own for each test. */
export interface DefinitionOptions extends Omit<ConformanceOptions, 'capabilities' | 'create'> {
  /** What the driver package exports as default. */
  readonly definition: DriverDefinition;
  /** The backend's options, or what makes them from an empty folder that the test owns. Default: none. */
  readonly options?: JsonObject | ((folder: string) => JsonObject);
}

const log = { info: () => undefined, warn: () => undefined };

/** The long form of the short one: everything that follows from the definition. */
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

/** The options as the server would complete them. It also checks them; here a wrong one shows in the tests. */
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
