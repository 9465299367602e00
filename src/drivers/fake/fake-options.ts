import type { DriverErrorCode, JsonObject, OptionsOf } from '../contract/index.js';

/** The driver methods that a script can delay or make fail. */
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

const faultSchema = {
  type: 'object',
  required: ['call'],
  additionalProperties: false,
  properties: {
    call: { enum: [...TIMED_CALLS, 'validateConnector'], description: 'The method that fails.' },
    error: { enum: [...ERROR_CODES], default: 'INTERNAL', description: 'Error code of the failure.' },
    message: { type: 'string', description: 'Error message of the failure.' },
    phase: {
      enum: ['before', 'after'],
      default: 'before',
      description: 'Whether it fails before the work, or after it, as if the response were lost.',
    },
    hang: {
      type: 'boolean',
      default: false,
      description: 'Whether it hangs until it is aborted. Not for validateConnector.',
    },
    skip: {
      type: 'integer',
      minimum: 0,
      default: 0,
      description: 'Number of matching calls that succeed first.',
    },
    times: { type: 'integer', minimum: 1, description: 'Number of matching calls that fail. Default: all.' },
    volume: { type: 'string', description: 'Only calls for the volume with this id.' },
    connector: {
      type: 'object',
      description: 'Only calls for a connection whose connector has these values.',
    },
  },
  if: { properties: { call: { const: 'validateConnector' } } },
  then: { properties: { hang: { const: false }, phase: { const: 'before' } } },
} as const satisfies JsonObject;

/** JSON Schema of {@link FakeOptions}. */
export const fakeOptionsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    persist: {
      type: 'boolean',
      default: true,
      description: 'Whether volumes and exports survive a restart, in a file in the state folder.',
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
      description: 'Addresses (ip:port) of the target; hosts with multipath get all of them.',
    },
    discard: {
      type: 'boolean',
      default: true,
      description: 'Whether hosts are told that they may discard blocks.',
    },
    latency_ms: {
      type: 'object',
      default: {},
      propertyNames: { enum: [...TIMED_CALLS] },
      additionalProperties: { type: 'number', minimum: 0 },
      description: 'Latency of methods in milliseconds, by name.',
    },
    faults: { type: 'array', default: [], items: faultSchema, description: 'Scripted failures.' },
  },
} as const satisfies JsonObject;

/** One entry of the script. */
export type Fault = OptionsOf<typeof faultSchema>;

/** The options of a backend with this driver, with the schema's defaults filled in. */
export type FakeOptions = OptionsOf<typeof fakeOptionsSchema>;
