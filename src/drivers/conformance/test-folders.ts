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

/**
 * Removes the folders of tests that will not end, because the process does.
 * @returns why some could not be removed: a test may still use them.
 */
export function removeTestFolders(): readonly string[] {
  const left: string[] = [];
  for (const path of folders) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      left.push((error as Error).message);
    }
  }
  folders.clear();
  return left;
}
