import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { RequestContext } from '../../api/auth/request-context.js';
import { Conflict } from '../../platform/errors.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { Compute } from '../../api/compute/index.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import type { AttachmentDetail } from '../attachment/attachment.js';
import { AttachmentsRepository } from '../attachment/attachments.repository.js';
import { isConnected } from '../attachment/connection.js';

/** Removal that a caller is permitted: in any state, or only while unconnected. */
export type Permit = 'any' | 'unconnected';

/**
 * Keeps users from ending a connection that a Nova server still uses: the server's next I/O would reach somebody else's
 * volume (CVE-2023-2088, docs/specification.md#detach-rule, docs/adr/0012).
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
        'service_token_rule is off: users may end connections that servers still use (CVE-2023-2088); set nova_endpoint if Nova is used',
      );
    }
  }

  /** True if the rule restricts this caller. */
  bindsCaller(ctx: RequestContext): boolean {
    return this.config.service_token_rule !== 'off' && !ctx.isService;
  }

  /**
   * Decides, before any transaction, whether the caller may remove an attachment.
   * @throws Conflict if a server uses it; as {@link Compute.attachmentOf} if that cannot be determined.
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
        this.log.warn(
          details,
          'according to Nova, the server does not use the attachment: it may be removed',
        );
        return 'any';
      }
    }
    throw new Conflict(
      `ConflictNovaUsingAttachment: Detach volume from instance ${serverId} using the Compute API`,
    );
  }

  /** Like {@link permit}, for a request that names only a volume; ambiguous with several attachments. */
  async permitForVolume(ctx: RequestContext, volumeId: string): Promise<void> {
    if (!this.bindsCaller(ctx)) return;
    const [first, ...others] = await this.attachments.visibleOfVolume(ctx, volumeId);
    if (others.length > 0) throw severalAttachments(volumeId);
    if (first !== undefined) await this.permit(ctx, first);
  }
}

/** Refuses a request that names none of a volume's attachments. */
export function severalAttachments(volumeId: string): Conflict {
  return new Conflict(
    `ConflictNovaUsingAttachment: Volume ${volumeId} has several attachments. Detach it from its instances using the Compute API, or name the attachment`,
  );
}
