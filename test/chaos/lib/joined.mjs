import { until } from '../../dataplane/until.mjs';

/** Waits until a replica knows so many backends of volume nodes that are up: it reads of them every second. */
export async function untilJoined(address, backends) {
  const headers = { 'X-Auth-Token': 'admin:demo', 'OpenStack-API-Version': 'volume 3.71' };
  await until(`${backends} backends`, async () => {
    const response = await fetch(`${address}/v3/scheduler-stats/get_pools?detail=1`, { headers });
    if (!response.ok) return null;
    const { pools } = await response.json();
    const up = pools.filter(({ capabilities }) => capabilities.backend_state === 'up');
    return up.length >= backends ? up : null;
  });
}
