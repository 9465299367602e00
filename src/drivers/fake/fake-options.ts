import type { DriverErrorCode, JsonObject, JsonValue } from '../contract/index.js';

/** The driver's methods that a script may slow down or let fail. */
const TIMED_CALLS = [
  'setup',
  'teardown',
  'createVolume',
  'deleteVolume',
  'extendVolume',
  'fenceConnection',
  'createExport',
  'ensureExport',
  'removeExport',
  'initializeConnection',
  'terminateConnection',
  'inspect',
  'listExports',
  'getStats',
] as const;

const ERROR_CODES = [
  'INVALID_CONNECTOR',
  'NOT_FOUND',
  'FAILED_PRECONDITION',
  'RESOURCE_EXHAUSTED',
  'BUSY',
  'UNAVAILABLE',
  'UNSUPPORTED',
  'INTERNAL',
] as const satisfies readonly DriverErrorCode[];

export type TimedCall = (typeof TIMED_CALLS)[number];
export type ScriptedCall = TimedCall | 'validateConnector';

/** One line of the script; what its keys mean is told in {@link fakeOptionsSchema}. */
export interface Fault {
  readonly call: ScriptedCall;
  readonly error: DriverErrorCode;
  readonly message?: string;
  readonly phase: 'before' | 'after';
  readonly hang: boolean;
  readonly skip: number;
  readonly times?: number;
  readonly volume?: string;
  readonly connector?: Readonly<Record<string, JsonValue>>;
}

/** The options of a backend with this driver, after its schema has filled in the defaults. */
export interface FakeOptions {
  readonly persist: boolean;
  readonly capacity_gib: number;
  readonly portals: readonly string[];
  readonly discard: boolean;
  readonly latency_ms: Readonly<Partial<Record<TimedCall, number>>>;
  readonly faults: readonly Fault[];
}

const faultSchema = {
  type: 'object',
  required: ['call'],
  additionalProperties: false,
  properties: {
    call: { enum: [...TIMED_CALLS, 'validateConnector'], description: 'The method that fails.' },
    error: { enum: [...ERROR_CODES], default: 'INTERNAL', description: 'The code that it fails with.' },
    message: { type: 'string', description: 'The message that it fails with.' },
    phase: {
      enum: ['before', 'after'],
      default: 'before',
      description: 'Whether it fails before the work, or after it as when an answer is lost.',
    },
    hang: {
      type: 'boolean',
      default: false,
      description: 'Whether it answers nothing at all until it is aborted. Not for validateConnector.',
    },
    skip: { type: 'integer', minimum: 0, default: 0, description: 'How many matching calls pass first.' },
    times: { type: 'integer', minimum: 1, description: 'How many matching calls fail; absent means all.' },
    volume: { type: 'string', description: 'Only calls for the volume of this id.' },
    connector: {
      type: 'object',
      description: 'Only calls for a connection whose connector has these values.',
    },
  },
  if: { properties: { call: { const: 'validateConnector' } } },
  then: { properties: { hang: { const: false }, phase: { const: 'before' } } },
} satisfies JsonObject;

/** JSON Schema of {@link FakeOptions}. */
export const fakeOptionsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    persist: {
      type: 'boolean',
      default: true,
      description: 'Whether volumes and exports outlive a restart, as files in the state folder.',
    },
    capacity_gib: {
      type: 'number',
      minimum: 0,
      default: 100_000,
      description: 'Size of the backend in GiB.',
    },
    portals: {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      default: ['127.0.0.1:3260'],
      description: 'Addresses (ip:port) of the target; hosts that ask for multipath get all of them.',
    },
    discard: { type: 'boolean', default: true, description: 'Whether hosts are told that they may discard.' },
    latency_ms: {
      type: 'object',
      default: {},
      propertyNames: { enum: [...TIMED_CALLS] },
      additionalProperties: { type: 'number', minimum: 0 },
      description: 'Milliseconds that a method takes, by its name.',
    },
    faults: { type: 'array', default: [], items: faultSchema, description: 'What goes wrong, and when.' },
  },
} satisfies JsonObject;
