import { Controller, HttpCode, Post } from '@nestjs/common';
import { Ctx } from '../../api/auth/context.decorator.js';
import { Policy } from '../../api/auth/policy.guard.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { AcceptsBody, WireBody } from '../../api/http/body.js';
import { Describes } from '../../api/openapi/describes.js';
import { Since } from '../../microversion/microversion.decorators.js';
import { positionOf } from './fence-position.js';
import { fencingDocs } from './fencing.docs.js';
import { type FenceBody, hostActionBodies } from './fencing.schema.js';
import { FencingService } from './fencing.service.js';

/** The operator API behind `clinker fence-host`. Not part of Cinder. */
@Controller('v3/clinker-hosts/action')
export class FencingController {
  constructor(private readonly fencing: FencingService) {}

  @Post()
  @HttpCode(200)
  @Since('attachments')
  @Policy('clinker:hosts:fence')
  @AcceptsBody(hostActionBodies)
  @Describes(fencingDocs.fence)
  async fence(@Ctx() ctx: RequestContext, @WireBody() { fence }: FenceBody): Promise<object> {
    const { host, marker } = fence;
    const { cutOff, unconfirmed, nextMarker } = await this.fencing.part(ctx, host, positionOf(marker));
    return {
      fence: {
        host,
        cut_off: cutOff.map(({ volumeId, backend, connections }) => ({
          volume_id: volumeId,
          backend,
          connection_ids: connections,
        })),
        unconfirmed: unconfirmed.map(({ volumeId, backend, reason }) => ({
          volume_id: volumeId,
          backend,
          reason,
        })),
        next_marker: nextMarker,
      },
    };
  }
}
