import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders of tests that have not ended. */
const folders = new Set<string>();

export interface TestFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** Creates an empty folder for one test. */
export async function testFolder(): Promise<TestFolder> {
  const path = await mkdtemp(join(tmpdir(), 'clinker-conformance-'));
  folders.add(path);
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true });
      folders.delete(path);
    },
  };
}

/** Removes the folders of tests that will not end, because the process does. */
export function removeTestFolders(): void {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
  folders.clear();
}
