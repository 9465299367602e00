import type { OPERATIONS } from './generated/operations.js';
import type { operations } from './generated/schema.js';

/** The id of an operation in openapi.json, for example `showVolume`. */
export type OperationId = keyof typeof OPERATIONS & keyof operations;

/** A part of a request: absent if the operation has none, optional if nothing in it is required. */
type Part<Name extends string, Value> = [Value] extends [never]
  ? unknown
  : keyof Value extends never
    ? unknown
    : Record<string, never> extends Value
      ? { readonly [K in Name]?: Value }
      : { readonly [K in Name]: Value };

type Parameters<O extends OperationId, In extends 'path' | 'query' | 'header'> = NonNullable<
  operations[O]['parameters'][In]
>;

type Body<O extends OperationId> = operations[O] extends {
  requestBody: { content: { 'application/json': infer Value } };
}
  ? { readonly body: Value }
  : unknown;

/** What every request may have. */
export interface RequestOptions {
  /** Microversion of this request, for example `3.44` or `latest`; default: that of the client. */
  readonly microversion?: string | undefined;
  /** Ends the request; its promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A request of an operation: its `path`, `query` and `headers` parameters and its `body`, as openapi.json describes them. */
export type RequestOf<O extends OperationId> = Part<'path', Parameters<O, 'path'>> &
  Part<'query', Parameters<O, 'query'>> &
  Part<'headers', Omit<Parameters<O, 'header'>, 'OpenStack-API-Version'>> &
  Body<O> &
  RequestOptions;

/** The arguments of an operation's method: the request may be left out if nothing in it is required. */
export type Arguments<O extends OperationId> =
  Record<string, never> extends RequestOf<O> ? [request?: RequestOf<O>] : [request: RequestOf<O>];

type Content<Answer> = Answer extends { content: { 'application/json': infer Value } }
  ? Value
  : Answer extends { content: { 'text/event-stream': unknown } }
    ? Response
    : undefined;

type Success = 200 | 202 | 204;

type AnswersOf<O extends OperationId> = operations[O]['responses'];

/** The parsed body of an operation's success; undefined without one; a stream of events is the response itself. */
export type AnswerOf<O extends OperationId> = Content<AnswersOf<O>[keyof AnswersOf<O> & Success]>;

/** The statuses of faults that openapi.json documents. */
export type FaultStatus = {
  [O in OperationId]: Exclude<keyof operations[O]['responses'], Success>;
}[OperationId];

/** An operation that lists in pages. */
export type PagedId = {
  [O in OperationId]: (typeof OPERATIONS)[O] extends { page: readonly [string, string] } ? O : never;
}[OperationId];

/** An item of an operation's pages. */
export type ItemOf<O extends PagedId> =
  AnswerOf<O> extends Readonly<Record<(typeof OPERATIONS)[O]['page'][0], readonly (infer Item)[]>>
    ? Item
    : never;

/** Sends a request of an operation. */
export type Send = <O extends OperationId>(id: O, ...[request]: Arguments<O>) => Promise<AnswerOf<O>>;
