import { isDeepStrictEqual } from 'node:util';
import { DriverError, type Connector } from '../contract/index.js';
import type { Fault, FakeOptions, ScriptedCall, TimedCall } from './fake-options.js';

/** The volume and connectors of a call, for faults limited to certain calls. */
export interface CallSubject {
  readonly volumeId?: string;
  readonly connectors?: readonly Connector[];
}

/** Plays the configured latencies and faults. It counts matching calls, so each driver needs its own script. */
export class FaultScript {
  private readonly matches = new Map<Fault, number>();

  constructor(private readonly options: Pick<FakeOptions, 'latency_ms' | 'faults'>) {}

  /** Runs `work` with the scripted latency, and fails before or after it as scripted. */
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

  /** Like `play`, for synchronous calls. */
  check(call: ScriptedCall, subject: CallSubject): void {
    const fault = this.due(call, subject, 'before');
    if (fault !== undefined) throw errorOf(fault);
  }

  private async strike(fault: Fault | undefined, signal: AbortSignal): Promise<void> {
    if (fault === undefined) return;
    if (fault.hang) await waitFor(Infinity, signal);
    throw errorOf(fault);
  }

  /** Returns the first fault that is due. Every matching fault counts the call, even if it is not raised. */
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
