/** A parsed check, in the subset of oslo.policy's language that is supported here (docs/adr/0013). */
export type Expression =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'admin'; readonly is: boolean }
  | { readonly kind: 'own-project' }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Expression[] };

/** Invalid expression; the message says where and why. */
export class ExpressionError extends Error {}

/** Parentheses, and words that may contain `%(name)s`. */
const TOKEN = /[()]|(?:%\([^()\s]*\)s|[^\s()])+/g;

const KNOWN = 'role:<name>, rule:<name>, is_admin:True, is_admin:False, project_id:%(project_id)s, @ and !';

/**
 * Parses an expression: checks joined by `and`, `or` and `not` with the usual precedence, and parentheses. An empty
 * text allows everyone.
 * @throws ExpressionError
 */
export function parseExpression(text: string): Expression {
  const tokens = text.match(TOKEN) ?? [];
  if (tokens.length === 0) return { kind: 'everyone' };
  const parser = new Parser(tokens);
  const expression = parser.any();
  parser.expectEnd();
  return expression;
}

/** Returns the names of the rules that an expression refers to; `is_admin` refers to `context_is_admin`. */
export function referencesOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'rule':
      return [expression.name];
    case 'admin':
      return ['context_is_admin'];
    case 'not':
      return referencesOf(expression.of);
    case 'all':
    case 'any':
      return expression.of.flatMap(referencesOf);
    default:
      return [];
  }
}

/** Returns whether an expression itself, not a referenced rule, checks the project. */
export function asksForProject(expression: Expression): boolean {
  if (expression.kind === 'not') return asksForProject(expression.of);
  if (expression.kind === 'all' || expression.kind === 'any') return expression.of.some(asksForProject);
  return expression.kind === 'own-project';
}

class Parser {
  private position = 0;

  constructor(private readonly tokens: readonly string[]) {}

  any(): Expression {
    return this.chain('or', 'any', () => this.chain('and', 'all', () => this.negation()));
  }

  expectEnd(): void {
    const token = this.tokens[this.position];
    if (token === ')') throw new ExpressionError('there is an unmatched )');
    if (token !== undefined) throw new ExpressionError(`expected "and", "or" or the end before ${token}`);
  }

  private chain(word: string, kind: 'all' | 'any', operand: () => Expression): Expression {
    const first = operand();
    const operands = [first];
    while (this.takeWord(word)) operands.push(operand());
    return operands.length === 1 ? first : { kind, of: operands };
  }

  private negation(): Expression {
    if (this.takeWord('not')) return { kind: 'not', of: this.negation() };
    const token = this.tokens[this.position];
    const before = this.tokens[this.position - 1];
    if (token === undefined || token === ')' || /^(and|or)$/i.test(token))
      throw new ExpressionError(
        `a check is missing ${before === undefined ? 'at the beginning' : `after ${before}`}`,
      );
    this.position += 1;
    if (token !== '(') return check(token);
    const inner = this.any();
    if (this.tokens[this.position] !== ')') {
      const next = this.tokens[this.position];
      throw new ExpressionError(next === undefined ? 'there is an unmatched (' : `expected ) before ${next}`);
    }
    this.position += 1;
    return inner;
  }

  private takeWord(word: string): boolean {
    if (this.tokens[this.position]?.toLowerCase() !== word) return false;
    this.position += 1;
    return true;
  }
}

function check(token: string): Expression {
  if (token === '@') return { kind: 'everyone' };
  if (token === '!') return { kind: 'nobody' };
  const [, kind = '', match = ''] = /^([^:]+):(.+)$/.exec(token) ?? [];
  if (kind === 'project_id' && match === '%(project_id)s') return { kind: 'own-project' };
  if (kind === 'is_admin' && (match === 'True' || match === 'False'))
    return { kind: 'admin', is: match === 'True' };
  if (kind === 'role' && !match.includes('%')) return { kind: 'role', role: match.toLowerCase() };
  if (kind === 'rule') return { kind: 'rule', name: match };
  throw new ExpressionError(`unknown check ${token}; the checks are ${KNOWN}`);
}
