import { BackendsUnusable } from '../../drivers/registry/backends-unusable.js';

/** Backends that this volume node has configured belong to other nodes. */
export class OwnedElsewhere extends BackendsUnusable {
  constructor(backends: readonly string[]) {
    super(
      `Other volume nodes own backends of these names: ${backends.join(', ')}. Rename them here, or give this process the node_name of their owner.`,
    );
  }
}
