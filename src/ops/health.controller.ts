import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Reader } from '../database/reader.js';
import { sendJson } from '../http/send-json.js';
import { Unversioned } from '../microversion/microversion.decorators.js';

/** For load balancers: 200 when the server can read its database, 503 otherwise. No identity needed. */
@Controller('healthcheck')
@Unversioned()
@ApiExcludeController()
export class HealthController {
  constructor(private readonly reader: Reader) {}

  @Get()
  async check(@Req() request: Request, @Res() response: Response): Promise<void> {
    const isWell = await this.reader.rows('SELECT 1 AS well', []).then(
      () => true,
      () => false,
    );
    const reason = isWell ? 'OK' : 'The database does not answer.';
    const status = isWell ? 200 : 503;
    if (request.method === 'HEAD') sendJson(response, isWell ? 204 : 503);
    else if (request.accepts(['json', 'text']) === 'text')
      response.status(status).type('text/plain').send(reason);
    else sendJson(response, status, { detailed: false, reasons: [reason] });
  }
}
