import type {
  ConformanceOptions,
  DefinitionOptions,
  DriverUnderTest,
} from '../../src/drivers/conformance/index.js';
import { defineDriver, type DriverHost, type JsonObject } from '../../src/drivers/contract/index.js';
import fake from '../../src/drivers/fake/fake.driver.js';

/** A driver of ours with a fault, by which the conformance kit is measured. */
export interface Mutant {
  readonly driver: 'fake' | 'lvm' | 'nfs' | 'nfs-server';
  /** What it does wrong: "a driver that …". */
  readonly fault: string;
  /** Title of the kit's test that must find it. */
  readonly caughtBy: string;
  /** Makes the driver for the kit; `isMutated` is false for the control. */
  readonly subject: (isMutated: boolean) => ConformanceOptions | DefinitionOptions;
}

/** Methods in place of the intact driver's, which they may call. */
export type Change = (intact: DriverUnderTest, host: DriverHost) => Partial<DriverUnderTest>;

/** A mutant of the driver fake, in short. */
export interface FakeMutant extends Pick<Mutant, 'fault' | 'caughtBy'> {
  readonly change: Change;
  /** The backend's options. */
  readonly options?: JsonObject;
}

/** Long enough for an intact driver on a busy machine, short for one that never answers. */
export const LIMITS = { limitMs: 2_000, promptMs: 300, settleMs: 150 } as const;

export function mutantOfFake({ fault, caughtBy, change, options = {} }: FakeMutant): Mutant {
  return {
    driver: 'fake',
    fault,
    caughtBy,
    subject: (isMutated) => ({
      definition: defineDriver({
        ...fake,
        optionsSchema: { ...fake.optionsSchema, additionalProperties: true },
        create: (given, host) => {
          const intact = fake.create(given, host);
          return isMutated ? changed(intact, change(intact, host)) : intact;
        },
      }),
      options,
      repetitions: 2,
      ...(isMutated && LIMITS),
    }),
  };
}

/** Returns the driver with some methods replaced. */
export function changed<T extends DriverUnderTest>(intact: T, change: Partial<DriverUnderTest>): T {
  return new Proxy(intact, {
    get: (target, key) => {
      const method: unknown = key in change ? Reflect.get(change, key) : Reflect.get(target, key, target);
      return typeof method === 'function' ? (method.bind(target) as unknown) : method;
    },
  });
}
