import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { RequestContext } from '../auth/request-context.js';
import { Conflict } from '../common/errors.js';
import { LOGGER } from '../common/logger.js';
import { Compute } from '../compute/index.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import type { AttachmentDetail } from './attachment.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { isConnected } from './connections.js';

/** What a caller may take away: the attachment as it is, or only as long as it has no connection. */
export type Permit = 'any' | 'unconnected';

/**
 * Keeps users from ending a connection that a server of the compute service goes on using: what it reads and writes
 * next would be somebody else's volume (CVE-2023-2088, SPEC 16, docs/adr/0012).
 */
@Injectable()
export class DetachRule implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly compute: Compute,
    private readonly attachments: AttachmentsRepository,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    if (this.config.auth_strategy === 'keystone' && this.config.service_token_rule === 'off') {
      this.log.warn(
        'service_token_rule is off: users may end connections that servers still use (CVE-2023-2088); set nova_endpoint where there is a Nova',
      );
    }
  }

  /** Whether there is something that this caller may not take away. */
  bindsCaller(ctx: RequestContext): boolean {
    return this.config.service_token_rule !== 'off' && !ctx.isService;
  }

  /**
   * Finds out, before any transaction, whether the caller may take an attachment away.
   * @throws Conflict when a server uses it; as {@link Compute.attachmentOf} when that cannot be found out.
   */
  async permit(
    ctx: RequestContext,
    attachment: Pick<AttachmentDetail, 'id' | 'volumeId' | 'instanceUuid' | 'connectionInfo'>,
  ): Promise<Permit> {
    const { id, volumeId, instanceUuid: serverId } = attachment;
    if (!this.bindsCaller(ctx) || serverId === null) return 'any';
    if (!isConnected(attachment)) return 'unconnected';
    if (this.config.service_token_rule === 'nova') {
      const known = await this.compute.attachmentOf(ctx, serverId, volumeId);
      if (known !== id) {
        const details = { requestId: ctx.requestId, attachmentId: id, volumeId, serverId, known };
        this.log.warn(details, 'the server does not use the attachment, as Nova says: it may be taken away');
        return 'any';
      }
    }
    throw new Conflict(
      `ConflictNovaUsingAttachment: Detach volume from instance ${serverId} using the Compute API`,
    );
  }

  /** As {@link permit}, for what names a volume only; with several attachments nothing says which is meant. */
  async permitForVolume(ctx: RequestContext, volumeId: string): Promise<void> {
    if (!this.bindsCaller(ctx)) return;
    const [first, ...others] = await this.attachments.visibleOfVolume(ctx, volumeId);
    if (others.length > 0) throw severalAttachments(volumeId);
    if (first !== undefined) await this.permit(ctx, first);
  }
}

/** The refusal of a call that names none of a volume's attachments. */
export function severalAttachments(volumeId: string): Conflict {
  return new Conflict(
    `ConflictNovaUsingAttachment: Volume ${volumeId} has several attachments. Detach it from its instances using the Compute API, or name the attachment`,
  );
}
