import { BASE_RULES, POLICY, CHECKS } from '../policy.js';
import type { Caller } from '../request-context.js';
import {
  asksForProject,
  type Expression,
  ExpressionError,
  parseExpression,
  referencesOf,
} from './expression.js';

/** A rule as written by an operator. */
export interface WrittenRule {
  readonly text: string;
  /** Line in the file, from 1. */
  readonly line: number;
}

/** A mistake in a rule. */
export interface RuleProblem {
  readonly line: number;
  readonly rule: string;
  readonly problem: string;
}

/** The rules in force: the defaults with the operator's overrides. */
export class RuleSet {
  private constructor(private readonly rules: ReadonlyMap<string, Expression>) {}

  /** Builds the rules from the defaults and `overrides`; adds mistakes to `problems`. */
  static with(overrides: ReadonlyMap<string, WrittenRule>, problems: RuleProblem[]): RuleSet {
    const rules = new Map<string, Expression>();
    for (const [name, text] of defaultRules()) rules.set(name, parseExpression(text));
    const known = new Set(rules.keys());
    for (const [rule, { text, line }] of overrides) {
      try {
        rules.set(rule, parseExpression(text));
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        problems.push({ line, rule, problem: error.message });
        // Keep the rule defined, so that references to it are not reported as well.
        rules.set(rule, { kind: 'nobody' });
      }
    }
    problems.push(...strayNames(rules, known, overrides), ...cycles(rules, overrides));
    if (problems.length === 0 && asks(rules, 'context_is_admin')) {
      const { line = 1 } = overrides.get('context_is_admin') ?? {};
      problems.push({
        line,
        rule: 'context_is_admin',
        problem: 'admins are not limited to a project: the rule cannot refer to project_id',
      });
    }
    return new RuleSet(rules);
  }

  /** Returns whether a caller satisfies a rule for a resource of a project. */
  holds(rule: string, caller: Caller, projectId: string): boolean {
    const expression = this.rules.get(rule);
    return expression !== undefined && this.evaluate(expression, caller, projectId);
  }

  private evaluate(expression: Expression, caller: Caller, projectId: string): boolean {
    switch (expression.kind) {
      case 'everyone':
        return true;
      case 'nobody':
        return false;
      case 'role':
        return caller.roles.has(expression.role);
      case 'rule':
        return this.holds(expression.name, caller, projectId);
      case 'admin':
        return caller.isAdmin === expression.is;
      case 'own-project':
        return caller.projectId === projectId;
      case 'not':
        return !this.evaluate(expression.of, caller, projectId);
      case 'all':
        return expression.of.every((one) => this.evaluate(one, caller, projectId));
      case 'any':
        return expression.of.some((one) => this.evaluate(one, caller, projectId));
    }
  }
}

/** Returns the default text of each rule. */
export function defaultRules(): Map<string, string> {
  const named = Object.entries(BASE_RULES).map(([name, { text }]) => [name, text] as const);
  return new Map([
    ...named,
    ...Object.entries(POLICY).map(([name, { check }]) => [name, CHECKS[check]] as const),
  ]);
}

/** Finds references to undefined rules, and overrides that are neither known nor referenced. */
function strayNames(
  rules: ReadonlyMap<string, Expression>,
  known: ReadonlySet<string>,
  overrides: ReadonlyMap<string, WrittenRule>,
): RuleProblem[] {
  const referred = new Set([...rules.values()].flatMap(referencesOf));
  return [...overrides].flatMap(([rule, { line }]) => {
    const references = referencesOf(rules.get(rule) ?? { kind: 'nobody' });
    const missing = references.filter((name) => !rules.has(name));
    const problems = missing.map((name) => `rule:${name} is not defined`);
    if (!known.has(rule) && !referred.has(rule))
      problems.push('unknown rule, and no other rule refers to it');
    return problems.map((problem) => ({ line, rule, problem }));
  });
}

/** Finds rules that refer to themselves through others; reports each cycle once, at its first line. */
function cycles(
  rules: ReadonlyMap<string, Expression>,
  overrides: ReadonlyMap<string, WrittenRule>,
): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const done = new Set<string>();
  const follow = (rule: string, path: readonly string[]): void => {
    const start = path.indexOf(rule);
    if (start >= 0) {
      const circle = path.slice(start);
      const lines = circle.flatMap((name) => overrides.get(name)?.line ?? []);
      const line = Math.min(...lines);
      const first = circle.find((name) => overrides.get(name)?.line === line) ?? rule;
      const from = circle.indexOf(first);
      const turned = [...circle.slice(from), ...circle.slice(0, from), first];
      problems.push({ line, rule: first, problem: `refers to itself: ${turned.join(' → ')}` });
      return;
    }
    const expression = rules.get(rule);
    if (expression === undefined || done.has(rule)) return;
    for (const name of new Set(referencesOf(expression))) follow(name, [...path, rule]);
    done.add(rule);
  };
  for (const rule of rules.keys()) follow(rule, []);
  return problems;
}

/** Returns whether a rule checks the project; the rules must be free of cycles. */
function asks(rules: ReadonlyMap<string, Expression>, rule: string): boolean {
  const expression = rules.get(rule);
  if (expression === undefined) return false;
  return asksForProject(expression) || referencesOf(expression).some((name) => asks(rules, name));
}
