import { describe, it } from '@jest/globals';
import fake from '../fake/fake.driver.js';
import { runConformance } from './index.js';

describe('the fake driver', () => {
  runConformance({ describe, it, definition: fake });
});
