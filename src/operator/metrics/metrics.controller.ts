import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Policy } from '../../api/auth/policy.guard.js';
import { Unversioned } from '../../microversion/microversion.decorators.js';
import { METRICS_PATH } from './metrics-path.js';
import { Scrape } from './scrape.js';
import { sendText } from './send-text.js';

/** The metrics on the API's port, for admins. Not part of Cinder. */
@Controller(METRICS_PATH)
@Unversioned()
export class MetricsController {
  constructor(private readonly scrape: Scrape) {}

  @Get()
  @Policy('clinker:metrics:get')
  async answer(@Res() response: Response): Promise<void> {
    sendText(response, await this.scrape.text());
  }
}
