import type { RequestContext } from '../auth/request-context.js';

/** The compute service of the cloud, which knows which volumes its servers use. */
export abstract class Compute {
  /**
   * Returns the id of the attachment through which a server uses a volume, asking in the caller's name. Null when the
   * caller sees no such server, it does not use the volume, or it does so without an attachment.
   * @throws Unauthorized and Forbidden when the compute service refuses the caller; Unavailable when it cannot be asked
   * now; BackendFailure when it fails otherwise.
   */
  abstract attachmentOf(ctx: RequestContext, serverId: string, volumeId: string): Promise<string | null>;
}
