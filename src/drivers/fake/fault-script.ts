import { isDeepStrictEqual } from 'node:util';
import { DriverError, type Connector } from '../contract/index.js';
import type { Fault, FakeOptions, ScriptedCall, TimedCall } from './fake-options.js';

/** What a call is about, for the faults that wait for certain ones only. */
export interface CallSubject {
  readonly volumeId?: string;
  readonly connectors?: readonly Connector[];
}

/** Plays the latencies and faults that the options ask for. Counts matching calls, so one script serves one driver. */
export class FaultScript {
  private readonly matches = new Map<Fault, number>();

  constructor(private readonly options: Pick<FakeOptions, 'latency_ms' | 'faults'>) {}

  /** Does `work` at the scripted pace, and fails before or after it as scripted. */
  async play<T>(
    call: TimedCall,
    subject: CallSubject,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    assertNotAborted(signal);
    const latencyMs = this.options.latency_ms[call] ?? 0;
    if (latencyMs > 0) await waitFor(latencyMs, signal);
    await this.strike(this.due(call, subject, 'before'), signal);
    const result = await work();
    await this.strike(this.due(call, subject, 'after'), signal);
    return result;
  }

  /** The same for a call that cannot wait. */
  check(call: ScriptedCall, subject: CallSubject): void {
    const fault = this.due(call, subject, 'before');
    if (fault !== undefined) throw errorOf(fault);
  }

  private async strike(fault: Fault | undefined, signal: AbortSignal): Promise<void> {
    if (fault === undefined) return;
    if (fault.hang) await waitFor(Infinity, signal);
    throw errorOf(fault);
  }

  /** The first fault whose turn it is. Every fault that fits counts the call, struck or not. */
  private due(call: ScriptedCall, subject: CallSubject, phase: Fault['phase']): Fault | undefined {
    let due: Fault | undefined;
    for (const fault of this.options.faults) {
      if (fault.call !== call || fault.phase !== phase || !fits(fault, subject)) continue;
      const earlier = this.matches.get(fault) ?? 0;
      this.matches.set(fault, earlier + 1);
      if (earlier >= fault.skip && earlier < fault.skip + (fault.times ?? Infinity)) due ??= fault;
    }
    return due;
  }
}

function fits(fault: Fault, { volumeId, connectors = [] }: CallSubject): boolean {
  if (fault.volume !== undefined && fault.volume !== volumeId) return false;
  if (fault.connector === undefined) return true;
  const wanted = Object.entries(fault.connector);
  return connectors.some((connector) =>
    wanted.every(([key, value]) => isDeepStrictEqual(connector[key], value)),
  );
}

function errorOf(fault: Fault): DriverError {
  return new DriverError(fault.error, fault.message ?? `scripted fault of ${fault.call}`);
}

function assertNotAborted(signal: AbortSignal): void {
  if (signal.aborted) throw aborted();
}

function aborted(): DriverError {
  return new DriverError('UNAVAILABLE', 'the call was aborted');
}

/** Resolves after `ms`, never for `Infinity`; rejects once the signal aborts. */
function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = Number.isFinite(ms) ? setTimeout(end, ms) : undefined;
    function giveUp(): void {
      clearTimeout(timer);
      reject(aborted());
    }
    function end(): void {
      signal.removeEventListener('abort', giveUp);
      resolve();
    }
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}
