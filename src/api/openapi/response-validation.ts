import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { PACKAGE_FOLDER } from '../../platform/package-folder.js';
import { filterAnswer } from '../http/answer-filter.js';
import { edgeOf } from '../http/edge.js';
import { faultBody } from '../http/faults.js';
import { DocumentedAnswers } from './documented-answers.js';

/** Reaction to an undocumented response: log it, or also answer 500 instead. */
export type ResponseValidation = 'warn' | 'error';

/** Not part of the API: their responses are for monitoring and have their own formats. */
const MONITORING: ReadonlySet<string | undefined> = new Set([
  ...['/healthcheck', '/healthz/live', '/healthz/ready', '/metrics'],
]);

const MESSAGE = 'The response does not match openapi.json.';

/** Loaded on first use, once for all servers of a process. */
let documented: DocumentedAnswers | undefined;

/** Returns the validator for openapi.json. A test keeps the file equal to the running server's document. */
export function documentedAnswers(): DocumentedAnswers {
  documented ??= new DocumentedAnswers(
    JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'openapi.json'), 'utf8')) as Record<string, unknown>,
  );
  return documented;
}

/** Validates every response against the OpenAPI document before it is sent. */
export function responseValidation(mode: ResponseValidation, log: Logger): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    filterAnswer(response, (answer) => {
      const path = documentedPath(request);
      if (MONITORING.has(path)) return answer;
      const problem = documentedAnswers().problemOf({ method: request.method, path, ...answer });
      if (problem === null) return answer;
      const { requestId } = edgeOf(request);
      const told = { requestId, method: request.method, route: path, status: answer.status, problem };
      log[mode](told, 'a response does not match openapi.json');
      if (mode === 'warn') return answer;
      return { status: 500, body: faultBody({ status: 500, message: MESSAGE, isOurs: true }) };
    });
    next();
  };
}

/** Returns the path of the matched route in the document's syntax. */
function documentedPath(request: Request): string | undefined {
  const { path } = (request.route ?? {}) as { path?: unknown };
  return typeof path === 'string' ? path.replace(/:(\w+)/g, '{$1}') : undefined;
}
