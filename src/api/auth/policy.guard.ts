import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  type OnModuleInit,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { MarkedMethods, methodMark } from '../../platform/marked-methods.js';
import { namedAction } from '../http/body.js';
import { edgeOf } from '../http/edge.js';
import { contextOf } from './context.decorator.js';
import { Policies, refusal } from './policies.js';
import type { PolicyRule } from './policy.js';
import type { RequestContext } from './request-context.js';

export const POLICY_RULE = Symbol('POLICY_RULE');
export const POLICY_TARGET = Symbol('POLICY_TARGET');

/** Resource kinds that rules can target, besides the caller's project as a whole. */
export type TargetKind = 'attachment' | 'new-attachment' | 'volume' | 'volume-type';

/** URL parameter with the resource's id; null where the body names the resource. */
const TARGET_PARAMETERS = {
  attachment: 'attachment_id',
  'new-attachment': null,
  volume: 'volume_id',
  'volume-type': 'type_id',
} as const satisfies Record<TargetKind, string | null>;

type TargetFinder = (ctx: RequestContext, id: string, body: unknown) => Promise<string | null>;

/** Marks the method that finds targets of a kind. It returns the resource's project, null if it has none; throws NotFound. */
export const FindsPolicyTarget = methodMark<TargetKind, Parameters<TargetFinder>, Promise<string | null>>(
  'FindsPolicyTarget',
);

/** The rule of a route, or of each of its actions by name. */
export type RouteRule = PolicyRule | Readonly<Record<string, PolicyRule>>;

/** Restricts a route to callers who satisfy the rule. Every route below /v3 has one. */
export const Policy = (rule: RouteRule, target?: TargetKind): MethodDecorator =>
  applyDecorators(SetMetadata(POLICY_RULE, rule), SetMetadata(POLICY_TARGET, target));

/** Looks up the resources that rules target, by the methods marked with {@link FindsPolicyTarget}. */
@Injectable()
export class PolicyTargets implements OnModuleInit {
  private readonly finders = new Map<TargetKind, TargetFinder>();

  constructor(private readonly marked: MarkedMethods) {}

  onModuleInit(): void {
    for (const { value: kind, call } of this.marked.of(FindsPolicyTarget)) this.finders.set(kind, call);
  }

  /**
   * Returns the resource's project, null if it has none.
   * @throws NotFound when the caller cannot see the resource; Error when no finder is registered for the kind.
   */
  async find(kind: TargetKind, ctx: RequestContext, id: string, body: unknown): Promise<string | null> {
    const finder = this.finders.get(kind);
    if (finder === undefined) throw new Error(`no resolver for the resource of a rule: ${kind}`);
    return finder(ctx, id, body);
  }
}

/**
 * Refuses callers who do not satisfy the route's rule (403). A resource that the caller cannot see is 404 first
 * (docs/specification.md#order-of-checks). That lookup happens only before a refusal; otherwise the service does it.
 * Only admins, who see more than their own project, may need it beforehand, for rules that check the project.
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
    const owner = ctx.isAdmin && this.policies.dependsOnProject(ctx, rule) ? await find() : null;
    if (this.policies.allows(ctx, rule, owner ?? undefined)) return true;
    if (owner === null) await find();
    throw refusal(rule);
  }

  private async target(handler: object, ctx: RequestContext, request: Request): Promise<string | null> {
    const kind = this.reflector.get<TargetKind | undefined>(POLICY_TARGET, handler as () => void);
    if (kind === undefined) return null;
    return this.targets.find(kind, ctx, targetId(kind, request), edgeOf(request).body);
  }
}

function targetId(kind: TargetKind, request: Request): string {
  const parameter = TARGET_PARAMETERS[kind];
  if (parameter === null) return '';
  const id = request.params[parameter];
  if (typeof id !== 'string')
    throw new Error(`a rule applies to a ${kind}, but the route has no ${parameter}`);
  return id;
}

function ruleOfAction(rules: Readonly<Record<string, PolicyRule>>, body: unknown): PolicyRule {
  const action = namedAction(body);
  const rule = rules[action];
  if (rule === undefined) throw new Error(`the action ${action} has no policy rule`);
  return rule;
}
