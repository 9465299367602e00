import { expect, it } from '@jest/globals';
import { CommandFailed, type Argv, type CommandRunner } from '../../command/command-runner.js';
import { ExportManager } from './export-manager.js';

const { signal } = new AbortController();

/** Gives every command the same answer, and records the commands. */
function recorded(answer: string | Error): CommandRunner & { readonly commands: Argv[] } {
  const commands: Argv[] = [];
  const run = (argv: Argv) => {
    commands.push(argv);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { commands, run };
}

const refused = (stderr: string) => recorded(new CommandFailed('busctl', 1, `Call failed: ${stderr}\n`));

it('the exports that Ganesha 4.3 lists are read, without the root that it makes itself', async () => {
  const flags = '[["NFSv3",false],["MNT",false],["NFSv40",true]],[0,0]';
  const listed = `[[0,"/",${flags}],[5,"/srv/v/volume-1",${flags}]]`;
  const runner = recorded(
    `{"type":"(tt)a(qs((sb)(sb)(sb))(tt))","data":[[1795646285,341367459],${listed}]}\n`,
  );
  const manager = new ExportManager(runner, 'unix:path=/run/own/bus');
  expect(await manager.list(signal)).toEqual([{ id: 5, path: '/srv/v/volume-1' }]);
  expect(runner.commands[0]?.slice(0, 5)).toEqual([
    'busctl',
    '--json=short',
    '--address=unix:path=/run/own/bus',
    '--',
    'call',
  ]);
});

it('the clients that Ganesha 4.3 shows are read: hosts by their address, others by their text', async () => {
  const client = (name: string, options: number) =>
    `["${name}",0,0,255,1,4294967294,4294967294,0,${options},480]`;
  const clients = [
    client('192.0.2.1/32', 53490146),
    client('2001:db8:1:2:3:4::6/128', 53489826),
    client('192.0.2.0/24', 53489666),
    client('*.example.org', 53490146),
  ];
  const answer = `{"type":"qsssa(siyyiuuuuu)","data":[5,"/srv/a","/srv/a","",[${clients.join(',')}]]}`;
  expect(await new ExportManager(recorded(answer), undefined).show(5, signal)).toEqual({
    id: 5,
    path: '/srv/a',
    clients: [
      { client: '192.0.2.1', isHost: true, mode: 'rw' },
      { client: '2001:db8:1:2:3:4:0:6', isHost: true, mode: 'ro' },
      { client: '192.0.2.0/24', isHost: false, mode: 'none' },
      { client: '*.example.org', isHost: false, mode: 'rw' },
    ],
  });
});

it('an export that is not there is shown as none, and counts as removed', async () => {
  const manager = new ExportManager(refused('lookup_export failed with Export id not found'), undefined);
  expect(await manager.show(6, signal)).toBeNull();
  await expect(manager.remove(6, signal)).resolves.toBeUndefined();
});

it('an id in use is distinguished from other errors', async () => {
  const taken = refused('Selected entries in /srv/x.conf already active!!!');
  expect(await new ExportManager(taken, undefined).add('/srv/x.conf', 5, signal)).toBe(false);
  const other = refused('0 export entries in /srv/x.conf added because (invalid param value) errors');
  await expect(new ExportManager(other, undefined).add('/srv/x.conf', 5, signal)).rejects.toThrow(
    'rejects the export',
  );
});

it.each([
  ['The name org.ganesha.nfsd was not provided by any .service files', 'UNAVAILABLE', 'nfs-ganesha running'],
  ['Failed to connect to bus: No such file or directory', 'UNAVAILABLE', 'bus_address'],
  ['Access denied', 'INTERNAL', 'command_prefix'],
  ['another export admin operation is in progress, try again later', 'BUSY', 'another process'],
])('the refusal "%s" is %s and tells what to do', async (stderr, code, remedy) => {
  const failure = new ExportManager(refused(stderr), undefined).update('/srv/x.conf', 5, signal);
  await expect(failure).rejects.toMatchObject({ code, message: expect.stringContaining(remedy) });
});

it.each(['', 'not JSON', '{"data":"s"}', '{"data":[[0,0],[["5","/srv"]]]}'])(
  'the answer %j is no list of exports',
  async (answer) => {
    const listed = new ExportManager(recorded(answer), undefined).list(signal);
    await expect(listed).rejects.toMatchObject({ code: 'INTERNAL' });
  },
);
