import { SetMetadata } from '@nestjs/common';
import type { JsonSchema } from '../http/json-schema.js';

/** A query parameter of a list. */
export interface QueryDoc {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonSchema;
}

/** A successful response. */
export interface SuccessDoc {
  readonly status: number;
  readonly description: string;
  /** Schema of the body; undefined if there is no body. */
  readonly schema?: JsonSchema;
  /** Media type of the body; `application/json` by default. */
  readonly mediaType?: string;
  /** True if the body may be missing despite the schema. */
  readonly mayBeEmpty?: boolean;
}

/** A header that only this operation reads. */
export interface HeaderDoc extends QueryDoc {
  readonly required: boolean;
}

/** Documentation of an operation that its other decorators do not provide. */
export interface OperationDoc {
  /** Unique operation id, used by generated clients. */
  readonly id: string;
  readonly tag: 'attachments' | 'volumes' | 'volume types' | 'deployment' | 'not kept' | 'operators';
  readonly summary: string;
  readonly description: string;
  readonly query?: readonly QueryDoc[];
  readonly headers?: readonly HeaderDoc[];
  readonly success: SuccessDoc;
  /** Other successful responses, each with a different status. */
  readonly also?: readonly SuccessDoc[];
  /** Descriptions of faults by status, where they add to the general text. */
  readonly faults?: Readonly<Record<number, string>>;
  /** Ids of the operations that create what this one needs, in the order to send them. */
  readonly first?: readonly string[];
  /** Status of a request with the example values, if that is not the success. */
  readonly usual?: number;
  /** Example values of path parameters, where they differ from those of path-parameters.ts. */
  readonly path?: Readonly<Record<string, string>>;
  /** Examples of the request's body by title. The page sends the first one. */
  readonly requests?: Readonly<Record<string, object>>;
  /** Names of recorded examples (examples.json). */
  readonly examples?: {
    readonly request?: string;
    readonly response?: string;
    /** True if the response is an attachment whose connection_info is shown for every driver. */
    readonly ofEveryDriver?: boolean;
  };
}

/** Description of a successful response that an operation never sends. */
export const NEVER = 'Never.';

export const OPERATION_DOC = Symbol('OPERATION_DOC');

/** Documents an operation. Operations without it are not in the document. */
export const Describes = (doc: OperationDoc): MethodDecorator => SetMetadata(OPERATION_DOC, doc);
