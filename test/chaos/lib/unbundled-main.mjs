/** Serves from the modules of dist, of which preload.mjs changes one. */
import 'reflect-metadata';
import { finish } from '../../../dist/cli/finish.js';
import { runCommandLine } from '../../../dist/cli/run-command-line.js';
import { serve } from '../../../dist/cli/serve.js';

finish(await runCommandLine(['serve'], [serve]));
