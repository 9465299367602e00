import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { READY_PATH } from '../../api/http/health-paths.js';
import { sendJson } from '../../api/http/send-json.js';
import { BackendDirectory } from '../../drivers/registry/backend-directory.js';
import { Unversioned } from '../../microversion/microversion.decorators.js';
import { DatabaseHealth } from '../../platform/database/health.js';

const RETRY_S = 5;

/**
 * For load balancers: 200 while the server can do its work, 503 with the reasons otherwise. One backend of several that
 * is down does not make it unready: the others' volumes need the server. No identity needed, so it names no reason of a
 * driver. During a start the front door answers instead.
 */
@Controller(READY_PATH)
@Unversioned()
export class ReadinessController {
  constructor(
    private readonly database: DatabaseHealth,
    private readonly backends: BackendDirectory,
  ) {}

  @Get()
  async answer(@Res() response: Response): Promise<void> {
    const isWell = await this.database.isWell();
    const backends = this.backends.all();
    const reasons = [
      ...(isWell ? [] : ['The database does not answer.']),
      ...(backends.some(({ state }) => state === 'up') ? [] : ['No backend answers.']),
    ];
    const isReady = reasons.length === 0;
    if (!isReady) response.setHeader('Retry-After', RETRY_S);
    sendJson(response, isReady ? 200 : 503, {
      ready: isReady,
      reasons,
      database: isWell ? 'up' : 'down',
      backends: Object.fromEntries(backends.map(({ name, state }) => [name, state])),
    });
  }
}
