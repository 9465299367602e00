import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { JsonSchema } from '../http/json-schema.js';

/** A parameter in the query of a list. */
export interface QueryDoc {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonSchema;
}

/** What the document says about an operation beyond what its other decorators tell. */
export interface OperationDoc {
  /** Unique name, as generated clients call it. */
  readonly id: string;
  readonly tag: 'attachments' | 'volumes' | 'volume types' | 'deployment' | 'operators';
  readonly summary: string;
  readonly description: string;
  readonly query?: readonly QueryDoc[];
  /** The successful answer; without a schema it has no body. */
  readonly success: { readonly status: number; readonly description: string; readonly schema?: JsonSchema };
  /** When the operation's faults occur, by status, where there is more to say than the general text. */
  readonly faults?: Readonly<Record<number, string>>;
  /** Names of the examples of a real run (examples.json). */
  readonly examples?: {
    readonly request?: string;
    readonly response?: string;
    /** Whether the response is an attachment whose connection_info is to be shown of every driver. */
    readonly ofEveryDriver?: boolean;
  };
}

/** Describes an operation for people; the document builder adds what its other decorators know. */
export function Describes(doc: OperationDoc): MethodDecorator {
  const { status, description, schema } = doc.success;
  return applyDecorators(
    ApiTags(doc.tag),
    ApiOperation({ operationId: doc.id, summary: doc.summary, description: doc.description }),
    ApiResponse({
      status,
      description,
      ...(schema === undefined ? {} : { content: { 'application/json': { schema } } }),
    }),
    ...(doc.query ?? []).map((query) => ApiQuery({ ...query, required: false })),
    ApiExtension('x-clinker-doc', doc),
  );
}
