import { describe, it } from 'node:test';
import { runConformance } from 'clinker-driver/testing';
import driver from '../src/index.js';

runConformance({ describe, it, definition: driver, options: (folder) => ({ folder }) });
