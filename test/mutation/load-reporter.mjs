import { reportLine } from './report-line.mjs';

/** Tells of suites that failed before their first test, of which environment.mjs learns nothing. */
export default class LoadReporter {
  onTestResult({ path }, { testExecError }) {
    if (testExecError !== undefined && testExecError !== null)
      reportLine({ suite: path, failed: `cannot be loaded: ${testExecError.message}`.slice(0, 200) });
  }
}
