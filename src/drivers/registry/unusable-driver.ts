import type { DriverCapabilities } from '../contract/index.js';
import type { AnyDriver } from './backend-session.js';
import type { DriverLoadError } from './driver-load-error.js';

/** In the place of the storage protocol of a driver that could not be loaded. */
export const UNKNOWN_PROTOCOL = 'unknown';

/**
 * What is assumed of a driver that could not be loaded. It rules nothing out: a request is to be refused because the backend
 * is down, which may change, and not because the backend were unable to do it.
 */
export const UNKNOWN_CAPABILITIES: DriverCapabilities = {
  storageProtocol: UNKNOWN_PROTOCOL,
  multiattach: true,
  readOnlyExports: false,
  accessControl: 'none',
  extend: 'attached',
  fence: true,
};

/** Stands in the place of a driver that could not be loaded: its setup fails for good. */
export function unusableDriver(fault: DriverLoadError): AnyDriver {
  // Until its setup has succeeded, no other method of a driver is called.
  return { setup: () => Promise.reject(fault) } as unknown as AnyDriver;
}
