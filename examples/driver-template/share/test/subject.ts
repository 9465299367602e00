import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportDetails } from 'clinker-driver';
import type { ConformanceSubject } from 'clinker-driver/testing';
import { AcmeDriver } from '../src/acme.driver.js';
import { Exports } from '../src/exports.js';
import type { Command, Outcome } from '../src/program.js';
import type { Transport } from '../src/transport.js';
import { Interruption } from './interruption.js';
import { MockExportfs } from './mock-exportfs.js';

export type Driver = AcmeDriver;
export type Sent = Command;
export type Answer = Outcome;

/** A driver over a mock of exportfs, with folders of its own. */
export interface Subject extends ConformanceSubject {
  readonly interruption: Interruption;
  restart(): Driver;
  loseExport(volumeId: string): void;
}

export async function newSubject(): Promise<Subject> {
  const folder = await newFolder();
  const exportfs = new MockExportfs(exportsIn(folder));
  const interruption = new Interruption();
  const restart = () => driverIn(folder, interruption.around(exportfs.transport));
  return {
    driver: restart(),
    interruption,
    restart,
    loseExport: (volumeId) => {
      rmSync(join(exportsIn(folder), `acme-${volumeId}.exports`));
    },
    cleanup: () => rm(folder, { recursive: true }),
  };
}

/** Of the recorded export. */
export const EXPORT_DETAILS: ExportDetails = { folder: 'volumes/6f1d7f5e-0c5a-4b53-9a3e-4e9f4a0b8c11' };

/** What `npm run record` records: the mock, which understands relative paths. */
export function recordedFrom(): Transport<Sent, Answer> {
  return new MockExportfs(exportsIn('.')).transport;
}

/** Uses a driver with this transport, in a folder of its own: with relative paths, each run sends the same. */
export async function overTransport<T>(
  transport: Transport<Sent, Answer>,
  use: (driver: Driver) => Promise<T>,
): Promise<T> {
  const folder = await newFolder();
  const before = process.cwd();
  process.chdir(folder);
  try {
    const driver = driverIn('.', transport);
    await driver.setup();
    return await use(driver);
  } finally {
    process.chdir(before);
    await rm(folder, { recursive: true });
  }
}

async function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'clinker-driver-acme-'));
}

function exportsIn(folder: string): string {
  return join(folder, 'exports');
}

function driverIn(folder: string, transport: Transport<Sent, Answer>): Driver {
  const exports = new Exports({ exports_folder: exportsIn(folder), exportfs: ['exportfs'] }, transport);
  return new AcmeDriver({ folder: join(folder, 'volumes'), server: '192.0.2.10' }, exports);
}
