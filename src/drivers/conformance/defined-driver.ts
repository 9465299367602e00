import { tmpdir } from 'node:os';
import type { DriverDefinition, JsonObject, JsonValue } from '../contract/index.js';
import type { ConformanceOptions, ConformanceSubject, DriverUnderTest } from './options.js';
import { markedSecretsIn } from './marked-options.js';
import { secretsIn } from './secrets.js';
import { testFolder } from './test-folders.js';

/** Short form of the options: the kit creates the driver itself, with a separate state folder for each test. */
export interface DefinitionOptions extends Omit<ConformanceOptions, 'capabilities' | 'create'> {
  /** The driver package's default export. */
  readonly definition: DriverDefinition;
  /**
   * The backend's options, or a function that makes them from the test's own empty folder. Default: none. What their keys
   * call a password, a secret, a token …, and what the schema marks by `writeOnly` or the format `password`, is looked for wherever it must not be.
   */
  readonly options?: JsonObject | ((folder: string) => JsonObject);
}

/** Converts the short form to full options. */
export function ofDefinition({
  definition,
  options = {},
  hooks,
  ...rest
}: DefinitionOptions): ConformanceOptions {
  const made = new WeakMap<ConformanceSubject, () => DriverUnderTest>();
  const optionsIn = (folder: string): JsonObject => {
    const given = typeof options === 'function' ? options(folder) : options;
    return withSchemaDefaults(definition.optionsSchema, given);
  };
  const examples = optionsIn(tmpdir());
  return {
    secrets: [...secretsIn(examples), ...markedSecretsIn(definition.optionsSchema, examples)],
    ...rest,
    capabilities: { ...definition.capabilities, ...definition.capabilitiesWith?.(examples) },
    create: async ({ log }) => {
      const { path: folder, remove: cleanup } = await testFolder();
      const make = () =>
        definition.create(optionsIn(folder), { backendName: 'conformance', stateFolder: folder, log });
      const subject = { driver: make(), cleanup };
      made.set(subject, make);
      return subject;
    },
    hooks: {
      restart: async (subject) => {
        const make = made.get(subject);
        if (make === undefined) throw new Error('the driver was not made here');
        return Promise.resolve(make());
      },
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
