import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Ctx } from '../../api/auth/context.decorator.js';
import { Policy } from '../../api/auth/policy.guard.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { InvalidInput } from '../../platform/errors.js';
import { AcceptsBody } from '../../api/http/body.js';
import type { Query as ListQuery } from '../../api/http/list-query.js';
import type { Microversion } from '../../microversion/microversion.js';
import { RequestedVersion, Since } from '../../microversion/microversion.decorators.js';
import { Describes } from '../../api/openapi/describes.js';
import { snapshotDocs } from './snapshot.docs.js';
import { snapshotList, snapshotNotFound } from './snapshot-list.js';
import { createSnapshotBodies } from './snapshot.schema.js';

/**
 * There are no snapshots. Clients that list them (Nova, for a server's volumes) get an empty list instead of an unknown
 * path.
 */
@Controller('v3/snapshots')
export class SnapshotsController {
  @Get()
  @Since('base')
  @Policy('volume:get_all_snapshots')
  @Describes(snapshotDocs.list)
  list(
    @Ctx() ctx: RequestContext,
    @Query() query: ListQuery,
    @RequestedVersion() version: Microversion,
  ): object {
    return snapshotList(ctx, version, query);
  }

  @Get('detail')
  @Since('base')
  @Policy('volume:get_all_snapshots')
  @Describes(snapshotDocs.detail)
  detail(
    @Ctx() ctx: RequestContext,
    @Query() query: ListQuery,
    @RequestedVersion() version: Microversion,
  ): object {
    return snapshotList(ctx, version, query);
  }

  /**
   * Fails with 400, not 404 or a quota's 413: Nova passes this one on to its user, and answers the others with 500.
   * @throws InvalidInput always.
   */
  @Post()
  @HttpCode(202)
  @Since('base')
  @Policy('volume:create_snapshot')
  @AcceptsBody(createSnapshotBodies)
  @Describes(snapshotDocs.create)
  create(): never {
    throw new InvalidInput('Invalid snapshot: This server does not make snapshots of volumes.');
  }

  /** @throws NotFound always. */
  @Get(':snapshot_id')
  @Since('base')
  @Policy('volume:get_snapshot')
  @Describes(snapshotDocs.show)
  show(@Param('snapshot_id') id: string): never {
    throw snapshotNotFound(id);
  }
}
