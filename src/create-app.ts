import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { authentication } from './auth/authentication.middleware.js';
import { Authenticator } from './auth/authenticator.js';
import { Policies } from './auth/policies.js';
import { loadRules } from './auth/policy-file/policy-file.js';
import { nestLogger } from './common/logger.js';
import { rateLimit } from './auth/rate-limit.middleware.js';
import type { Config } from './config/config.schema.js';
import { absoluteForms } from './http/absolute-form.middleware.js';
import { bodyReader } from './http/body-reader.middleware.js';
import { FaultFilter } from './http/fault.filter.js';
import { JsonExpressAdapter } from './http/json-express.adapter.js';
import { methods } from './http/methods.middleware.js';
import { projectPaths } from './http/project-path.middleware.js';
import { requestIds } from './http/request-id.middleware.js';
import { serveDocs } from './openapi/docs-page.js';

export interface AppOptions {
  /** Replaces the configured way of identifying callers; for tests of roles. */
  readonly authenticator?: Authenticator;
}

/**
 * The whole application, wired and ready to listen. The only place that knows how; every test uses it too.
 * @throws PolicyError before anything was opened when the policy file is wrong.
 */
export async function createApp(
  config: Config,
  log: Logger,
  options: AppOptions = {},
): Promise<INestApplication> {
  const rules = loadRules(config.policy_file);
  const limits = {
    maxHeaderBytes: config.max_header_bytes,
    maxConnections: config.max_connections,
    headersTimeoutMs: config.headers_timeout_ms,
    requestTimeoutMs: config.request_timeout_ms,
    keepAliveTimeoutMs: config.keep_alive_timeout_ms,
  };
  const app = await NestFactory.create(
    AppModule.with(config, log, rules),
    new JsonExpressAdapter(limits, config.shutdown_grace_ms, log),
    {
      bodyParser: false,
      logger: nestLogger(log),
      abortOnError: false,
    },
  );
  const faults = app.get(FaultFilter);
  app.use(absoluteForms());
  app.use(requestIds(log));
  app.use(bodyReader(config.max_body_bytes));
  app.use(methods());
  app.use(authentication(options.authenticator ?? app.get(Authenticator), app.get(Policies)));
  app.use(rateLimit({ requests: config.rate_limit_requests, windowS: config.rate_limit_window_s }));
  app.use(projectPaths());
  // What middleware throws never reaches Nest's filter.
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    faults.answer(error, request, response);
  });
  serveDocs(app);
  await app.init();
  return app;
}
