import { Forbidden } from '../../platform/errors.js';
import type { RuleSet } from './policy-file/rule-set.js';
import type { PolicyRule } from './policy.js';
import type { Caller, Identity } from './request-context.js';

/** Belongs to no caller. All that a rule can ask of a resource's project is whether it is the caller's own. */
const NO_PROJECT = '\0';

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

  /** Returns whether it matters for this caller which project the requested resource belongs to. */
  dependsOnProject(caller: Caller, rule: PolicyRule): boolean {
    return this.allows(caller, rule) !== this.allows(caller, rule, NO_PROJECT);
  }
}

/** Creates the error for a failed rule, naming it as Cinder does. */
export function refusal(rule: PolicyRule): Forbidden {
  return new Forbidden(`Policy doesn't allow ${rule} to be performed.`);
}
