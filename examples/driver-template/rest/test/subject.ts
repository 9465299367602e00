import type { ExportDetails } from 'clinker-driver';
import type { ConformanceSubject } from 'clinker-driver/testing';
import { AcmeDriver } from '../src/acme.driver.js';
import { Appliance } from '../src/appliance.js';
import type { HttpAnswer, HttpRequest } from '../src/http.js';
import type { Transport } from '../src/transport.js';
import { Interruption } from './interruption.js';
import { answersOf } from './mock-appliance.js';
import { MockStorage } from './mock-storage.js';

export type Driver = AcmeDriver;
export type Sent = HttpRequest;
export type Answer = HttpAnswer;

/** A driver over a mock of the appliance. */
export interface Subject extends ConformanceSubject {
  readonly interruption: Interruption;
  restart(): Driver;
  loseExport(volumeId: string): void;
}

export async function newSubject(): Promise<Subject> {
  const storage = new MockStorage();
  const interruption = new Interruption();
  const restart = () => new AcmeDriver(new Appliance(interruption.around(answersOf(storage))));
  return Promise.resolve({
    driver: restart(),
    interruption,
    restart,
    loseExport: (volumeId) => {
      storage.unexport(volumeId);
    },
  });
}

/** Of the recorded export. */
export const EXPORT_DETAILS: ExportDetails = {
  target_iqn: 'iqn.2026-01.com.example:6f1d7f5e-0c5a-4b53-9a3e-4e9f4a0b8c11',
  auth_username: 'recorded-user',
  auth_password: 'not-a-secret',
};

/** What `npm run record` records: the mock. Name an appliance for tests here as soon as there is one. */
export function recordedFrom(): Transport<Sent, Answer> {
  return answersOf(new MockStorage());
}

/** Uses a driver with this transport. */
export async function overTransport<T>(
  transport: Transport<Sent, Answer>,
  use: (driver: Driver) => Promise<T>,
): Promise<T> {
  return use(new AcmeDriver(new Appliance(transport)));
}
