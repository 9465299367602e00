import type { VolumeDriver } from '../contract/index.js';

/** The methods that every driver must have. */
export const METHODS = [
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
] as const satisfies readonly (keyof VolumeDriver)[];
