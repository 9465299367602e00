import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FILE_VARIABLE } from '../platform/config/sources.js';
import { makeFolder } from '../platform/make-folder.js';
import { type Command, type SettingsOrigin, UsageError } from './command.js';
import { askOn, listenOn, SocketInUse } from './dev/control-socket.js';
import { DevSession } from './dev/dev-session.js';
import { FAULT_KINDS, type FaultKind } from './dev/fault-plan.js';
import { faultIn } from './dev/fault-request.js';

/** The settings of a session, unless --config names others. */
const CONFIG_FILE = 'clinker-dev.yaml';
/** State of the server and the driver. */
const STATE_FOLDER = '.clinker-dev';
/** Relative, because the path of a socket may have 107 bytes only. */
const CONTROL_SOCKET = join(STATE_FOLDER, 'control');

const KEYS: Readonly<Record<string, FaultKind>> = { f: 'fail', h: 'hang', d: 'die' };

/** Develops a driver: a server that shows its calls, and starts again when the package changes. */
export const dev: Command = {
  name: 'dev',
  summary: 'serve with a driver package that is being written: show its calls, reload it on save',
  readsSettings: true,
  usage:
    `clinker dev\nclinker dev fault ${FAULT_KINDS.join('|')} [CALL]\n\n` +
    `In a driver package's folder: builds the package (npm run build), serves with the settings of ${CONFIG_FILE}, shows each\n` +
    `driver call, and builds and starts again when its source changes. Volumes stay, in ${STATE_FOLDER}.\n` +
    'fault: lets the next call that changes something, or the next CALL, fail, hang until it is aborted, or succeed and kill\n' +
    'the server. On the terminal of the session: f, h, d; r starts again, q ends.',
  run: async ([word, ...args], origin) => {
    switch (word) {
      case undefined:
        return begin(origin);
      case 'fault':
        return fault(args);
      case 'server':
        return server(origin);
      default:
        throw new UsageError(`unexpected: ${[word, ...args].join(' ')}`);
    }
  },
};

async function begin({ environment, workingFolder }: SettingsOrigin): Promise<number> {
  const config = environment[FILE_VARIABLE] ?? CONFIG_FILE;
  const missing = ['package.json', config].find((file) => !existsSync(resolve(workingFolder, file)));
  if (missing !== undefined) {
    const mend = `Run it in the folder of a driver package; clinker new-driver writes one with a ${CONFIG_FILE}.`;
    console.error(`clinker dev: there is no ${missing} in ${workingFolder}. ${mend}`);
    return 1;
  }
  await makeFolder(join(workingFolder, STATE_FOLDER), 0o700);
  const session = new DevSession({
    folder: workingFolder,
    environment: {
      CLINKER_DATA_FOLDER: STATE_FOLDER,
      LOG_LEVEL: 'warn',
      ...environment,
      [FILE_VARIABLE]: config,
    },
    say,
  });
  return serveSession(session);
}

async function serveSession(session: DevSession): Promise<number> {
  const control = await listenOn(CONTROL_SOCKET, (request) => {
    const wanted = faultIn(request.split(' '));
    return 'problem' in wanted ? wanted.problem : session.plan(wanted);
  }).catch((error: unknown) => {
    if (error instanceof SocketInUse) return null;
    throw error;
  });
  if (control === null) {
    await session.end();
    console.error('clinker dev: another session runs in this folder. End it first.');
    return 1;
  }
  session.restart('begin');
  await untilEnded((key) => {
    const kind = KEYS[key];
    if (kind !== undefined) say(session.plan({ kind, call: null }));
    if (key === 'r') session.restart('asked');
  });
  control.close();
  await session.end();
  return 0;
}

/** Resolves at a signal, or at q or Ctrl-C on a terminal. Other keys are passed on. */
function untilEnded(onKey: (key: string) => void): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
    if (!process.stdin.isTTY) return;
    say('keys: f fails the next call, h hangs it, d kills the server after it; r starts again, q ends');
    process.stdin.setRawMode(true);
    process.stdin.on('data', (data) => {
      const key = String(data);
      if (key !== 'q' && key !== '\u0003') {
        onKey(key);
        return;
      }
      process.stdin.setRawMode(false);
      process.stdin.pause();
      resolve();
    });
  });
}

async function fault(words: readonly string[]): Promise<number> {
  const wanted = faultIn(words);
  if ('problem' in wanted) throw new UsageError(wanted.problem);
  try {
    console.log(await askOn(CONTROL_SOCKET, words.join(' ')));
    return 0;
  } catch {
    console.error('clinker dev: no session runs in this folder. Start one: clinker dev');
    return 1;
  }
}

/** Of the session's own child. */
async function server(origin: SettingsOrigin): Promise<number> {
  if (process.send === undefined) throw new UsageError('unexpected: server');
  const { serveDev } = await import('./dev-server.js');
  return serveDev(origin);
}

function say(text: string): void {
  console.log(`clinker dev: ${text}`);
}
