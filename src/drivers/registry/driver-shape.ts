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
  if ('contract' in definition && definition.contract !== CONTRACT_VERSION) {
    return problem(
      `it was written for version ${String(definition.contract)} of the driver contract, and this server supports ` +
        `version ${CONTRACT_VERSION}. Install a version of the driver for contract ${CONTRACT_VERSION}.`,
    );
  }
  const faults = definitionFaults(definition);
  if (faults.length > 0) return problem(faults.map(asSentence).join(' '));
  // Every field has been checked above.
  return { definition: exported as DriverDefinition };
}

/** The first continues a sentence. */
const asSentence = (fault: string, index: number): string =>
  index === 0 ? fault : fault.charAt(0).toUpperCase() + fault.slice(1);

/** All at once, so that an author can correct them in one go. */
function definitionFaults({ name, contract, capabilities, ...definition }: Fields): string[] {
  const incomplete = capabilityFaults(capabilities);
  const { optionsSchema, create, capabilitiesWith } = definition;
  const found: readonly (readonly [boolean, string])[] = [
    [typeof name !== 'string' || name === '', 'the definition has no name. Add a short string "name".'],
    [contract === undefined, 'the definition has no contract. Add CONTRACT_VERSION as "contract".'],
    [
      incomplete.length > 0,
      `its capabilities are incomplete: ${incomplete.join('; ')}. Declare them in the definition.`,
    ],
    [
      fieldsOf(optionsSchema) === null,
      'the definition has no optionsSchema. Declare a JSON Schema, at least { type: "object" }.',
    ],
    [
      typeof create !== 'function',
      'the definition has no function "create". Add one that returns the driver.',
    ],
    [
      capabilitiesWith !== undefined && typeof capabilitiesWith !== 'function',
      'its capabilitiesWith is not a function. Make it one, or remove it.',
    ],
  ];
  return found.filter(([isFault]) => isFault).map(([, text]) => text);
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
