import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { authentication } from '../api/auth/authentication.middleware.js';
import { Authenticator } from '../api/auth/authenticator.js';
import { Policies } from '../api/auth/policies.js';
import { loadRules } from '../api/auth/policy-file/policy-file.js';
import { nestLogger } from '../platform/logging/logger.js';
import { rateLimit } from '../api/auth/rate-limit.middleware.js';
import type { Config } from '../platform/config/config.schema.js';
import { shutdownTimes } from '../platform/config/shutdown-times.js';
import { bodyReader } from '../api/http/body-reader.middleware.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { requestMetrics } from '../api/http/request-metrics.middleware.js';
import { FaultFilter } from '../api/http/fault.filter.js';
import { foreignPages } from '../api/http/foreign-pages.middleware.js';
import { namedHosts } from '../api/http/hosts.middleware.js';
import { FrontDoor } from '../api/http/front-door.js';
import { JsonExpressAdapter } from '../api/http/json-express.adapter.js';
import { inTurn } from '../api/http/in-turn.js';
import { methods } from '../api/http/methods.middleware.js';
import { nodePaths } from '../api/http/node-paths.middleware.js';
import { OwnHosts } from '../api/http/own-hosts.js';
import { projectPaths } from '../api/http/project-path.middleware.js';
import { readableQueries } from '../api/http/query.middleware.js';
import { requestIds } from '../api/http/request-id.middleware.js';
import { resourcesOf } from '../api/http/resources.js';
import { requestTraces } from '../api/http/request-traces.middleware.js';
import { requestTargets } from '../api/http/request-target.middleware.js';
import type { DriverWrapper } from '../drivers/registry/backend-registry.js';
import { serveDocs } from '../api/openapi/docs-page.js';
import { responseValidation } from '../api/openapi/response-validation.js';

export interface AppOptions {
  /** Replaces the configured authenticator; for tests of roles. */
  readonly authenticator?: Authenticator;
  /** The front door, if it is open already. */
  readonly door?: FrontDoor;
  /** Aborts the start. */
  readonly signal?: AbortSignal;
  /** What is put around each driver; for `clinker dev`. */
  readonly aroundDrivers?: DriverWrapper;
}

/**
 * Creates the whole application, ready to listen. The only place that wires it; every test uses it too.
 * @throws PolicyError before anything is opened when the policy file is invalid; the signal's reason.
 */
export async function createApp(
  config: Config,
  log: Logger,
  options: AppOptions = {},
): Promise<INestApplication> {
  options.signal?.throwIfAborted();
  const rules = loadRules(config.policy_file);
  const adapter = new JsonExpressAdapter(
    options.door ?? FrontDoor.of(config, log),
    shutdownTimes(config).workMs,
  );
  const app = await NestFactory.create(AppModule.with(config, log, rules, options.aroundDrivers), adapter, {
    bodyParser: false,
    logger: nestLogger(log),
    abortOnError: false,
  });
  try {
    options.signal?.throwIfAborted();
    route(app, config, log, options);
    adapter.serveRoutes();
    await app.init();
    options.signal?.throwIfAborted();
  } catch (error) {
    await app.close();
    throw error;
  }
  adapter.serve();
  return app;
}

/** Installs the middleware that every request passes before Nest routes it. */
function route(app: INestApplication, config: Config, log: Logger, options: AppOptions): void {
  const faults = app.get(FaultFilter);
  const isValidated = config.response_validation !== 'off';
  // With Keystone, another site's page has no token to send.
  const isOpen = config.auth_strategy === 'noauth';
  const handlers = [
    requestMetrics(app.get(Metrics)),
    ...(config.otlp_endpoint === undefined ? [] : [requestTraces()]),
    requestIds(log),
    ...(isValidated ? [responseValidation(config.response_validation, log)] : []),
    requestTargets(),
    namedHosts(),
    ...(config.role === 'volume' ? [nodePaths()] : []),
    ...(isOpen ? [foreignPages(new OwnHosts(config), log)] : []),
    bodyReader(config.max_body_bytes),
    methods(),
    authentication(options.authenticator ?? app.get(Authenticator), app.get(Policies)),
    rateLimit({ requests: config.rate_limit_requests, windowS: config.rate_limit_window_s }),
    readableQueries(),
    projectPaths(resourcesOf(app)),
  ];
  app.use(inTurn(handlers));
  // Errors of middleware never reach Nest's filter.
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    faults.answer(error, request, response);
  });
  serveDocs(app);
}
