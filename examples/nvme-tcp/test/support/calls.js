import { randomUUID } from 'node:crypto';

export const call = () => ({ signal: new AbortController().signal, requestId: `req-${randomUUID()}` });

export const newVolume = () => {
  const id = randomUUID();
  return { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
};

export const connectionOf = (nqn) => ({ attachmentId: randomUUID(), connector: { nqn }, mode: 'rw' });

/** Creates a volume, exports it, and admits the hosts. */
export async function exported(driver, ...hosts) {
  const volume = newVolume();
  await driver.createVolume(volume, call());
  volume.exportDetails = await driver.createExport(volume, connectionOf(hosts[0]), call());
  const infos = [];
  for (const host of hosts)
    infos.push(await driver.initializeConnection(volume, connectionOf(host), [], call()));
  return { volume, infos };
}
