import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Editors and compilers write several files: a change is over when none has followed for so long. */
const SETTLED_MS = 150;

/** Folders whose changes mean nothing: packages, history, and what the server itself writes. */
const IGNORED: ReadonlySet<string> = new Set(['node_modules', '.git', '.clinker-dev', 'coverage']);

/** Files directly in a package's folder that belong to its source: its settings, and modules. */
const SOURCE_FILE = /^(package\.json|tsconfig.*\.json|[^.].*\.[cm]?[jt]sx?)$/;

export interface WatchOptions {
  /** Further names of folders directly in it that are not watched. */
  readonly ignored: readonly string[];
  /** Further names of files directly in it that belong to the source. */
  readonly named: readonly string[];
  /** Is called once for changes that follow each other closely. */
  readonly onChange: () => void;
}

/**
 * Watches a package's sources: what its folders contain, and of the files directly in its folder those that are source. Others,
 * such as the answer of a request that was saved there, are no change of the package.
 */
export class WatchedFolder {
  private readonly watchers = new Map<string, FSWatcher>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly folder: string,
    private readonly options: WatchOptions,
  ) {
    this.add(folder, false, (name) => this.noteOwn(name));
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory() && !this.isIgnored(entry.name)) this.addFolder(entry.name);
  }

  close(): void {
    clearTimeout(this.timer);
    for (const watcher of this.watchers.values()) watcher.close();
  }

  /** A change of what is directly in the folder. */
  private noteOwn(name: string | null): void {
    if (name === null) this.note();
    else if (!this.isIgnored(name)) {
      // It is new, or has replaced another one, whose watcher sees nothing any more.
      const isFolder = statSync(join(this.folder, name), { throwIfNoEntry: false })?.isDirectory() === true;
      if (isFolder) this.addFolder(name);
      if (isFolder || isSource(name, this.options.named)) this.note();
    }
  }

  private addFolder(name: string): void {
    this.add(join(this.folder, name), true, () => this.note());
  }

  private add(path: string, recursive: boolean, onChange: (name: string | null) => void): void {
    this.watchers.get(path)?.close();
    const watcher = watch(path, { recursive }, (_event, name) => onChange(name));
    // A folder that is removed meanwhile ends its watcher alone.
    watcher.on('error', () => watcher.close());
    this.watchers.set(path, watcher);
  }

  private isIgnored(name: string): boolean {
    return IGNORED.has(name) || this.options.ignored.includes(name);
  }

  private note(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.options.onChange, SETTLED_MS);
  }
}

/**
 * Whether a file directly in a package's folder belongs to its source.
 * @param named further names of such files.
 */
export function isSource(name: string, named: readonly string[]): boolean {
  return SOURCE_FILE.test(name) || named.includes(name);
}
