import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainEnvironment, typedFrom } from '../../scripts/packed-products.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = '/opt/nvme-tcp';

/**
 * Types the commands by which the README of examples/nvme-tcp makes and installs its package.
 * @param workshop a folder to make; none above it may be a package, in which npm would install
 * @returns the folder of the server's configuration file
 */
export async function installExample(workshop) {
  const [copy, operator] = [join(workshop, 'nvme-tcp'), join(workshop, 'operator')];
  mkdirSync(operator, { recursive: true });
  // The project is built already, and everything that npm installs here is in files.
  const settings = {
    npm_config_ignore_scripts: 'true',
    npm_config_audit: 'false',
    npm_config_offline: 'true',
  };
  const typed = typedFrom('examples/nvme-tcp/README.md', { ...plainEnvironment(), ...settings });
  const here = { [FOLDER]: copy };
  await typed(`cp -r examples/nvme-tcp ${FOLDER}`, { cwd: repository, here });
  await typed(`mkdir ${FOLDER}/vendor`, { cwd: repository, here });
  const vendor = `npm pack --workspace clinker-driver --pack-destination ${FOLDER}/vendor`;
  await typed(vendor, { cwd: repository, here });
  await typed('npm install', { cwd: copy });
  await typed('npm pack', { cwd: copy });
  await typed(`npm install ${FOLDER}/clinker-driver-nvme-tcp-0.1.0.tgz`, { cwd: operator, here });
  return operator;
}
