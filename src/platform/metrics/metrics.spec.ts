import { beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

let metrics: Metrics;

beforeEach(() => {
  metrics = new Metrics();
});

/** The samples of one series, without those of the process. */
async function samples(name: string): Promise<string[]> {
  const text = await metrics.registry.getSingleMetricAsString(name);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const request = { method: 'GET', route: '/v3/volumes', status: 200, seconds: 0.002, microversion: '3.71' };

describe('a request', () => {
  it('counts by method, route template and status class, and by microversion', async () => {
    metrics.requestEnded(request);
    metrics.requestEnded({ ...request, status: 204, microversion: null });
    expect(await samples('clinker_http_requests_total')).toEqual([
      'clinker_http_requests_total{method="GET",route="/v3/volumes",status="2xx"} 2',
    ]);
    expect(await samples('clinker_http_requests_by_microversion_total')).toEqual([
      'clinker_http_requests_by_microversion_total{microversion="3.71"} 1',
      'clinker_http_requests_by_microversion_total{microversion="none"} 1',
    ]);
  });

  it('without a route, with an odd method or without an end has a label value that is shared', async () => {
    metrics.requestEnded({ ...request, method: 'LOCK', route: undefined, status: null });
    metrics.requestEnded({ ...request, method: 'PROPFIND', route: undefined, status: null });
    expect(await samples('clinker_http_requests_total')).toEqual([
      'clinker_http_requests_total{method="other",route="unmatched",status="gone"} 2',
    ]);
  });
});

it('escapes the values of labels', async () => {
  metrics.driverCallEnded({ backend: 'a"b\\c\nd', method: 'inspect', outcome: 'ok', seconds: 1 });
  expect(await samples('clinker_driver_calls_total')).toEqual([
    String.raw`clinker_driver_calls_total{backend="a\"b\\c\nd",method="inspect",outcome="ok"} 1`,
  ]);
});

it('counts a commit once, with its units', async () => {
  metrics.committed(3);
  metrics.unitWaited(4);
  expect(await samples('clinker_database_commits_total')).toEqual(['clinker_database_commits_total 1']);
  expect(await samples('clinker_database_units_per_commit')).toContain(
    'clinker_database_units_per_commit_sum 3',
  );
  expect(await samples('clinker_database_unit_wait_seconds')).toContain(
    'clinker_database_unit_wait_seconds_sum 0.004',
  );
});
