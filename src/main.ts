import 'reflect-metadata';
import { serve } from './cli/serve.js';

process.exitCode = await serve.run([]);
