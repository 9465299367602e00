import {
  type Attributes,
  context,
  type Context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TimeInput,
  trace,
} from '@opentelemetry/api';

/** What is known of a span when it begins. Values contain no secrets: names, ids and numbers only. */
export interface SpanStart {
  readonly name: string;
  /** `request` for one that is received, `call` for one that is sent; default: work inside the server. */
  readonly kind?: 'request' | 'call';
  readonly attributes?: Attributes;
}

const KINDS = { request: SpanKind.SERVER, call: SpanKind.CLIENT } as const;

const NOT_RECORDED = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/**
 * A part of a trace that has begun. What {@link within} starts belongs to it. Every function of this file does nothing but
 * call the work it is given while no collector is configured (docs/adr/0037).
 */
export class OpenSpan {
  constructor(
    private readonly span: Span,
    private readonly parent: Context,
  ) {}

  within<T>(work: () => T): T {
    if (this.span === NOT_RECORDED) return work();
    return context.with(trace.setSpan(this.parent, this.span), work);
  }

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  /** @param failure class of the failure, if it failed; never its message, which may contain secrets. */
  end(failure?: string): void {
    if (failure !== undefined) {
      this.span.setAttribute('error.type', failure);
      this.span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.span.end();
  }

  rename(name: string): void {
    this.span.updateName(name);
  }

  /** Links the spans with one that they shared, which belongs to the first of them that is part of a trace. */
  static shared(name: string, startTime: TimeInput, members: readonly OpenSpan[]): void {
    const recorded = members.filter(({ span }) => isSpanContextValid(span.spanContext()));
    const [first] = recorded;
    if (first === undefined) return;
    const links: Link[] = recorded.map(({ span }) => ({ context: span.spanContext() }));
    const shared = tracer().startSpan(name, { startTime, links }, trace.setSpan(first.parent, first.span));
    for (const { span } of recorded) span.addLink({ context: shared.spanContext() });
    shared.end();
  }
}

/** A span of no trace. */
export const NO_SPAN = new OpenSpan(NOT_RECORDED, ROOT_CONTEXT);

/** Begins a trace, or continues the one that the headers of a request name; invalid headers begin a new one. */
export function beginTrace({ name, kind, attributes }: SpanStart, headers: object): OpenSpan {
  const caller = propagation.extract(ROOT_CONTEXT, headers);
  const options = { ...(kind && { kind: KINDS[kind] }), ...(attributes && { attributes }) };
  return new OpenSpan(tracer().startSpan(name, options, caller), caller);
}

/** Begins a part of the current trace; outside of any, begins none. */
export function beginSpan({ name, kind, attributes }: SpanStart): OpenSpan {
  const parent = context.active();
  if (trace.getSpan(parent) === undefined) return NO_SPAN;
  const options = { ...(kind && { kind: KINDS[kind] }), ...(attributes && { attributes }) };
  return new OpenSpan(tracer().startSpan(name, options, parent), parent);
}

/** Runs `work` as a part of the current trace. */
export async function traced<T>(start: SpanStart, work: (span: OpenSpan) => Promise<T>): Promise<T> {
  const span = beginSpan(start);
  if (span === NO_SPAN) return work(span);
  try {
    const result = await span.within(() => work(span));
    span.end();
    return result;
  } catch (error) {
    span.end(error instanceof Error ? error.name : 'thrown');
    throw error;
  }
}

/** Returns a function that runs in the current trace, whoever calls it. */
export function inThisTrace<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R {
  return context.bind(context.active(), work);
}

/** Runs `work`, which goes on for many callers, as a part of no trace. */
export function outsideTraces<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, work);
}

/** Headers that let another service continue the current trace; none outside of any. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** Fields by which log lines of the current trace are found; none outside of any. */
export function traceFields(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId };
}

/** Not kept: a test may have replaced the provider. */
function tracer() {
  return trace.getTracer('clinker');
}
