import assert from 'node:assert/strict';
import {
  DriverError,
  isDriverError,
  type Connection,
  type DriverErrorCode,
  type VolumeRef,
} from '../contract/index.js';
import type { Scenario } from './scenario.js';

/** Asserts that a call is refused with the code; gives back the error. */
export async function refuses(code: DriverErrorCode, call: Promise<unknown>): Promise<DriverError> {
  const error = await failureOf(call);
  assert.ok(error !== null, `the call succeeds where ${code} is expected`);
  return hasCode(code, error);
}

/** Asserts that a synchronous call is refused with the code; gives back the error. */
export function refusesAtOnce(code: DriverErrorCode, call: () => unknown): DriverError {
  const error = thrownBy(call);
  assert.ok(error !== null, `the call returns where ${code} is expected to be thrown`);
  return hasCode(code, error);
}

/** What a synchronous call throws, or null when it returns. */
export function thrownBy(call: () => unknown): unknown {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return error ?? new Error('thrown without a reason');
  }
  // Of a driver that is wrongly asynchronous here: its late rejection must not end the whole test run.
  Promise.resolve(result).catch(() => undefined);
  return null;
}

function hasCode(code: DriverErrorCode, error: unknown): DriverError {
  assert.ok(isDriverError(error), `${String(error)} is thrown where a DriverError ${code} is expected`);
  assert.equal(error.code, code, `the error "${error.message}" has another code`);
  return error;
}

/** What a call fails with, or null when it succeeds. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return null;
  } catch (error) {
    return error ?? new Error('rejected without a reason');
  }
}

/** Asserts which connections' hosts the backend admits, unless the driver cannot know. */
export async function admitsExactly(
  scenario: Scenario,
  volume: VolumeRef,
  connections: readonly Connection[],
): Promise<void> {
  const { admitted } = await scenario.inspect(volume);
  if (admitted === null || scenario.options.capabilities.accessControl === 'none') return;
  const expected = new Set(connections.map((connection) => scenario.hostOf(connection)));
  assert.deepEqual(
    [...new Set(admitted)].sort(),
    [...expected].sort(),
    'other hosts are admitted than connected',
  );
}
