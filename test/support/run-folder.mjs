import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { memoryFolder } from './memory-folder.mjs';

/** Before all suites: creates a folder that their workers share, named by TEST_RUN_FOLDER. */
export default async function createRunFolder() {
  process.env.TEST_RUN_FOLDER = await mkdtemp(join(memoryFolder(), 'clinker-run-'));
}
