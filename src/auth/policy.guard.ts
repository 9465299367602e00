import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import type { Request } from 'express';
import { Forbidden } from '../common/errors.js';
import { namedAction } from '../http/body.js';
import { edgeOf } from '../http/edge.js';
import { contextOf } from './context.decorator.js';
import { isAllowed, type PolicyRule } from './policy.js';
import type { RequestContext } from './request-context.js';

export const POLICY_RULE = Symbol('POLICY_RULE');
export const POLICY_TARGET = Symbol('POLICY_TARGET');

/** Kinds of things that rules are about, beyond the caller's project as a whole. */
export type TargetKind = 'attachment' | 'new-attachment' | 'volume' | 'volume-type';

/** Finds what a request is about, or throws NotFound. */
export type TargetFinder = (ctx: RequestContext, id: string, body: unknown) => Promise<void>;

/** The rule of a route, or of each of its actions by name. */
export type RouteRule = PolicyRule | Readonly<Record<string, PolicyRule>>;

/** The route is allowed to callers who satisfy the rule. Every route below /v3 has one. */
export const Policy = (rule: RouteRule, target?: TargetKind): MethodDecorator =>
  applyDecorators(
    SetMetadata(POLICY_RULE, rule),
    SetMetadata(POLICY_TARGET, target),
    ApiExtension('x-openstack-policy', rule),
  );

/** How to find the things that rules are about; features register theirs. */
@Injectable()
export class PolicyTargets {
  private readonly finders = new Map<TargetKind, TargetFinder>();

  register(kind: TargetKind, finder: TargetFinder): void {
    this.finders.set(kind, finder);
  }

  /** @throws NotFound when the caller cannot see such a thing. */
  async find(kind: TargetKind, ctx: RequestContext, id: string, body: unknown): Promise<void> {
    await this.finders.get(kind)?.(ctx, id, body);
  }
}

/**
 * Refuses callers whose roles do not satisfy the route's rule (403). What the caller cannot see is 404 first
 * (SPEC 4.3), which is looked up only for those who are about to be refused: everyone else finds out in the service.
 */
@Injectable()
export class PolicyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly targets: PolicyTargets,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler();
    const routeRule = this.reflector.get<RouteRule | undefined>(POLICY_RULE, handler);
    if (routeRule === undefined) return true;
    const request = context.switchToHttp().getRequest<Request>();
    const rule = typeof routeRule === 'string' ? routeRule : ruleOfAction(routeRule, edgeOf(request).body);
    const ctx = contextOf(request);
    if (isAllowed(ctx, rule)) return true;
    const target = this.reflector.get<TargetKind | undefined>(POLICY_TARGET, handler);
    if (target !== undefined) {
      const id = Object.values(request.params).at(0);
      await this.targets.find(target, ctx, typeof id === 'string' ? id : '', edgeOf(request).body);
    }
    throw refusal(rule);
  }
}

function ruleOfAction(rules: Readonly<Record<string, PolicyRule>>, body: unknown): PolicyRule {
  const action = namedAction(body);
  const rule = rules[action];
  if (rule === undefined) throw new Error(`the action ${action} has no policy rule`);
  return rule;
}

/** The refusal of a rule, naming it as Cinder does. */
export function refusal(rule: PolicyRule): Forbidden {
  return new Forbidden(`Policy doesn't allow ${rule} to be performed.`);
}
