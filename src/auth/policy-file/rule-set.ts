import { BASE_RULES, POLICY, CHECKS } from '../policy.js';
import type { Caller } from '../request-context.js';
import {
  asksForProject,
  type Expression,
  ExpressionError,
  parseExpression,
  referencesOf,
} from './expression.js';

/** A rule as an operator wrote it. */
export interface WrittenRule {
  readonly text: string;
  /** Where it stands in the file; the first line is 1. */
  readonly line: number;
}

/** What is wrong with a rule. */
export interface RuleProblem {
  readonly line: number;
  readonly rule: string;
  readonly problem: string;
}

/** The rules in force: the defaults, and what an operator has put in the place of some. */
export class RuleSet {
  private constructor(
    private readonly rules: ReadonlyMap<string, Expression>,
    /** Those that ask for the project of what a request is about, themselves or by a rule that they refer to. */
    private readonly projectRules: ReadonlySet<string>,
  ) {}

  /** The defaults with `overrides` in their place; all that is wrong with these goes to `problems`. */
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
        // It is there, so that those who refer to it are not wrong as well.
        rules.set(rule, { kind: 'nobody' });
      }
    }
    problems.push(...strayNames(rules, known, overrides), ...cycles(rules, overrides));
    const projectRules = new Set(
      problems.length > 0 ? [] : [...rules.keys()].filter((rule) => asks(rules, rule)),
    );
    if (projectRules.has('context_is_admin')) {
      const { line = 1 } = overrides.get('context_is_admin') ?? {};
      problems.push({
        line,
        rule: 'context_is_admin',
        problem: 'an admin is one in every project: project_id cannot be asked for',
      });
    }
    return new RuleSet(rules, projectRules);
  }

  /** Whether a caller satisfies a rule for something of a project. */
  holds(rule: string, caller: Caller, projectId: string): boolean {
    const expression = this.rules.get(rule);
    return expression !== undefined && this.evaluate(expression, caller, projectId);
  }

  /** Whether the outcome of a rule depends on whose the thing is that a request is about. */
  asksForProject(rule: string): boolean {
    return this.projectRules.has(rule);
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

/** Each rule with the text that it has unless an operator gives it another one. */
export function defaultRules(): Map<string, string> {
  const named = Object.entries(BASE_RULES).map(([name, { text }]) => [name, text] as const);
  return new Map([
    ...named,
    ...Object.entries(POLICY).map(([name, { check }]) => [name, CHECKS[check]] as const),
  ]);
}

/** References to rules that are not there, and rules that nothing refers to and nobody asks for. */
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
      problems.push('there is no such rule, and no other one refers to it');
    return problems.map((problem) => ({ line, rule, problem }));
  });
}

/** Rules that refer to themselves by way of others; each circle once, at the first of its lines. */
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

/** Whether a rule asks for the project; for rules without circles. */
function asks(rules: ReadonlyMap<string, Expression>, rule: string): boolean {
  const expression = rules.get(rule);
  if (expression === undefined) return false;
  return asksForProject(expression) || referencesOf(expression).some((name) => asks(rules, name));
}
