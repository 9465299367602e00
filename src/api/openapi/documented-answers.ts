import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { closed } from './closed-schema.js';

/** A response and the operation that sent it. */
export interface GivenAnswer {
  readonly method: string;
  /** The operation's path as in the document; undefined when the request reached no operation. */
  readonly path: string | undefined;
  readonly status: number;
  readonly body: unknown;
}

type Node = Readonly<Record<string, unknown>>;

/** Validates a body; returns the problem, or null. */
type BodyCheck = (body: unknown) => string | null;

/**
 * Validates responses against an OpenAPI document: the operation must have the status, and the body must match its
 * schema without additional keys. Of operations missing in the document, only faults are checked. Schemas are compiled
 * on first use.
 */
export class DocumentedAnswers {
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false });
  private readonly checks = new Map<string, BodyCheck>();

  constructor(private readonly document: Node) {}

  /** Returns the problem of a response, without its values; null when there is none. */
  problemOf({ method, path, status, body }: GivenAnswer): string | null {
    const operation = path === undefined ? undefined : this.at('paths', path, method.toLowerCase());
    if (operation === undefined)
      return status < 400 || body === undefined ? null : faultProblem(status, body);
    const key = `${method} ${path} ${status}`;
    let check = this.checks.get(key);
    if (check === undefined) {
      check = this.checkOf(operation, status);
      this.checks.set(key, check);
    }
    // As sent over the wire: without undefined values.
    return check(body === undefined ? undefined : JSON.parse(JSON.stringify(body)));
  }

  private checkOf(operation: Node, status: number): BodyCheck {
    const responses = operation['responses'] as Node;
    const response = this.resolved(responses[String(status)]);
    if (response === undefined) return () => `status ${status} is not documented`;
    const schema = this.resolved(
      ((response['content'] as Node | undefined)?.['application/json'] as Node | undefined)?.['schema'],
    );
    if (schema === undefined) return (body) => (body === undefined ? null : 'no body is documented');
    const validate = this.ajv.compile(closed(this.inlined(schema) as Node));
    const mayBeEmpty = response['x-clinker-may-be-empty'] === true;
    return (body) => {
      if (body === undefined) return mayBeEmpty ? null : 'the documented body is missing';
      return validate(body) ? null : problem(validate);
    };
  }

  /** Returns a node with every reference below it resolved. No schema contains itself. */
  private inlined(node: unknown): unknown {
    if (Array.isArray(node)) return node.map((one) => this.inlined(one));
    if (typeof node !== 'object' || node === null) return node;
    if ('$ref' in node) return this.inlined(this.resolved(node));
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, this.inlined(value)]));
  }

  /** Resolves a reference; returns anything else unchanged. */
  private resolved(node: unknown): Node | undefined {
    const reference = (node as Node | undefined)?.['$ref'];
    if (typeof reference !== 'string') return node as Node | undefined;
    return this.at(...reference.slice(2).split('/'));
  }

  private at(...keys: readonly string[]): Node | undefined {
    return keys.reduce<Node | undefined>(
      (node, key) => (node !== undefined && Object.hasOwn(node, key) ? (node[key] as Node) : undefined),
      this.document,
    );
  }
}

function problem({ errors }: ValidateFunction): string {
  const [error] = errors ?? [];
  if (error === undefined) return 'the body does not match';
  const { instancePath, message, params } = error;
  const key = (params as { additionalProperty?: string }).additionalProperty;
  return `${instancePath || 'the body'} ${message ?? 'does not match'}${key === undefined ? '' : `: ${key}`}`;
}

/** Faults that are sent before an operation is reached have the envelope, too. */
function faultProblem(status: number, body: unknown): string | null {
  const values = Object.values(body as object) as unknown[];
  const [fault] = values as { code?: unknown; message?: unknown }[];
  const isFault = values.length === 1 && fault?.code === status && typeof fault.message === 'string';
  return isFault ? null : 'the fault has no fault envelope';
}
