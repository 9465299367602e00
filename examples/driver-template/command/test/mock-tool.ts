import type { Command, Outcome } from '../src/program.js';
import type { Chap } from '../src/storage.js';
import type { Transport } from '../src/transport.js';
import type { MockStorage } from './mock-storage.js';

const DONE: Outcome = { status: 0, stdout: '', stderr: '' };
const ABSENT: Outcome = { status: 3, stdout: '', stderr: 'no such volume or export\n' };
const FULL: Outcome = { status: 4, stdout: '', stderr: 'no space\n' };
const REFUSED: Outcome = { status: 1, stdout: '', stderr: 'wrong password\n' };

/** Answers commands as the tool does. */
export function answersOf(storage: MockStorage, password: string): Transport<Command, Outcome> {
  return async ({ argv: [, ...args], input = '{}' }, signal) => {
    signal.throwIfAborted();
    return Promise.resolve(outcomeOf(storage, password, args, input));
  };
}

/** @param args the words after the tool's name. */
export function outcomeOf(
  storage: MockStorage,
  password: string,
  [command, id = '', word = '']: readonly string[],
  input: string,
): Outcome {
  const { storage_password: given, ...chap } = JSON.parse(input) as Chap & {
    readonly storage_password: string;
  };
  if (given !== password) return REFUSED;
  switch (command) {
    case 'capacity':
      return printed(storage.capacity);
    case 'volume-create':
      return storage.set(id, Number(word)) ? DONE : FULL;
    case 'volume-grow':
      if (!storage.volumes.has(id)) return ABSENT;
      return storage.set(id, Number(word)) ? DONE : FULL;
    case 'volume-remove':
      storage.volumes.delete(id);
      return DONE;
    case 'volume-show':
      return printed(storage.volumes.get(id));
    case 'export':
      return printed(storage.export(id, chap));
    case 'unexport':
      storage.unexport(id);
      return DONE;
    case 'admit':
      return storage.admit(id, word) ? DONE : ABSENT;
    case 'evict':
      storage.evict(id, word);
      return DONE;
    case 'export-list':
      return printed(storage.exports(id, Number(word)));
    default:
      return { status: 2, stdout: '', stderr: `unknown command ${String(command)}\n` };
  }
}

function printed(value: object | null | undefined): Outcome {
  return value === null || value === undefined ? ABSENT : { ...DONE, stdout: `${JSON.stringify(value)}\n` };
}
