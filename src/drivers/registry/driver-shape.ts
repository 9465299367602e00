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
  storageProtocol: { fits: (value) => typeof value === 'string' && value !== '', wanted: 'a text' },
  multiattach: { fits: (value) => typeof value === 'boolean', wanted: 'true or false' },
  readOnlyExports: { fits: (value) => typeof value === 'boolean', wanted: 'true or false' },
  accessControl: oneOf('initiator', 'address', 'none'),
  extend: oneOf('none', 'detached', 'attached'),
  fence: { fits: (value) => value === undefined || typeof value === 'boolean', wanted: 'true or false' },
} as const satisfies Record<keyof DriverCapabilities, { fits(value: unknown): boolean; wanted: string }>;

/** What a module exports is a driver definition, or the reason why it is none, with the way to mend it. */
export type DefinitionCheck = { readonly definition: DriverDefinition } | { readonly problem: string };

/** Checks everything about a definition that can be seen without calling it. */
export function checkDefinition(exported: unknown): DefinitionCheck {
  const definition = fieldsOf(exported);
  if (definition === null) {
    return problem(
      'its default export is no driver definition. Export what defineDriver() returns as default.',
    );
  }
  if (typeof definition.name !== 'string' || definition.name === '') {
    return problem('the definition has no name. Give it a short text as "name".');
  }
  if (definition.contract !== CONTRACT_VERSION) {
    return problem(
      `it was written for version ${String(definition.contract)} of the driver contract, and this server speaks ` +
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
    return problem('its capabilitiesWith is no function. Make it one, or leave it out.');
  }
  // Every field has been looked at above.
  return { definition: exported as DriverDefinition };
}

/** Names the methods that a driver lacks for what its definition promises. */
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

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null ? (value as Fields) : null;
}

function problem(text: string): DefinitionCheck {
  return { problem: text };
}
