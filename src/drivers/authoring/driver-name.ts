import { isBuiltin } from 'node:module';

/** The names of a new driver. */
export interface DriverName {
  /** Name of the npm package, perhaps with a scope. */
  readonly packageName: string;
  /** Name of the folder: the package's name without its scope. */
  readonly folder: string;
  /** The driver's own name, for messages, targets and files: the folder's, without a usual prefix. */
  readonly short: string;
  /** The short name as a TypeScript class begins with it. */
  readonly className: string;
}

/** Valid names of new npm packages, with or without a scope. */
const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const LONGEST_NAME = 214;

const PREFIX = /^(?:clinker|cinder)-driver-(?=.)/;
const LONGEST_SHORT_NAME = 40;

/** Names that the server takes for its own drivers. */
export const BUILT_IN_NAMES: readonly string[] = ['fake', 'lvm', 'nfs', 'nfs-server'];

/** Names that npm refuses, or takes for something else. */
const TAKEN: readonly string[] = [...BUILT_IN_NAMES, 'clinker-driver', 'node_modules', 'favicon.ico'];

/** Returns the names of a driver package, or the reason why it cannot have this one. */
export function driverName(packageName: string): DriverName | { readonly fault: string } {
  if (packageName.length > LONGEST_NAME || packageName.startsWith('-') || !PACKAGE_NAME.test(packageName)) {
    return {
      fault: `"${packageName}" is not a valid npm package name: use lower case, digits and hyphens`,
    };
  }
  if (TAKEN.includes(packageName) || isBuiltin(packageName)) {
    return {
      fault: `"${packageName}" already means something else: choose another name, for example clinker-driver-${packageName}`,
    };
  }
  const folder = packageName.slice(packageName.indexOf('/') + 1);
  const words = folder
    .replace(PREFIX, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const short = words.join('-').slice(0, LONGEST_SHORT_NAME) || 'storage';
  return { packageName, folder, short, className: classNameOf(short.split('-')) };
}

function classNameOf(words: readonly string[]): string {
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^[A-Z]/.test(name) ? name : `Storage${name}`;
}
