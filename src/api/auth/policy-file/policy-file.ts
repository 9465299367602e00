import { readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { type RuleProblem, RuleSet, type WrittenRule } from './rule-set.js';

/** Unusable policy file; the message lists every mistake with its line and rule. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';

  constructor(readonly problems: readonly string[]) {
    super(`The policy is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Rules of a file, and its YAML errors. */
interface PolicyFile {
  readonly rules: ReadonlyMap<string, WrittenRule>;
  readonly problems: readonly (Omit<RuleProblem, 'rule'> & { readonly rule?: string })[];
}

/**
 * Loads the default rules, overridden by those of a file if there is one.
 * @throws PolicyError with all mistakes at once.
 */
export function loadRules(file: string | undefined): RuleSet {
  const { rules, problems: inYaml } = readPolicyFile(file);
  const inRules: RuleProblem[] = [];
  const set = RuleSet.with(rules, inRules);
  const problems = [...inYaml, ...inRules].sort((one, other) => one.line - other.line);
  if (problems.length === 0) return set;
  throw new PolicyError(
    problems.map(({ line, rule, problem }) => [`${file}:${line}`, rule ?? [], problem].flat().join(': ')),
  );
}

/** Reads a policy file; empty without a file. @throws PolicyError when it cannot be read. */
export function readPolicyFile(file: string | undefined): PolicyFile {
  if (file === undefined) return { rules: new Map(), problems: [] };
  return parsePolicy(read(file));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new PolicyError([`policy_file: ${file} cannot be read (${code})`]);
  }
}

function parsePolicy(text: string): PolicyFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (offset = 0): number => Math.max(1, lines.linePos(offset).line);
  const problems: PolicyFile['problems'][number][] = document.errors.map(({ message, pos }) => ({
    line: lineOf(pos[0]),
    problem: message,
  }));
  const rules = new Map<string, WrittenRule>();
  const { contents } = document;
  if (contents === null) return { rules, problems };
  if (!isMap<Node, Node | null>(contents)) {
    return {
      rules,
      problems: [...problems, { line: 1, problem: 'must contain rules, each with a name and a string' }],
    };
  }
  for (const { key, value } of contents.items) {
    const line = lineOf(key.range[0]);
    const rule = isScalar(key) ? String(key.value) : 'a key';
    // YAML reads `rule: !` as a tagged empty text, which would allow everyone.
    if (isScalar(value) && typeof value.value === 'string' && value.tag === undefined)
      rules.set(rule, { text: value.value, line });
    else problems.push({ line, rule, problem: 'must be a string; put it in quotes' });
  }
  return { rules, problems };
}
