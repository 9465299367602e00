import 'reflect-metadata';
import { finish } from './cli/finish.js';
import { runCommandLine } from './cli/run-command-line.js';
import { serve } from './cli/serve.js';

// Arguments other than --config are refused: whoever gives some means another program, dist/cli/main.js.
finish(await runCommandLine(['serve', ...process.argv.slice(2)], [serve]));
