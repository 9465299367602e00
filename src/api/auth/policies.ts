import { Forbidden } from '../../platform/errors.js';
import type { RuleSet } from './policy-file/rule-set.js';
import type { PolicyRule } from './policy.js';
import type { Caller, Identity } from './request-context.js';

/** Evaluates the policy rules in force. Resources that a caller cannot see are not found, whatever a rule says. */
export class Policies {
  constructor(private readonly rules: RuleSet) {}

  /** Returns whether a caller sees and changes every project. */
  isAdmin(identity: Identity): boolean {
    return this.rules.holds('context_is_admin', { ...identity, isAdmin: false }, identity.projectId);
  }

  /** @param projectId project of the requested resource, or the caller's own when there is no resource. */
  allows(caller: Caller, rule: PolicyRule, projectId: string = caller.projectId): boolean {
    return this.rules.holds(rule, caller, projectId);
  }

  /** As {@link allows}. @throws Forbidden */
  assert(caller: Caller, rule: PolicyRule, projectId?: string): void {
    if (!this.allows(caller, rule, projectId)) throw refusal(rule);
  }

  /** Returns whether a rule depends on the project of the requested resource. */
  asksForProject(rule: PolicyRule): boolean {
    return this.rules.asksForProject(rule);
  }
}

/** Creates the error for a failed rule, naming it as Cinder does. */
export function refusal(rule: PolicyRule): Forbidden {
  return new Forbidden(`Policy doesn't allow ${rule} to be performed.`);
}
