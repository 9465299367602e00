import { rm } from 'node:fs/promises';

/** After all suites: removes the folder that their workers shared. */
export default async function removeRunFolder() {
  await rm(process.env.TEST_RUN_FOLDER, { recursive: true, force: true });
}
