import assert from 'node:assert/strict';
import {
  DriverError,
  isDriverError,
  type Connection,
  type DriverErrorCode,
  type VolumeRef,
} from '../contract/index.js';
import type { Scenario } from './scenario.js';

/** Asserts that a call is refused with the code, and returns the error. */
export async function refuses(code: DriverErrorCode, call: Promise<unknown>): Promise<DriverError> {
  const error = await failureOf(call);
  assert.ok(error !== null, `expected ${code}, but the call succeeded`);
  return hasCode(code, error);
}

/** Asserts that a synchronous call is refused with the code, and returns the error. */
export function refusesAtOnce(code: DriverErrorCode, call: () => unknown): DriverError {
  const error = thrownBy(call);
  assert.ok(error !== null, `expected ${code} to be thrown, but the call returned`);
  return hasCode(code, error);
}

/** Returns the error that a synchronous call throws, or null if it returns. */
export function thrownBy(call: () => unknown): unknown {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return error ?? new Error('thrown without a reason');
  }
  // The call may wrongly be async: its late rejection must not abort the whole test run.
  Promise.resolve(result).catch(() => undefined);
  return null;
}

function hasCode(code: DriverErrorCode, error: unknown): DriverError {
  assert.ok(isDriverError(error), `expected a DriverError ${code}, but got ${String(error)}`);
  assert.equal(error.code, code, `the error "${error.message}" has the wrong code`);
  return error;
}

/** Returns the error of a failed call, or null if it succeeds. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return null;
  } catch (error) {
    return error ?? new Error('rejected without a reason');
  }
}

/** Asserts that the backend admits exactly the hosts of these connections, unless the driver cannot know. */
export async function admitsExactly(
  scenario: Scenario,
  volume: VolumeRef,
  connections: readonly Connection[],
): Promise<void> {
  const { admitted } = await scenario.inspect(volume);
  if (admitted === null || scenario.options.capabilities.accessControl === 'none') return;
  const [found, expected] = [admitted, connections.map((connection) => scenario.hostOf(connection))].map(
    (hosts) => [...new Set(hosts)].sort(),
  );
  const told = (hosts: unknown) => JSON.stringify(hosts);
  assert.deepEqual(found, expected, `the backend admits ${told(found)}, but ${told(expected)} are connected`);
}
