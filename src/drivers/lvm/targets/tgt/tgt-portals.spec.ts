import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CommandFailed, type Argv } from '../../../command/command-runner.js';
import { SimulatedTgtd } from '../../../../../test/support/storage/simulated-tgtd.js';
import { TgtCommands } from './tgt-commands.js';
import { TgtPortals } from './tgt-portals.js';

const ALL = ['0.0.0.0:3260', '[::]:3260'];
const signal = new AbortController().signal;

let folder: string;
let tgtd: SimulatedTgtd;
/** The operation that fails, and the number of failures. */
let failing: { operation: string; times: number };

async function run(argv: Argv, _signal: AbortSignal, done?: RegExp): Promise<string> {
  const isFailing = argv.includes(failing.operation) && failing.times-- > 0;
  try {
    if (isFailing) throw new CommandFailed('tgtadm', 1, 'by order');
    return (await tgtd.run(argv)) ?? '';
  } catch (error) {
    if (error instanceof CommandFailed && done?.test(error.stderr) === true) return '';
    throw error;
  }
}

const record = () => join(folder, 'closed-portals.json');
const portals = () => new TgtPortals(new TgtCommands({}), record(), run);
const isRecorded = () =>
  access(record()).then(
    () => true,
    () => false,
  );

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-portals-'));
  tgtd = new SimulatedTgtd(() => 1);
  failing = { operation: '', times: 0 };
});
afterEach(() => rm(folder, { recursive: true }));

describe('the portals of tgtd', () => {
  it('are closed and known while the work is done, and open afterwards', async () => {
    let during: unknown;
    const work = async () => {
      during = [[...tgtd.portals], JSON.parse(await readFile(record(), 'utf8'))];
    };
    await portals().whileClosed(work, signal);
    expect(during).toEqual([[], ALL]);
    expect([[...tgtd.portals], await isRecorded()]).toEqual([ALL, false]);
  });

  it('are open after work that failed, and after a command that did', async () => {
    const work = () => Promise.reject(new Error('no'));
    await expect(portals().whileClosed(work, signal)).rejects.toThrow('no');
    expect([[...tgtd.portals], await isRecorded()]).toEqual([ALL, false]);
    failing = { operation: 'delete', times: 1 };
    await expect(portals().whileClosed(() => Promise.resolve(), signal)).rejects.toThrow('by order');
    expect([[...tgtd.portals], await isRecorded()]).toEqual([ALL, false]);
  });

  it('that could not be opened are opened by the next look, once', async () => {
    const some = portals();
    failing = { operation: 'new', times: 1 };
    await expect(some.whileClosed(() => Promise.resolve(), signal)).rejects.toThrow('by order');
    expect([[...tgtd.portals], await isRecorded()]).toEqual([[], true]);
    await Promise.all([some.settle(signal), some.settle(signal)]);
    expect([[...tgtd.portals], await isRecorded()]).toEqual([ALL, false]);
  });

  it('that a process has closed and died over are opened by the next one', async () => {
    await writeFile(record(), JSON.stringify(ALL));
    tgtd.portals.delete('[::]:3260');
    await portals().settle(signal);
    expect([[...tgtd.portals], await isRecorded()]).toEqual([ALL, false]);
  });
});
