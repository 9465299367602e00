import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import type { Argv } from '../../src/drivers/command/command-runner.js';
import type { CallContext, Connection, JsonObject, VolumeRef } from '../../src/drivers/contract/index.js';
import { SIMULATED_BACKENDS, type SimulatedBackendName } from '../support/storage/simulated-backends.js';

const call: CallContext = { signal: new AbortController().signal, requestId: 'req-1' };

/** Runs a volume's life cycle with two attachments, the second one read-only, and returns the commands. */
async function commandsOf(name: SimulatedBackendName, options: JsonObject): Promise<readonly Argv[]> {
  const { driver, commands, remove } = await SIMULATED_BACKENDS[name](options);
  const id = randomUUID();
  const volume: VolumeRef = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
  const connector = { ip: '192.0.2.1', initiator: 'iqn.1993-08.org.debian:01:node-1' };
  const [one, two] = (['rw', 'ro'] as const).map((mode): Connection => ({
    attachmentId: randomUUID(),
    connector,
    mode,
  })) as [Connection, Connection];
  try {
    await driver.setup?.();
    await driver.createVolume(volume, call);
    await driver.createExport(volume, one, call);
    await driver.initializeConnection(volume, two, [], call);
    await driver.initializeConnection(volume, one, [two], call);
    await driver.ensureExport(volume, [one, two], call);
    await driver.listExports({ after: null, limit: 10 }, call);
    await driver.getStats(call);
    await driver.terminateConnection(volume, one, [two], call);
    await driver.fenceConnection?.(volume, two, [], call);
    await driver.terminateConnection(volume, two, [], call);
    await driver.extendVolume?.(volume, 2, call);
    await driver.deleteVolume(volume, call);
    return commands;
  } finally {
    await remove();
  }
}

const files = { owner: '1000:1000' };

/** The sudoers aliases that each backend needs, with options that make the driver run every command it has. */
const NEEDS: readonly (readonly [aliases: readonly string[], SimulatedBackendName, JsonObject])[] = [
  [['LVM', 'TGT'], 'lvm with tgt', { thin_pool: 'pool', wipe: 'discard' }],
  [['LVM', 'LIO'], 'lvm with LIO', {}],
  [['FILES', 'MOUNT'], 'nfs', files],
  [['FILES', 'EXPORT'], 'nfs-server', files],
  [['FILES', 'GANESHA'], 'nfs-server with Ganesha', {}],
];

/** Returns a command as sudoers should allow it: restricted to its arguments if the program could do far more. */
function limited(argv: Argv): string {
  if (argv[0] === 'cat') return argv.join(' ');
  if (argv[0] === 'busctl') return [...argv.slice(0, argv.indexOf('call') + 4), '*'].join(' ');
  return argv[0];
}

const FILE = await readFile('docs/sudoers/clinker', 'utf8');
const LINES = FILE.replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

/** Returns the commands of an alias: each a program without its folder, and the arguments it is restricted to. */
function allowed(alias: string): readonly string[] {
  const line = LINES.find((text) => text.startsWith(`Cmnd_Alias CLINKER_${alias} = `)) ?? '';
  const commands = line.split(' = ')[1]?.split(', ') ?? [];
  return commands.map((command) => command.replace(/^\/usr\/s?bin\//, '').replaceAll('\\=', '='));
}

it.each(NEEDS)('sudoers’ %j are what %s runs, no less and no more', async (aliases, name, options) => {
  const variants: JsonObject[] = name.startsWith('nfs')
    ? [{}, { preallocate: true }, { format: 'qcow2' }]
    : [{}];
  const ran = new Set<string>();
  for (const variant of variants) {
    for (const argv of await commandsOf(name, { ...options, ...variant })) {
      ran.add(limited(argv));
    }
  }
  expect([...ran].sort()).toEqual(aliases.flatMap(allowed).sort());
});

it('sudoers gives nothing but its aliases, each pair to a backend', () => {
  const rights = LINES.filter((line) => !line.startsWith('Cmnd_Alias '));
  const expected = NEEDS.map(([aliases]) => {
    const names = aliases.map((alias) => `CLINKER_${alias}`).join(', ');
    return `clinker ALL=(root) NOPASSWD: ${names}`;
  });
  expect(rights).toEqual(expected);
});
