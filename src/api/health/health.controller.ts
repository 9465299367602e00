import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DatabaseHealth } from '../../platform/database/health.js';
import { sendJson } from '../http/send-json.js';
import { Unversioned } from '../../microversion/microversion.decorators.js';

/** For load balancers: 200 when the server can read its database within a short time, 503 otherwise. No identity needed. */
@Controller('healthcheck')
@Unversioned()
export class HealthController {
  constructor(private readonly health: DatabaseHealth) {}

  @Get()
  async check(@Req() request: Request, @Res() response: Response): Promise<void> {
    const isWell = await this.health.isWell();
    const reason = isWell ? 'OK' : 'The database does not answer.';
    const status = isWell ? 200 : 503;
    if (request.method === 'HEAD') sendJson(response, isWell ? 204 : 503);
    else if (request.accepts(['json', 'text']) === 'text')
      response.status(status).type('text/plain').send(reason);
    else sendJson(response, status, { detailed: false, reasons: [reason] });
  }
}
