import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvalidInput } from '../../src/platform/errors.js';
import type { Connection, Connector, JsonValue, VolumeRef } from '../../src/drivers/contract/index.js';
import { Backend } from '../../src/drivers/registry/backend.js';
import {
  SIMULATED_BACKENDS,
  type SimulatedBackend,
  type SimulatedBackendName,
} from '../support/storage/simulated-backends.js';

const GOOD: Connector = { host: 'node-1', ip: '192.0.2.1', initiator: 'iqn.1993-08.org.debian:01:node-1' };

/** Texts that break out of a shell, a quoted string, a line, a configuration file, a list or a path. */
const HOSTILE: readonly string[] = [
  '; rm -rf /',
  '$(id)',
  '`id`',
  "a' b",
  'a" b',
  'a\nb',
  'a\r\nb',
  'a\u0000b',
  '--op=delete',
  '../../etc/passwd',
  'a,b',
  '*',
  'ALL',
  '</target>',
  'x'.repeat(300),
];
const NO_TEXT: readonly JsonValue[] = [42, true, ['a'], { a: 'b' }];

/** Only ALL by itself is a wildcard of tgt; at the end of a name it is harmless. */
const within = (prefix: string) => HOSTILE.filter((text) => text !== 'ALL').map((text) => `${prefix}${text}`);
const NO_ADDRESS = ['', '10.0.0', '10.0.0.256', '10.0.0.0/8', '0x7f.1', 'localhost', 'fe80::1%eth0', '::g'];

interface Refused {
  readonly backend: SimulatedBackendName;
  readonly field: string;
  readonly values: readonly (JsonValue | undefined)[];
}

const initiators = [undefined, null, '', ...NO_TEXT, ...HOSTILE, ...within('iqn.1993-08.org.debian:01:')];

const REFUSED: readonly Refused[] = [
  // The fake driver names nothing after its initiators, and accepts what Cinder accepts.
  { backend: 'fake', field: 'initiator', values: [undefined, ...NO_TEXT, 'a\nb', 'x'.repeat(300)] },
  { backend: 'lvm with tgt', field: 'initiator', values: initiators },
  { backend: 'lvm with LIO', field: 'initiator', values: initiators },
  // The share's own server decides who may use it: only what Clinker stores is checked.
  { backend: 'nfs', field: 'ip', values: [...NO_TEXT, 'a\nb', 'x'.repeat(300)] },
  ...(['nfs-server', 'nfs-server with Ganesha'] as const).map((backend) => ({
    backend,
    field: 'ip',
    values: [undefined, null, ...NO_TEXT, ...NO_ADDRESS, ...HOSTILE, ...within('192.0.2.1')],
  })),
];

const log = { info: () => undefined, warn: () => undefined };

/** Besides the driver's checks: the server shows and compares the names. */
const FOR_EVERY_DRIVER: readonly Refused[] = (
  Object.keys(SIMULATED_BACKENDS) as SimulatedBackendName[]
).flatMap((backend) =>
  ['host', 'ip', 'initiator'].map((field) => ({
    backend,
    field,
    values: [...NO_TEXT, 'a\nb', 'a\u0000b', 'x'.repeat(300)],
  })),
);

describe.each([...REFUSED, ...FOR_EVERY_DRIVER])('$backend, a connector with a bad $field', (refused) => {
  let made: SimulatedBackend;
  let backend: Backend;

  beforeAll(async () => {
    made = await SIMULATED_BACKENDS[refused.backend]();
    const { driver, definition } = made;
    backend = new Backend({ name: 'b', driver, definition, timeoutMs: 1000, abortGraceMs: 100, log });
  });
  afterAll(() => made.remove());

  it.each(refused.values.map((value) => [value]))('%j is refused by name, and nothing is run', (value) => {
    const connector = { ...GOOD, [refused.field]: value };
    if (value === undefined) Reflect.deleteProperty(connector, refused.field);
    expect(() => backend.validateConnector(connector)).toThrow(InvalidInput);
    expect(() => backend.validateConnector(connector)).toThrow(refused.field);
    expect(made.commands).toEqual([]);
  });
});

describe.each(['lvm with tgt', 'lvm with LIO', 'nfs', 'nfs-server', 'nfs-server with Ganesha'] as const)(
  '%s',
  (name) => {
    const id = randomUUID();
    const connection: Connection = { attachmentId: randomUUID(), connector: GOOD, mode: 'rw' };
    const call = { signal: new AbortController().signal, requestId: 'req-1' };
    const CALLS: Readonly<
      Record<string, (driver: SimulatedBackend['driver'], volume: VolumeRef) => unknown>
    > = {
      createVolume: (driver, volume) => driver.createVolume(volume, call),
      deleteVolume: (driver, volume) => driver.deleteVolume(volume, call),
      extendVolume: (driver, volume) => driver.extendVolume?.(volume, 2, call),
      createExport: (driver, volume) => driver.createExport(volume, connection, call),
      ensureExport: (driver, volume) => driver.ensureExport(volume, [connection], call),
      removeExport: (driver, volume) => driver.removeExport(volume, call),
      initializeConnection: (driver, volume) => driver.initializeConnection(volume, connection, [], call),
      terminateConnection: (driver, volume) => driver.terminateConnection(volume, connection, [], call),
      inspect: (driver, volume) => driver.inspect(volume, call),
    };
    const CLIMBING = [
      '../../etc/passwd',
      `${id}/../x`,
      `${id}\n`,
      `${id} -f`,
      '',
      '-f',
      `$(id)`,
      'x'.repeat(300),
    ];

    it.each(Object.keys(CALLS))(
      '%s of a volume whose id would lead elsewhere runs nothing',
      async (method) => {
        const { driver, commands, remove } = await SIMULATED_BACKENDS[name]();
        for (const climbing of CLIMBING) {
          const volume = {
            id: climbing,
            name: `volume-${climbing}`,
            sizeGib: 1,
            projectId: 'p',
            exportDetails: null,
          };
          await expect(CALLS[method]?.(driver, volume)).rejects.toMatchObject({ code: 'INTERNAL' });
        }
        expect(commands).toEqual([]);
        await remove();
      },
    );
  },
);
