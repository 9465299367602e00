import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportDetails } from 'clinker-driver';
import type { ConformanceSubject } from 'clinker-driver/testing';
import { AcmeDriver } from '../src/acme.driver.js';
import type { Command, Outcome } from '../src/program.js';
import { TargetFiles } from '../src/target-files.js';
import { TgtStorage } from '../src/tgt-storage.js';
import type { Transport } from '../src/transport.js';
import { Interruption } from './interruption.js';
import { MockTgt } from './mock-tgt.js';

export type Driver = AcmeDriver;
export type Sent = Command;
export type Answer = Outcome;

/** A driver over a mock of tgt, with a folder of its own. */
export interface Subject extends ConformanceSubject {
  readonly interruption: Interruption;
  restart(): Driver;
  loseExport(volumeId: string): void;
}

export async function newSubject(): Promise<Subject> {
  const folder = await newFolder();
  const tgt = new MockTgt();
  const interruption = new Interruption();
  const restart = () => driverIn(folder, interruption.around(tgt.transport));
  return {
    driver: restart(),
    interruption,
    restart,
    loseExport: (volumeId) => {
      tgt.lose(`iqn.2026-01.com.example.acme:${volumeId}`);
    },
    cleanup: () => rm(folder, { recursive: true }),
  };
}

/** Of the recorded export. */
export const EXPORT_DETAILS: ExportDetails = {
  target_iqn: 'iqn.2026-01.com.example.acme:6f1d7f5e-0c5a-4b53-9a3e-4e9f4a0b8c11',
  auth_username: 'recorded-user',
  auth_password: 'not-a-secret',
};

/** What `npm run record` records: the mock, which understands relative paths. */
export function recordedFrom(): Transport<Sent, Answer> {
  return new MockTgt().transport;
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

function driverIn(folder: string, transport: Transport<Sent, Answer>): Driver {
  const options = { folder: join(folder, 'volumes'), portal: '192.0.2.10:3260', control_port: 0 };
  return new AcmeDriver(new TgtStorage(options, new TargetFiles(join(folder, 'targets')), transport));
}
