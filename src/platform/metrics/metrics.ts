import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ownVersion } from '../package-folder.js';
import { labelOfStatus, METHODS, OTHER_METHOD } from './labels.js';

/** Upper bounds in seconds: a show takes about a millisecond, a call of a storage host may take a minute. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Upper bounds of the units of one commit; SqliteUnitOfWork shares one among 32. */
const UNITS = [1, 2, 4, 8, 16, 32];

/** Metrics of prom-client with as many series as Node.js has kinds of resources, and with names that promtool refuses. */
const UNWANTED = ['handles', 'requests', 'resources'].flatMap((what) => [
  `nodejs_active_${what}`,
  `nodejs_active_${what}_total`,
]);

/** A request whose response has ended. */
export interface EndedRequest {
  readonly method: string;
  /** Template of the matched route; undefined if none matched. */
  readonly route: string | undefined;
  /** Null if the client went away before the response was complete. */
  readonly status: number | null;
  readonly seconds: number;
  /** Null where none was negotiated. */
  readonly microversion: string | null;
}

/** What became of spans: the collector took them, it did not, or there were too many to wait for it. */
export type SpanOutcome = 'delivered' | 'failed' | 'dropped';

/** A driver call that was answered or given up. */
export interface EndedCall {
  readonly backend: string;
  /** Name of the driver method. */
  readonly method: string;
  readonly outcome: string;
  readonly seconds: number;
}

/**
 * The instruments of one server. Label values come from sets that the program or its configuration fixes, never from
 * clients: the number of series does not grow with what is stored (docs/adr/0030).
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly registers = [this.registry];
  private hasDefaults = false;

  private readonly requests = new Counter({
    name: 'clinker_http_requests_total',
    help: 'Requests by method, route template and status class; status "gone": the client went away. Route "unmatched": none matched, or the request was refused before that.',
    labelNames: ['method', 'route', 'status'],
    registers: this.registers,
  });
  private readonly requestSeconds = new Histogram({
    name: 'clinker_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its response.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: this.registers,
  });
  private readonly microversions = new Counter({
    name: 'clinker_http_requests_by_microversion_total',
    help: 'Requests by negotiated microversion; "none" where there is none.',
    labelNames: ['microversion'],
    registers: this.registers,
  });
  private readonly calls = new Counter({
    name: 'clinker_driver_calls_total',
    help: 'Driver calls by backend, driver method and outcome (ok, refused, unavailable, timeout, failed).',
    labelNames: ['backend', 'method', 'outcome'],
    registers: this.registers,
  });
  private readonly callSeconds = new Histogram({
    name: 'clinker_driver_call_duration_seconds',
    help: 'Time until a driver call was answered or given up.',
    labelNames: ['backend', 'method', 'outcome'],
    buckets: SECONDS,
    registers: this.registers,
  });
  private readonly commits = new Counter({
    name: 'clinker_database_commits_total',
    help: 'Committed transactions.',
    registers: this.registers,
  });
  private readonly unitsPerCommit = new Histogram({
    name: 'clinker_database_units_per_commit',
    help: 'Units of work that shared a committed transaction.',
    buckets: UNITS,
    registers: this.registers,
  });
  private readonly unitWaitSeconds = new Histogram({
    name: 'clinker_database_unit_wait_seconds',
    help: 'Time that a unit of work waited for its turn.',
    buckets: SECONDS,
    registers: this.registers,
  });
  private readonly rounds = new Counter({
    name: 'clinker_reconciler_rounds_total',
    help: 'Rounds of the reconciler by outcome (done, failed).',
    labelNames: ['outcome'],
    registers: this.registers,
  });
  private readonly recovered = new Counter({
    name: 'clinker_reconciler_work_total',
    help: 'Journal entries that the reconciler tried to end, by kind and outcome (done, failed).',
    labelNames: ['kind', 'outcome'],
    registers: this.registers,
  });
  private readonly findings = new Counter({
    name: 'clinker_consistency_findings_total',
    help: 'Findings of the consistency checks by kind and repair (manual, possible, done, failed), counted in each check that makes them.',
    labelNames: ['kind', 'repair'],
    registers: this.registers,
  });

  private readonly cutReaders = new Counter({
    name: 'clinker_event_readers_cut_total',
    help: 'Event streams that were cut off because their clients took nothing.',
    registers: this.registers,
  });

  private readonly webhookTries = new Counter({
    name: 'clinker_webhook_tries_total',
    help: 'Events sent to webhooks, by outcome: delivered, failed (it will be sent again), dead (given up).',
    labelNames: ['webhook', 'outcome'],
    registers: this.registers,
  });
  private readonly webhookLag = new Gauge({
    name: 'clinker_webhook_behind_events',
    help: 'Events that a webhook has not been sent yet, at its last look.',
    labelNames: ['webhook'],
    registers: this.registers,
  });

  private readonly spans = new Counter({
    name: 'clinker_trace_spans_total',
    help: 'Spans of traces by outcome: delivered, failed (the collector did not take them), dropped (too many waited for it).',
    labelNames: ['outcome'],
    registers: this.registers,
  });
  private readonly notificationTries = new Counter({
    name: 'clinker_notifications_total',
    help: 'Notifications on the message broker, by outcome: delivered, failed (it will be sent again).',
    labelNames: ['outcome'],
    registers: this.registers,
  });
  private readonly notificationLag = new Gauge({
    name: 'clinker_notifications_behind_events',
    help: 'Events that the message broker has not been sent yet, at the last look.',
    registers: this.registers,
  });

  spansEnded(count: number, outcome: SpanOutcome): void {
    this.spans.inc({ outcome }, count);
  }

  webhookTried(webhook: string, outcome: 'delivered' | 'failed' | 'dead', events: number): void {
    this.webhookTries.inc({ webhook, outcome }, events);
  }

  notificationTried(outcome: 'delivered' | 'failed' | 'dead', notifications: number): void {
    this.notificationTries.inc({ outcome }, notifications);
  }

  notificationsBehind(events: number): void {
    this.notificationLag.set(events);
  }

  webhookBehind(webhook: string, events: number): void {
    this.webhookLag.set({ webhook }, events);
  }

  /** @param count returns the number of open event streams. */
  watchEventReaders(count: () => number): void {
    new Gauge({
      name: 'clinker_event_readers',
      help: 'Open event streams.',
      registers: this.registers,
      collect() {
        this.set(count());
      },
    });
  }

  eventReaderCut(): void {
    this.cutReaders.inc();
  }

  requestEnded({ method, route = 'unmatched', status, seconds, microversion }: EndedRequest): void {
    const known = METHODS.has(method) ? method : OTHER_METHOD;
    const labels = { method: known, route, status: labelOfStatus(status) };
    this.requests.inc(labels);
    this.requestSeconds.observe(labels, seconds);
    this.microversions.inc({ microversion: microversion ?? 'none' });
  }

  driverCallEnded({ backend, method, outcome, seconds }: EndedCall): void {
    const labels = { backend, method, outcome };
    this.calls.inc(labels);
    this.callSeconds.observe(labels, seconds);
  }

  unitWaited(ms: number): void {
    this.unitWaitSeconds.observe(ms / 1000);
  }

  committed(units: number): void {
    this.commits.inc();
    this.unitsPerCommit.observe(units);
  }

  roundEnded(outcome: 'done' | 'failed'): void {
    this.rounds.inc({ outcome });
  }

  workTried(kind: string, outcome: 'done' | 'failed'): void {
    this.recovered.inc({ kind, outcome });
  }

  /** Counts zero findings of each kind: an increase can only be seen from a value on. */
  expectFindings(kinds: readonly string[], repairs: readonly string[]): void {
    for (const kind of kinds) for (const repair of repairs) this.findings.inc({ kind, repair }, 0);
  }

  found(kind: string, repair: string): void {
    this.findings.inc({ kind, repair });
  }

  /** Everything in the text format of Prometheus. */
  async text(): Promise<string> {
    this.observeProcess();
    const text = await this.registry.metrics();
    // prom-client spells the value of an empty observation otherwise than the format.
    return text.replace(/ Nan$/gm, ' NaN');
  }

  /** The process is observed from the first scrape on: a server that nobody scrapes does not pay for it. */
  private observeProcess(): void {
    if (this.hasDefaults) return;
    this.hasDefaults = true;
    collectDefaultMetrics({ register: this.registry });
    for (const name of UNWANTED) this.registry.removeSingleMetric(name);
    new Gauge({
      name: 'clinker_build_info',
      help: 'Always 1; the labels name the release and the version of Node.js.',
      labelNames: ['version', 'node'],
      registers: this.registers,
    }).set({ version: ownVersion(), node: process.version }, 1);
  }
}
