import type { JsonObject } from '../contract/index.js';

/** The capabilities that the options of volumes in files disable. */
export function fileCapabilities({ format, preallocate }: JsonObject): {
  readonly multiattach?: false;
  readonly thin?: false;
} {
  return {
    // Two hosts writing to the same qcow2 would destroy it.
    ...(format === 'qcow2' && { multiattach: false }),
    ...(preallocate === true && { thin: false }),
  };
}
