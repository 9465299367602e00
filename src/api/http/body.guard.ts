import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { InvalidInput, NotFound, UnsupportedMediaType } from '../../platform/errors.js';
import { ACTION, type ActionBodies, ACTIONS, BODY_SCHEMAS } from './body.js';
import { edgeOf } from './edge.js';
import { unexpectedIn } from './json-position.js';

const READABLE: ReadonlySet<string> = new Set(['application/json', 'application/vnd.openstack.volume+json']);

/** Connectors of real hosts are two levels deep. */
const MAX_DEPTH = 32;

const MALFORMED = 'Malformed request body';

/** Parses the body of a matched route. Checks its type (415), its JSON (400) and its action (400). */
@Injectable()
export class BodyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const edge = edgeOf(request);
    const handler = context.getHandler();
    const actions = this.actionsOf(handler);
    const readsBody =
      actions !== undefined || this.reflector.get<unknown>(BODY_SCHEMAS, handler) !== undefined;
    edge.body = this.parse(request, edge.rawBody);
    delete edge.rawBody;
    if (!readsBody && edge.body !== undefined) throw new InvalidInput();
    if (actions !== undefined) checkAction(edge.body, actions);
    else if (readsBody && edge.body === undefined) throw new InvalidInput();
    return true;
  }

  private actionsOf(handler: ReturnType<ExecutionContext['getHandler']>): readonly string[] | undefined {
    const action = this.reflector.get<string | undefined>(ACTION, handler);
    if (action !== undefined) return [action];
    const bodies = this.reflector.get<ActionBodies | undefined>(ACTIONS, handler);
    return bodies === undefined ? undefined : Object.keys(bodies);
  }

  private parse(request: Request, raw: Buffer | undefined): unknown {
    const type = request.headers['content-type'];
    // As in Cinder, a body without a content type is no body.
    if (raw === undefined || raw.length === 0 || type === undefined) return undefined;
    if (!READABLE.has(type.split(';', 1)[0]?.trim().toLowerCase() ?? '')) {
      throw new UnsupportedMediaType('Unsupported Content-Type');
    }
    const text = decode(raw);
    const value = parsed(text);
    // Schema checks, copies and JSON.stringify walk through the body recursively.
    if (isDeeperThan(MAX_DEPTH, value))
      throw new InvalidInput(`${MALFORMED}: it is nested more than ${MAX_DEPTH} levels deep`);
    // Databases cannot return it: UTF-8 has no lone surrogates.
    if (/\\ud[89a-f]/i.test(text) && hasHalfCharacter(value))
      throw new InvalidInput(`${MALFORMED}: a string contains an unpaired surrogate`);
    return value;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const unexpected = unexpectedIn(text);
    throw new InvalidInput(unexpected === undefined ? MALFORMED : `${MALFORMED}: ${unexpected}`);
  }
}

function decode(raw: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    throw new InvalidInput(`${MALFORMED}: it is not UTF-8`);
  }
}

/** Returns whether arrays and objects are nested more than `limit` levels deep. */
function isDeeperThan(limit: number, value: unknown): boolean {
  let containers = [value].filter(isContainer);
  for (let depth = 1; containers.length > 0; depth += 1) {
    if (depth > limit) return true;
    containers = containers.flatMap((container): unknown[] => Object.values(container)).filter(isContainer);
  }
  return false;
}

/** Returns whether a string anywhere in a value has a lone surrogate. */
function hasHalfCharacter(value: unknown): boolean {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value);
  return isContainer(value) && Object.entries(value).flat().some(hasHalfCharacter);
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function checkAction(body: unknown, actions: readonly string[]): void {
  if (body === undefined) throw new InvalidInput(noSuchAction('None'));
  if (body === null) throw new NotFound();
  const names = typeof body === 'object' && !Array.isArray(body) ? Object.keys(body) : [];
  const [name] = names;
  if (name === undefined || names.length > 1) throw new InvalidInput(MALFORMED);
  if (!actions.includes(name)) throw new InvalidInput(noSuchAction(name.slice(0, 255)));
}

function noSuchAction(name: string): string {
  return `There is no such action: ${name}. Verify the request body and Content-Type header and try again.`;
}
