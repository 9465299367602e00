import { describe, expect, it } from '@jest/globals';
import { didYouMean } from './did-you-mean.js';

const KNOWN = ['port', 'metrics_port', 'database_url', 'database_pool_size', 'log_level', 'config'];

describe('the name that was meant', () => {
  it.each([
    ['prot', 'port'],
    ['databse_url', 'database_url'],
    ['loglevel', 'log_level'],
    ['log-level', 'log_level'],
    ['pool_size', 'database_pool_size'],
    ['database', 'database_url'],
    ['config_file', 'config'],
  ])('%s is %s', (name, meant) => {
    expect(didYouMean(name, KNOWN)).toBe(`; did you mean ${meant}?`);
  });

  it.each(['surprise', 'x', ''])('%j is none', (name) => {
    expect(didYouMean(name, KNOWN)).toBe('');
  });

  it('is written with its prefix', () => {
    expect(didYouMean('PROT', ['PORT'], 'CLINKER_')).toBe('; did you mean CLINKER_PORT?');
  });
});
