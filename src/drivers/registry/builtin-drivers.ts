/** The drivers shipped with the server. Each is loaded only when a backend uses it. */
export const BUILTIN_DRIVERS: Readonly<Record<string, () => Promise<unknown>>> = {
  fake: () => import('../fake/fake.driver.js'),
  lvm: () => import('../lvm/lvm.driver.js'),
  nfs: () => import('../nfs/nfs.driver.js'),
  'nfs-server': () => import('../nfs/nfs-server.driver.js'),
};
