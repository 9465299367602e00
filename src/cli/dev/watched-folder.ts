import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Editors and compilers write several files: a change is over when none has followed for so long. */
const SETTLED_MS = 150;

/** Folders whose changes mean nothing: packages, history, and what the server itself writes. */
const IGNORED: ReadonlySet<string> = new Set(['node_modules', '.git', '.clinker-dev', 'coverage']);

/** Watches a package's sources. */
export class WatchedFolder {
  private readonly watchers: FSWatcher[] = [];
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param ignored further names of folders directly in it that are not watched.
   * @param onChange is called once for changes that follow each other closely.
   */
  constructor(
    private readonly folder: string,
    private readonly ignored: readonly string[],
    private readonly onChange: () => void,
  ) {
    this.add(folder, false);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !this.isIgnored(entry.name)) this.add(join(folder, entry.name), true);
    }
  }

  close(): void {
    clearTimeout(this.timer);
    for (const watcher of this.watchers) watcher.close();
  }

  private add(path: string, recursive: boolean): void {
    const watcher = watch(path, { recursive }, (_event, name) => {
      if (path !== this.folder || name === null || !this.isIgnored(name)) this.note();
    });
    // A folder that is removed meanwhile ends its watcher alone.
    watcher.on('error', () => watcher.close());
    this.watchers.push(watcher);
  }

  private isIgnored(name: string): boolean {
    return IGNORED.has(name) || this.ignored.includes(name);
  }

  private note(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.onChange, SETTLED_MS);
  }
}
