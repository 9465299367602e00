import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CONTRACT_VERSION, type DriverDefinition } from '../../contract/index.js';
import { declaredTests, type DeclaredTest } from '../declared-tests.js';
import { ofDefinition, type DefinitionOptions } from '../defined-driver.js';
import { removeTestFolders } from '../test-folders.js';
import { foundIn } from '../observation.js';
import { plainText } from '../plain-text.js';
import { maskedText } from '../secrets.js';
import { checkRequired, optionsFrom } from './backend-options.js';
import { findDriver, type FoundDriver } from './found-driver.js';
import { resultsOf, type TestResult } from './judge.js';
import { loadedModule } from './loaded-module.js';
import { NotJudged } from './not-judged.js';
import { htmlReport } from './reports/html.js';
import { jsonReport } from './reports/json.js';
import { junitReport } from './reports/junit.js';
import { TerminalReport } from './reports/terminal.js';
import type { Verdict } from './verdict.js';

/** Exit statuses; CI relies on them. */
const STATUS = { conforms: 0, broken: 1, notJudged: 2 } as const;

/** What the command needs of the program that it is in. */
export interface Surroundings {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether the output understands ANSI codes. */
  readonly isColoured: boolean;
  readonly write: (line: string) => void;
  readonly writeError: (line: string) => void;
  /** Resolves with the signal that asks the process to end. */
  ended?(): Promise<string>;
  /** Ends the process soon, even if the driver left something running. */
  end(status: number): void;
  /** Finds drivers that are neither packages nor paths; null if there is none of the name. */
  builtin?(name: string): Promise<DriverDefinition | null>;
}

/**
 * Judges a driver and reports.
 * @param program how the command is called, for its messages.
 * @returns the exit status.
 */
export async function checkDriver(
  program: string,
  args: readonly string[],
  around: Surroundings,
): Promise<number> {
  try {
    return await check(program, args, around);
  } catch (error) {
    if (!(error instanceof NotJudged)) throw error;
    around.writeError(`${program}: ${error.message}`);
    around.end(STATUS.notJudged);
    return STATUS.notJudged;
  }
}

async function check(program: string, args: readonly string[], around: Surroundings): Promise<number> {
  const { driver, values } = parsed(args);
  const path = (file: string | undefined) => file && resolve(around.folder, file);
  const builtin = await around.builtin?.(driver);
  const found =
    builtin == null ? await findDriver(driver, around.folder) : { definition: builtin, package: null };
  const given = await kitOptions(found.definition, values, around);
  const tests = chosen(given, values.only);
  const report = new TerminalReport(around.write, around.isColoured);
  const asked = { tests, isPart: values.only !== undefined, ended: around.ended?.() };
  const verdict = await judged({ program, driver: plainText(driver, 200) }, found, asked, report);
  report.end(verdict);
  await write(path(values.junit), junitReport, verdict);
  await write(path(values.json), jsonReport, verdict);
  await write(path(values.html), htmlReport, verdict);
  if (verdict.endedBy !== null)
    for (const left of removeTestFolders()) around.writeError(`${program}: not removed: ${plainText(left)}`);
  const isBroken = verdict.results.some((one) => one.status === 'broken');
  const judgement = isBroken ? STATUS.broken : STATUS.conforms;
  const status = verdict.endedBy === null ? judgement : STATUS.notJudged;
  around.end(status);
  return status;
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ options: text, kit: text, only: text, junit: text, json: text, html: text },
        option: { type: 'string', multiple: true, default: [] },
        'option-env': { type: 'string', multiple: true, default: [] },
      },
    });
    const [driver, ...more] = positionals;
    if (driver !== undefined && more.length === 0) return { driver, values };
  } catch (error) {
    throw new NotJudged((error as Error).message);
  }
  throw new NotJudged('expected exactly one package or path');
}

type Values = ReturnType<typeof parsed>['values'];

async function kitOptions(
  definition: DriverDefinition,
  values: Values,
  { folder, environment }: Surroundings,
): Promise<DefinitionOptions> {
  const file = values.options && resolve(folder, values.options);
  const sources = { file, values: values.option, variables: values['option-env'] };
  const { optionsSchema } = definition;
  const options = await optionsFrom(sources, environment, optionsSchema);
  checkRequired(optionsSchema, options(tmpdir()));
  const further = values.kit === undefined ? {} : await optionsOfKit(resolve(folder, values.kit));
  return { options, ...further, definition };
}

async function optionsOfKit(file: string): Promise<Partial<DefinitionOptions>> {
  const exported = await loadedModule(file);
  if (typeof exported === 'object' && exported !== null) return exported;
  throw new NotJudged(`${file} must export an object as default`);
}

/** @throws NotJudged if there is none. */
function chosen(given: DefinitionOptions, only = ''): readonly DeclaredTest[] {
  let tests: readonly DeclaredTest[];
  try {
    tests = declaredTests(ofDefinition(given)).filter(({ title }) => title.includes(only));
  } catch (error) {
    throw new NotJudged(
      `the driver's capabilities could not be found out: ${plainText(maskedText(foundIn(error)))}`,
    );
  }
  if (tests.every(({ skipped }) => skipped !== null)) throw new NotJudged('no test applies to the driver');
  return tests;
}

/** What is to be run. */
interface Asked extends Pick<Verdict, 'isPart'> {
  readonly tests: readonly DeclaredTest[];
  /** Resolves when the run must end before its time. */
  readonly ended: Promise<string> | undefined;
}

async function judged(
  command: Pick<Verdict, 'program' | 'driver'>,
  { definition, package: named }: FoundDriver,
  { tests, isPart, ended = new Promise(() => undefined) }: Asked,
  report: TerminalReport,
): Promise<Verdict> {
  const startedAt = new Date();
  const results: TestResult[] = [];
  let endedBy: string | null = null;
  void ended.then((signal) => (endedBy = signal));
  for await (const result of resultsOf(tests, ended)) {
    if (results.every(({ status }) => status === 'skipped')) throwIfNotSetUp(result);
    results.push(result);
    report.result(result, command);
  }
  return {
    ...command,
    name: plainText(definition.name, 100),
    package: named,
    contract: CONTRACT_VERSION,
    capabilities: definition.capabilities,
    startedAt,
    tookMs: Date.now() - startedAt.getTime(),
    results,
    planned: tests.length,
    isPart,
    endedBy,
  };
}

/** The first test shows whether the driver can be used at all. */
function throwIfNotSetUp({ violations: [first] }: TestResult): void {
  if (first?.rule !== 'setup' && first?.rule !== 'create') return;
  const [line = ''] = first.found.split('\n');
  throw new NotJudged(`${first.rule} of the driver: ${line}. Correct the options or the backend.`);
}

async function write(
  file: string | undefined,
  report: (verdict: Verdict) => string,
  verdict: Verdict,
): Promise<void> {
  if (file === undefined) return;
  try {
    await writeFile(file, report(verdict));
  } catch (error) {
    throw new NotJudged(`the report could not be written: ${(error as Error).message}`);
  }
}
