import { CONTRACT_VERSION, type DriverCapabilities, type DriverDefinition } from '../contract/index.js';
import type { AnyDriver } from './backend-session.js';

type Fields = Readonly<Record<string, unknown>>;

const METHODS = [
  'createVolume',
  'deleteVolume',
  'validateConnector',
  'createExport',
  'ensureExport',
  'removeExport',
  'initializeConnection',
  'terminateConnection',
  'inspect',
  'listExports',
  'getStats',
] as const satisfies readonly (keyof AnyDriver)[];

const CAPABILITY_CHECKS = {
  storageProtocol: {
    fits: (value) => typeof value === 'string' && value !== '',
    wanted: 'a non-empty string',
  },
  multiattach: { fits: (value) => typeof value === 'boolean', wanted: 'true or false' },
  readOnlyExports: { fits: (value) => typeof value === 'boolean', wanted: 'true or false' },
  accessControl: oneOf('initiator', 'nqn', 'address', 'none'),
  extend: oneOf('none', 'detached', 'attached'),
  fence: optionalFlag(),
  thin: optionalFlag(),
} as const satisfies Record<keyof DriverCapabilities, { fits(value: unknown): boolean; wanted: string }>;

/** A valid driver definition, or what is wrong with a module's export and how to fix it. */
export type DefinitionCheck = { readonly definition: DriverDefinition } | { readonly problem: string };

/** Checks everything about a definition that can be checked without calling it. */
export function checkDefinition(exported: unknown): DefinitionCheck {
  const definition = fieldsOf(exported);
  if (definition === null) {
    return problem(
      'its default export is not a driver definition. Export the result of defineDriver() as default.',
    );
  }
  if (typeof definition.name !== 'string' || definition.name === '') {
    return problem('the definition has no name. Add a short string "name".');
  }
  if (definition.contract !== CONTRACT_VERSION) {
    return problem(
      `it was written for version ${String(definition.contract)} of the driver contract, and this server supports ` +
        `version ${CONTRACT_VERSION}. Install a version of the driver for contract ${CONTRACT_VERSION}.`,
    );
  }
  const missing = capabilityFaults(definition.capabilities);
  if (missing.length > 0) {
    return problem(`its capabilities are incomplete: ${missing.join('; ')}. Declare them in the definition.`);
  }
  if (fieldsOf(definition.optionsSchema) === null) {
    return problem(
      'the definition has no optionsSchema. Declare a JSON Schema, at least { type: "object" }.',
    );
  }
  if (typeof definition.create !== 'function') {
    return problem('the definition has no function "create". Add one that returns the driver.');
  }
  if (definition.capabilitiesWith !== undefined && typeof definition.capabilitiesWith !== 'function') {
    return problem('its capabilitiesWith is not a function. Make it one, or remove it.');
  }
  // Every field has been checked above.
  return { definition: exported as DriverDefinition };
}

/** Returns the names of the methods that the capabilities require and the driver lacks. */
export function missingMethods(driver: unknown, capabilities: DriverCapabilities): string[] {
  const methods = fieldsOf(driver);
  if (methods === null) return [...METHODS];
  const wanted = [
    ...METHODS,
    ...(capabilities.extend === 'none' ? [] : ['extendVolume']),
    ...(capabilities.fence === true ? ['fenceConnection'] : []),
  ];
  return wanted.filter((method) => typeof methods[method] !== 'function');
}

function capabilityFaults(value: unknown): string[] {
  const capabilities = fieldsOf(value) ?? {};
  return Object.entries(CAPABILITY_CHECKS)
    .filter(([key, check]) => !check.fits(capabilities[key]))
    .map(([key, check]) => `${key} must be ${check.wanted}`);
}

function oneOf(...allowed: string[]) {
  return {
    fits: (value: unknown) => typeof value === 'string' && allowed.includes(value),
    wanted: `one of ${allowed.join(', ')}`,
  };
}

function optionalFlag() {
  return {
    fits: (value: unknown) => value === undefined || typeof value === 'boolean',
    wanted: 'true or false',
  };
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null ? (value as Fields) : null;
}

function problem(text: string): DefinitionCheck {
  return { problem: text };
}
