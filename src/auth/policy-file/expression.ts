/** What a rule asks of a caller, in the part of oslo.policy's language that makes sense here (docs/adr/0013). */
export type Expression =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'admin'; readonly is: boolean }
  | { readonly kind: 'own-project' }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Expression[] };

/** A text that is no expression; the message says where and why. */
export class ExpressionError extends Error {}

/** Parentheses, and words that may hold a `%(name)s` of their own. */
const TOKEN = /[()]|(?:%\([^()\s]*\)s|[^\s()])+/g;

const KNOWN = 'role:<name>, rule:<name>, is_admin:True, is_admin:False, project_id:%(project_id)s, @ and !';

/**
 * Reads an expression: checks joined by `and`, `or` and `not`, which bind in the usual order, and parentheses. An empty
 * text is everyone.
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

/** The names of the rules that an expression refers to; `context_is_admin` is what `is_admin` asks for. */
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

/** Whether an expression itself, not those that it refers to, asks for the project. */
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
    if (token === ')') throw new ExpressionError('there is a ) without its (');
    if (token !== undefined) throw new ExpressionError(`and, or or the end is expected before ${token}`);
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
      throw new ExpressionError(
        next === undefined ? 'there is a ( without its )' : `) is expected before ${next}`,
      );
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
  throw new ExpressionError(`${token} is none of the checks that there are: ${KNOWN}`);
}
