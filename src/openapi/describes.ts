import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { JsonSchema } from '../http/json-schema.js';

export const OPERATION_DOC = Symbol('OPERATION_DOC');

/** A parameter in the query of a list. */
export interface QueryDoc {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

/** What the document says about an operation beyond what its other decorators tell. */
export interface OperationDoc {
  /** Unique name, as generated clients call it. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly query?: readonly QueryDoc[];
  /** The successful answer; without a schema it has no body. */
  readonly success: { readonly status: number; readonly description: string; readonly schema?: JsonSchema };
  /** Statuses of the faults that this operation has beyond those of its decorators, and when they occur. */
  readonly faults?: Readonly<Record<number, string>>;
  /** Names of the examples of a real run (src/openapi/examples.json). */
  readonly examples?: { readonly request?: string; readonly response?: string };
}

/** Describes an operation for people; the document builder adds what the other decorators know. */
export const Describes = (doc: OperationDoc): MethodDecorator =>
  applyDecorators(
    SetMetadata(OPERATION_DOC, doc),
    ApiTags(doc.tag),
    ApiOperation({ operationId: doc.id, summary: doc.summary, description: doc.description }),
  );
