import type { RequestContext } from '../auth/request-context.js';

/** The compute service of the cloud, which knows what its servers use. */
export abstract class Compute {
  /**
   * The id of the attachment by which a server uses a volume, asked in the caller's name; null when there is no such
   * server for the caller, it does not use the volume, or does so without an attachment.
   * @throws Unauthorized and Forbidden when the compute service refuses the caller; Unavailable when it cannot be
   * asked now; BackendFailure when it fails otherwise.
   */
  abstract attachmentOf(ctx: RequestContext, serverId: string, volumeId: string): Promise<string | null>;
}
