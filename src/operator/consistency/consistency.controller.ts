import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { Ctx } from '../../api/auth/context.decorator.js';
import { Policy } from '../../api/auth/policy.guard.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { InvalidInput } from '../../platform/errors.js';
import { canonicalUuid, isUuidLike } from '../../platform/uuid.js';
import { AcceptsAction } from '../../api/http/body.js';
import { Since } from '../../microversion/microversion.decorators.js';
import { Describes } from '../../api/openapi/describes.js';
import { consistencyDocs } from './consistency.docs.js';
import { ConsistencyService } from './consistency.service.js';
import type { ReportPart } from './finding.js';

/** The operator API behind `clinker doctor`. Not part of Cinder. */
@Controller('v3/clinker-consistency')
export class ConsistencyController {
  constructor(private readonly consistency: ConsistencyService) {}

  @Get()
  @Since('base')
  @Policy('clinker:consistency:examine')
  @Describes(consistencyDocs.examine)
  async examine(@Ctx() { requestId }: RequestContext, @Query('marker') marker?: unknown): Promise<object> {
    return reportView(await this.consistency.examine(requestId, positionOf(marker)));
  }

  @Post('action')
  @HttpCode(200)
  @Since('base')
  @Policy('clinker:consistency:repair')
  @AcceptsAction('repair')
  @Describes(consistencyDocs.repair)
  async repair(@Ctx() { requestId }: RequestContext, @Query('marker') marker?: unknown): Promise<object> {
    return reportView(await this.consistency.repair(requestId, positionOf(marker)));
  }
}

/** @throws InvalidInput */
function positionOf(marker: unknown): string | null {
  if (marker === undefined) return null;
  if (typeof marker === 'string' && isUuidLike(marker)) return canonicalUuid(marker);
  throw new InvalidInput('The marker is not the next_marker of an earlier response.');
}

function reportView({ findings, unchecked, elsewhere, next }: ReportPart): object {
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
      elsewhere: elsewhere.map(({ backend, node }) => ({ backend, node })),
      next_marker: next,
    },
  };
}
