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
import { namedAction } from '../http/body.js';
import { edgeOf } from '../http/edge.js';
import { contextOf } from './context.decorator.js';
import { Policies, refusal } from './policies.js';
import type { PolicyRule } from './policy.js';
import type { RequestContext } from './request-context.js';

export const POLICY_RULE = Symbol('POLICY_RULE');
export const POLICY_TARGET = Symbol('POLICY_TARGET');

/** Kinds of things that rules are about, beyond the caller's project as a whole. */
export type TargetKind = 'attachment' | 'new-attachment' | 'volume' | 'volume-type';

/** Finds what a request is about, or throws NotFound; gives back the project that has it, null where none does. */
export type TargetFinder = (ctx: RequestContext, id: string, body: unknown) => Promise<string | null>;

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

  /**
   * The project that has the thing, null where none does.
   * @throws NotFound when the caller cannot see such a thing.
   */
  async find(kind: TargetKind, ctx: RequestContext, id: string, body: unknown): Promise<string | null> {
    return (await this.finders.get(kind)?.(ctx, id, body)) ?? null;
  }
}

/**
 * Refuses callers who do not satisfy the route's rule (403). What the caller cannot see is 404 first (SPEC 4.3), which
 * is looked up only for those who are about to be refused: everyone else finds out in the service. Whose it is has to be
 * known beforehand only for admins, who see more than their own project, and rules that ask for it.
 */
@Injectable()
export class PolicyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly targets: PolicyTargets,
    private readonly policies: Policies,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler();
    const routeRule = this.reflector.get<RouteRule | undefined>(POLICY_RULE, handler);
    if (routeRule === undefined) return true;
    const request = context.switchToHttp().getRequest<Request>();
    const rule = typeof routeRule === 'string' ? routeRule : ruleOfAction(routeRule, edgeOf(request).body);
    const ctx = contextOf(request);
    const find = (): Promise<string | null> => this.target(handler, ctx, request);
    const owner = ctx.isAdmin && this.policies.asksForProject(rule) ? await find() : null;
    if (this.policies.allows(ctx, rule, owner ?? undefined)) return true;
    if (owner === null) await find();
    throw refusal(rule);
  }

  private async target(handler: object, ctx: RequestContext, request: Request): Promise<string | null> {
    const kind = this.reflector.get<TargetKind | undefined>(POLICY_TARGET, handler as () => void);
    if (kind === undefined) return null;
    const id = Object.values(request.params).at(0);
    return this.targets.find(kind, ctx, typeof id === 'string' ? id : '', edgeOf(request).body);
  }
}

function ruleOfAction(rules: Readonly<Record<string, PolicyRule>>, body: unknown): PolicyRule {
  const action = namedAction(body);
  const rule = rules[action];
  if (rule === undefined) throw new Error(`the action ${action} has no policy rule`);
  return rule;
}
