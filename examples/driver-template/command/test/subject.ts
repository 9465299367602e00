import type { ExportDetails } from 'clinker-driver';
import type { ConformanceSubject } from 'clinker-driver/testing';
import { AcmeDriver } from '../src/acme.driver.js';
import type { Command, Outcome } from '../src/program.js';
import { Tool } from '../src/tool.js';
import type { Transport } from '../src/transport.js';
import { Interruption } from './interruption.js';
import { MockStorage } from './mock-storage.js';
import { answersOf } from './mock-tool.js';

export type Driver = AcmeDriver;
export type Sent = Command;
export type Answer = Outcome;

const PASSWORD = 'not-a-secret';

/** A driver over a mock of the tool. */
export interface Subject extends ConformanceSubject {
  readonly interruption: Interruption;
  restart(): Driver;
  loseExport(volumeId: string): void;
}

export async function newSubject(): Promise<Subject> {
  const storage = new MockStorage();
  const interruption = new Interruption();
  const restart = () => driverOver(interruption.around(answersOf(storage, PASSWORD)));
  return Promise.resolve({
    driver: restart(),
    interruption,
    restart,
    loseExport: (volumeId) => {
      storage.unexport(volumeId);
    },
  });
}

function driverOver(transport: Transport<Sent, Answer>): Driver {
  return new AcmeDriver(new Tool({ command: ['acmectl'], storage_password: PASSWORD }, transport));
}

/** Of the recorded export. */
export const EXPORT_DETAILS: ExportDetails = {
  target_iqn: 'iqn.2026-01.com.example:6f1d7f5e-0c5a-4b53-9a3e-4e9f4a0b8c11',
  auth_username: 'recorded-user',
  auth_password: PASSWORD,
};

/** What `npm run record` records: the mock. Name a storage for tests here as soon as there is one. */
export function recordedFrom(): Transport<Sent, Answer> {
  return answersOf(new MockStorage(), PASSWORD);
}

/** Uses a driver with this transport. */
export async function overTransport<T>(
  transport: Transport<Sent, Answer>,
  use: (driver: Driver) => Promise<T>,
): Promise<T> {
  return use(driverOver(transport));
}
