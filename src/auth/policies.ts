import { Forbidden } from '../common/errors.js';
import type { RuleSet } from './policy-file/rule-set.js';
import type { PolicyRule } from './policy.js';
import type { Caller, Identity } from './request-context.js';

/** Who may do what, by the rules in force. What a caller cannot see is not found, whatever a rule says. */
export class Policies {
  constructor(private readonly rules: RuleSet) {}

  /** Whether a caller sees and changes every project. */
  isAdmin(identity: Identity): boolean {
    return this.rules.holds('context_is_admin', { ...identity, isAdmin: false }, identity.projectId);
  }

  /** @param projectId whose the thing is that the request is about; the caller's own where there is none. */
  allows(caller: Caller, rule: PolicyRule, projectId: string = caller.projectId): boolean {
    return this.rules.holds(rule, caller, projectId);
  }

  /** As {@link allows}. @throws Forbidden */
  assert(caller: Caller, rule: PolicyRule, projectId?: string): void {
    if (!this.allows(caller, rule, projectId)) throw refusal(rule);
  }

  /** Whether a rule distinguishes between what is the caller's and what is another project's. */
  asksForProject(rule: PolicyRule): boolean {
    return this.rules.asksForProject(rule);
  }
}

/** The refusal of a rule, naming it as Cinder does. */
export function refusal(rule: PolicyRule): Forbidden {
  return new Forbidden(`Policy doesn't allow ${rule} to be performed.`);
}
