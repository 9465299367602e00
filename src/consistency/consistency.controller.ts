import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { Ctx } from '../auth/context.decorator.js';
import { Policy } from '../auth/policy.guard.js';
import type { RequestContext } from '../auth/request-context.js';
import { AcceptsAction } from '../http/body.js';
import { Since } from '../microversion/microversion.decorators.js';
import { Describes } from '../openapi/describes.js';
import { consistencyDocs } from './consistency.docs.js';
import { ConsistencyService } from './consistency.service.js';
import type { Report } from './finding.js';

/** For operators: what `clinker doctor` asks. Not part of Cinder. */
@Controller('v3/clinker-consistency')
export class ConsistencyController {
  constructor(private readonly consistency: ConsistencyService) {}

  @Get()
  @Since('base')
  @Policy('clinker:consistency:examine')
  @Describes(consistencyDocs.examine)
  async examine(@Ctx() { requestId }: RequestContext): Promise<object> {
    return reportView(await this.consistency.examine(requestId));
  }

  @Post('action')
  @HttpCode(200)
  @Since('base')
  @Policy('clinker:consistency:repair')
  @AcceptsAction('repair')
  @Describes(consistencyDocs.repair)
  async repair(@Ctx() { requestId }: RequestContext): Promise<object> {
    return reportView(await this.consistency.repair(requestId));
  }
}

function reportView({ findings, unchecked }: Report): object {
  return {
    consistency: {
      findings: findings.map(({ kind, volumeId, backend, text, repair }) => ({
        kind,
        volume_id: volumeId,
        backend,
        description: text,
        repair,
      })),
      unchecked: unchecked.map(({ backend, reason }) => ({ backend, reason })),
    },
  };
}
