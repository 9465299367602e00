import type { ExportPage } from '../contract/index.js';
import {
  backendStats,
  connectionInfo,
  exportDetails,
  exportStates,
  volumeState,
  type ResultCheck,
} from '../results/driver-results.js';
import { NotPlainData } from '../results/frozen-copy.js';
import type { Rule } from './rules.js';

/** A call returned what the server refuses. */
export class InvalidResult extends Error {
  override readonly name = 'InvalidResult';

  constructor(
    message: string,
    readonly rule: Rule,
  ) {
    super(message);
  }
}

/** The server's check of each method's result, and the sentence of the contract about it. */
const CHECKS: Readonly<Record<string, readonly [Rule, (args: readonly unknown[]) => ResultCheck<unknown>]>> =
  {
    createExport: ['createExport', () => exportDetails],
    ensureExport: ['ensureExport', () => exportDetails],
    initializeConnection: ['initializeConnection', () => connectionInfo],
    inspect: ['inspect', () => volumeState],
    listExports: ['listExports', ([page]) => exportStates(page as ExportPage)],
    getStats: ['getStats', () => backendStats],
  };

/** @throws InvalidResult in the server's words. */
export function checkResult(method: string, args: readonly unknown[], result: unknown): void {
  const check = Object.hasOwn(CHECKS, method) ? CHECKS[method] : undefined;
  if (check === undefined) return;
  const [rule, checkFor] = check;
  try {
    checkFor(args)(result);
  } catch (error) {
    if (!(error instanceof NotPlainData)) throw error;
    throw new InvalidResult(`${method} of the driver returned an invalid result: ${error.message}`, rule);
  }
}
