import type {
  Connector,
  DriverCapabilities,
  ExtendableDriver,
  FencingDriver,
  VolumeDriver,
} from '../contract/index.js';

/** A driver as the kit calls it: the methods of an optional ability may be missing. */
export type DriverUnderTest = VolumeDriver & Partial<ExtendableDriver & FencingDriver>;

/** What one test works with. */
export interface ConformanceSubject {
  /** A driver that nobody has called yet; the kit calls its `setup` and `teardown`. */
  readonly driver: DriverUnderTest;
  /** Removes what `create` made for this driver, such as its state folder. Runs after `teardown`. */
  cleanup?(): Promise<void>;
}

/** The runner's function that declares a test: `it` of Jest, Mocha, Vitest or node:test. */
export interface DeclareTest {
  (title: string, body: () => Promise<void>): unknown;
  readonly skip?: (title: string, body: () => Promise<void>) => unknown;
}

/** What becomes of one step of a driver's work: it fails, never answers, or does its work and its answer is lost. */
export type Trouble = 'fails' | 'hangs' | 'dies after success';

/** What the kit cannot do through the driver itself. Tests that need an absent hook are skipped. */
export interface ConformanceHooks {
  /** Makes another instance over the same storage and state, as after a restart of the server. */
  restart?(subject: ConformanceSubject): Promise<DriverUnderTest>;
  /** Destroys a volume's export behind the driver's back, as a restart of the target daemon does. */
  loseExport?(subject: ConformanceSubject, volumeId: string): Promise<void>;
  /**
   * Lets one of the next steps by which the driver does its work (the commands that it runs, the requests that it
   * sends) run into trouble. One that hangs is to end as the driver's own time limit would end it.
   * @param step which one, counted from 0.
   * @returns a function that ends the trouble and tells whether it came that far.
   */
  interrupt?(subject: ConformanceSubject, step: number, trouble: Trouble): () => boolean;
}

export interface ConformanceOptions {
  readonly describe: (title: string, body: () => void) => unknown;
  readonly it: DeclareTest;
  /** What the driver declares; decides which tests apply. */
  readonly capabilities: DriverCapabilities;
  /** Makes the driver for one test, with its options already checked and completed. */
  readonly create: () => Promise<ConformanceSubject>;
  /** The connector of the host with this number, counted from 1. The default one suits iSCSI and NFS. */
  readonly connector?: (host: number) => Connector;
  /**
   * Keys without which the driver refuses a connector. The default follows `accessControl`: `initiator`, `ip` or
   * none.
   */
  readonly requiredConnectorKeys?: readonly string[];
  /** Size of the volumes made, in GiB; default 1. */
  readonly volumeSizeGib?: number;
  /** How often calls are repeated to prove idempotency; default 10. */
  readonly repetitions?: number;
  /** Milliseconds in which a call with an aborted signal must end; default 5000. */
  readonly promptMs?: number;
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
    promptMs: 5_000,
    hooks: {},
    ...options,
  };
}

function defaultConnector(host: number): Connector {
  return {
    host: `conformance-${host}`,
    ip: `192.0.2.${host}`,
    initiator: `iqn.1994-05.com.example:conformance-${host}`,
    multipath: false,
    platform: 'x86_64',
    os_type: 'linux',
  };
}

function defaultRequiredKeys({ accessControl }: DriverCapabilities): readonly string[] {
  if (accessControl === 'none') return [];
  return [accessControl === 'initiator' ? 'initiator' : 'ip'];
}
