import { Controller, Get, Param } from '@nestjs/common';
import { Policy } from '../auth/policy.guard.js';
import { NotFound } from '../common/errors.js';
import { Since } from '../microversion/microversion.decorators.js';
import { Describes } from '../openapi/describes.js';
import { snapshotDocs } from './snapshot.docs.js';

/** There are no snapshots; clients that look for some (Nova, for a server's volumes) find none instead of a path that is not there. */
@Controller('v3/snapshots')
export class SnapshotsController {
  @Get()
  @Since('base')
  @Policy('volume:get_all_snapshots')
  @Describes(snapshotDocs.list)
  list(): object {
    return { snapshots: [] };
  }

  @Get('detail')
  @Since('base')
  @Policy('volume:get_all_snapshots')
  @Describes(snapshotDocs.detail)
  detail(): object {
    return { snapshots: [] };
  }

  /** @throws NotFound always. */
  @Get(':snapshot_id')
  @Since('base')
  @Policy('volume:get_snapshot')
  @Describes(snapshotDocs.show)
  show(@Param('snapshot_id') id: string): never {
    throw new NotFound(`Snapshot ${id.slice(0, 255)} could not be found.`);
  }
}
