import { hostname } from 'node:os';
import {
  context,
  createNoopMeter,
  type Meter,
  type MeterProvider,
  propagation,
  trace,
} from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type BufferConfig,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import type { Logger } from 'pino';
import type { Config } from '../config/config.schema.js';
import type { Metrics, SpanOutcome } from '../metrics/metrics.js';
import { ownVersion } from '../package-folder.js';

/** Longest wait for the collector when the server stops, in milliseconds. */
const LAST_SPANS_MS = 1_000;

/** Counter of the SDK: spans that were sent, failed to be sent, or found no place in the queue. */
const PROCESSED = 'otel.sdk.processor.span.processed';

/**
 * Begins to send spans to the collector. Loaded only if one is configured. Variables named `OTEL_…` set what has no
 * setting (docs/operations/traces.md).
 * @returns a function that sends the last spans and ends it, within {@link LAST_SPANS_MS}.
 */
export function sendToCollector(
  url: string,
  config: Config,
  metrics: Metrics,
  log: Logger,
): () => Promise<void> {
  const { otlp_headers: headers, trace_ratio: ratio } = config;
  const health = new CollectorHealth(log);
  setGlobalErrorHandler((error) => health.failed(error));
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces`, ...(headers && { headers }) });
  // An option of the SDK that the types of this class do not name.
  const observed: BufferConfig & { readonly selfObsMeterProvider: MeterProvider } = {
    selfObsMeterProvider: counting((spans, outcome) => {
      metrics.spansEnded(spans, outcome);
      if (outcome === 'delivered') health.succeeded();
    }),
  };
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'clinker',
      'service.version': ownVersion(),
      'service.instance.id': `${hostname()}-${String(process.pid)}`,
    }).merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter, observed)],
    ...(ratio !== undefined && {
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    }),
  });
  // Without baggage: what a client writes there would be passed to Nova and Keystone.
  provider.register({ propagator: new W3CTraceContextPropagator() });
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<void>((resolve) => (timer = setTimeout(resolve, LAST_SPANS_MS)));
    await Promise.race([provider.shutdown().catch(() => undefined), timeUp]);
    clearTimeout(timer);
    for (const api of [trace, context, propagation]) api.disable();
  };
}

/** Logs when the collector stops taking spans, and when it takes them again. */
class CollectorHealth {
  private isFailing = false;

  constructor(private readonly log: Logger) {}

  failed(error: unknown): void {
    if (!this.isFailing) this.log.warn({ err: error }, 'the collector takes no traces: they are lost');
    this.isFailing = true;
  }

  succeeded(): void {
    if (this.isFailing) this.log.info('the collector takes traces again');
    this.isFailing = false;
  }
}

/** Returns what the SDK takes for a provider of meters: it tells `count` of the spans that are done with. */
function counting(count: (spans: number, outcome: SpanOutcome) => void): MeterProvider {
  const meter = createNoopMeter();
  const processed = {
    add: (spans: number, attributes: Readonly<Record<string, unknown>> = {}) => {
      const problem = attributes['error.type'];
      count(spans, problem === undefined ? 'delivered' : problem === 'queue_full' ? 'dropped' : 'failed');
    },
  };
  // The meter is shared by all who ask for it: it is not to be changed.
  const own: Meter = Object.assign(Object.create(meter) as Meter, {
    createCounter: (name: string) => (name === PROCESSED ? processed : meter.createCounter(name)),
  });
  return { getMeter: () => own };
}
