import { Injectable } from '@nestjs/common';
import { FindsPolicyTarget } from '../api/auth/policy.guard.js';
import type { RequestContext } from '../api/auth/request-context.js';
import { VolumesService } from '../volumes/index.js';
import type { CreateAttachmentBody } from './attachment.schema.js';
import { AttachmentsService } from './attachments.service.js';

/** Projects of attachments, for policy rules: those of their volumes. */
@Injectable()
export class AttachmentTargets {
  constructor(
    private readonly attachments: AttachmentsService,
    private readonly volumes: VolumesService,
  ) {}

  @FindsPolicyTarget('attachment')
  async projectOf(ctx: RequestContext, id: string): Promise<string> {
    const { volumeId } = await this.attachments.show(ctx, id);
    return this.volumes.projectOf(ctx, volumeId);
  }

  @FindsPolicyTarget('new-attachment')
  async projectOfNew(ctx: RequestContext, _id: string, body: unknown): Promise<string> {
    const { volume_uuid: volumeId } = (body as CreateAttachmentBody).attachment;
    return this.volumes.projectOf(ctx, volumeId.toLowerCase());
  }
}
