/** Tools for compiling sqlite3, needed if its binary for this system cannot be downloaded. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Each row lists alternative names of one tool. */
const TOOLS = [
  ['python3', 'python'],
  ['make', 'gmake'],
  ['g++', 'c++', 'clang++'],
];

function isThere(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Returns the names of the tools missing in the PATH. */
export function missingTools() {
  return TOOLS.filter((names) => !names.some(isThere)).map(([name]) => name);
}

export const HOW_TO_INSTALL = [
  'Debian, Ubuntu: apt install python3 make g++',
  'Fedora, RHEL:   dnf install python3 make gcc-c++',
  'macOS:          xcode-select --install',
];
