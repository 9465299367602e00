import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { LOGGER } from '../../platform/logging/logger.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { edgeOf } from './edge.js';
import { classifyThrown, faultBody } from './faults.js';
import { sendJson } from './send-json.js';

/** The only place where a thrown value becomes a response. */
@Catch()
export class FaultFilter implements ExceptionFilter {
  constructor(
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<Request>(), http.getResponse<Response>());
  }

  /** Answers a request with the fault for a thrown value; also used by middleware outside Nest. */
  answer(thrown: unknown, request: Request, response: Response): void {
    const fault = classifyThrown(thrown);
    if (fault.isOurs) {
      const { requestId } = edgeOf(request);
      this.log.error(
        { err: thrown, requestId, method: request.method, path: request.path },
        'request failed',
      );
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (fault.retryAfterS !== undefined) response.setHeader('Retry-After', fault.retryAfterS);
    const { auth_strategy: strategy, keystone_auth_url: keystone } = this.config;
    if (fault.status === 401 && strategy === 'keystone')
      response.setHeader('WWW-Authenticate', `Keystone uri="${keystone}"`);
    sendJson(response, fault.status, faultBody(fault));
  }
}
