/** Compiles the package clinker-client into clients/javascript/dist. Part of `npm run build`. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const client = join(root, 'clients/javascript');
const compiler = join(root, 'node_modules/typescript/bin/tsc');

rmSync(join(client, 'dist'), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, '--project', client], { stdio: 'inherit' });
if (status !== 0) process.exit(1);
copyFileSync(join(root, 'LICENSE'), join(client, 'dist/LICENSE'));
