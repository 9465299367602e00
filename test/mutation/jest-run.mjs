import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs suites of the copy in one process, which is killed after `seconds`.
 * @param mutant number of the mutant that is on; or null
 * @returns exit status, null after the time limit; and the lines of environment.mjs
 */
export async function runSuites(copy, suites, { mutant = null, seconds = Infinity }) {
  const folder = mkdtempSync(join(copy, '..', 'run-'));
  const reportFile = join(folder, 'report');
  const paths = suites.map((suite) => join(copy, suite));
  const child = spawn(
    process.execPath,
    [
      'node_modules/jest/bin/jest.js',
      '--config',
      'test/mutation/jest.config.mjs',
      '--cacheDirectory',
      join(copy, '..', 'cache'),
      '--runInBand',
      ...(mutant === null ? [] : ['--bail']),
      '--runTestsByPath',
      ...paths,
    ],
    {
      cwd: copy,
      detached: true,
      stdio: 'ignore',
      env: {
        ...process.env,
        TMPDIR: folder,
        MUTATION_REPORT: reportFile,
        MUTATION_SUITES: JSON.stringify(paths),
        ...(mutant === null ? {} : { __STRYKER_ACTIVE_MUTANT__: mutant }),
      },
    },
  );
  let isLate = false;
  const kill = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nothing is left of it.
    }
  };
  const limit = Number.isFinite(seconds)
    ? setTimeout(() => {
        isLate = true;
        kill();
      }, seconds * 1000)
    : undefined;
  process.once('exit', kill);
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(limit);
  process.off('exit', kill);
  // Programs that a suite started and did not get to stop.
  kill();
  const lines = readLines(reportFile).map((line) => ({ ...line, suite: line.suite.slice(copy.length + 1) }));
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  return { status: isLate ? null : status, lines };
}

function readLines(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}
