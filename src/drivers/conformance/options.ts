import type {
  ConnectionInfo,
  Connector,
  DriverCapabilities,
  DriverLog,
  ExtendableDriver,
  FencingDriver,
  VolumeDriver,
} from '../contract/index.js';

/** A driver as the kit calls it: methods of optional capabilities may be missing. */
export type DriverUnderTest = VolumeDriver & Partial<ExtendableDriver & FencingDriver>;

/** The driver under test and its cleanup. */
export interface ConformanceSubject {
  /** A driver that has not been called yet. The kit calls its `setup` and `teardown`. */
  readonly driver: DriverUnderTest;
  /** Removes what `create` made for this driver, such as a state folder. Runs after `teardown`. */
  cleanup?(): Promise<void>;
  /**
   * Returns texts that others can read, such as the command lines of programs that the driver started. The kit looks for
   * credentials in them after the test.
   */
  exposed?(): readonly string[];
}

/** What the kit provides for the driver of one test. */
export interface KitHost {
  /** For {@link DriverHost.log}: the kit looks for credentials in it. */
  readonly log: DriverLog;
}

/** The bytes of a volume. */
export interface TestDisk {
  readonly sizeBytes: number;
  read(offset: number, length: number): Promise<Uint8Array>;
  write(offset: number, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** The test runner's function that declares a test: `it` of Jest, Mocha, Vitest or node:test. */
export interface DeclareTest {
  (title: string, body: () => Promise<void>): unknown;
  readonly skip?: (title: string, body: () => Promise<void>) => unknown;
}

/** Fault in one step of a driver's work: it fails, never answers, or succeeds and its answer is lost. */
export type Trouble = 'fails' | 'hangs' | 'dies after success';

/** Actions that the kit cannot do through the driver. Tests that need a missing hook are skipped. */
export interface ConformanceHooks {
  /** Creates another instance over the same storage and state, as after a restart of the server. */
  restart?(subject: ConformanceSubject): Promise<DriverUnderTest>;
  /** Destroys a volume's export without the driver, as a restart of the target daemon does. */
  loseExport?(subject: ConformanceSubject, volumeId: string): Promise<void>;
  /**
   * Returns the identity that a host reads from the disk, in the form of `data.wwn`: for iSCSI, 3 followed by the digits
   * of the NAA designator of VPD page 0x83.
   */
  identify?(subject: ConformanceSubject, info: ConnectionInfo, volumeId: string): Promise<string>;
  /** Opens the bytes of a volume without the driver, as a host or the storage machine does. */
  disk?(subject: ConformanceSubject, volumeId: string): Promise<TestDisk>;
  /**
   * Injects a fault into one of the driver's next steps (a command that it runs, a request that it sends). A step that
   * hangs must end as the driver's own timeout would end it.
   * @param step index of the step, from 0.
   * @returns a function that ends the trouble and returns true if that step was reached.
   */
  interrupt?(subject: ConformanceSubject, step: number, trouble: Trouble): () => boolean;
}

/** The test runner's functions. */
export interface TestRunner {
  readonly describe: (title: string, body: () => void) => unknown;
  readonly it: DeclareTest;
}

export interface ConformanceOptions {
  /** The driver's declared capabilities; they decide which tests apply. */
  readonly capabilities: DriverCapabilities;
  /** Creates the driver for one test, with its options already validated and completed. */
  readonly create: (host: KitHost) => Promise<ConformanceSubject>;
  /** Credentials in the driver's options, which it must not tell; those of less than 8 characters are not looked for. */
  readonly secrets?: readonly string[];
  /** Returns the connector of the host with this number, from 1. The default suits iSCSI, NVMe and NFS. */
  readonly connector?: (host: number) => Connector;
  /**
   * Connector keys that the driver requires. The default follows `accessControl`: `initiator`, `nqn`, `ip` or none.
   */
  readonly requiredConnectorKeys?: readonly string[];
  /** Size of the test volumes in GiB; default 1. */
  readonly volumeSizeGib?: number;
  /** Number of repetitions of a call to test idempotency; default 10. */
  readonly repetitions?: number;
  /**
   * Milliseconds within which a call must settle; progress begins them anew. Default 60000. After the first call of a
   * method that does not settle, `promptMs` applies to that method.
   */
  readonly limitMs?: number;
  /** Milliseconds within which a call must settle once it is aborted; default 5000. */
  readonly promptMs?: number;
  /** Milliseconds in which late effects of a rejected call are looked for; default 200. */
  readonly settleMs?: number;
  readonly hooks?: ConformanceHooks;
}

/** The options with every default filled in. */
export type CompleteOptions = Required<ConformanceOptions>;

export function withDefaults(options: ConformanceOptions): CompleteOptions {
  return {
    connector: defaultConnector,
    requiredConnectorKeys: defaultRequiredKeys(options.capabilities),
    volumeSizeGib: 1,
    repetitions: 10,
    limitMs: 60_000,
    promptMs: 5_000,
    settleMs: 200,
    secrets: [],
    hooks: {},
    ...options,
  };
}

function defaultConnector(host: number): Connector {
  return {
    host: `conformance-${host}`,
    ip: `192.0.2.${host}`,
    initiator: `iqn.1994-05.com.example:conformance-${host}`,
    nqn: `nqn.1994-05.com.example:conformance-${host}`,
    multipath: false,
    platform: 'x86_64',
    os_type: 'linux',
  };
}

function defaultRequiredKeys({ accessControl }: DriverCapabilities): readonly string[] {
  if (accessControl === 'none') return [];
  return [accessControl === 'address' ? 'ip' : accessControl];
}
