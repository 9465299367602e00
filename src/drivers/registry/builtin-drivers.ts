/** The drivers that come with the server, each loaded only when a backend asks for it. */
export const BUILTIN_DRIVERS: Readonly<Record<string, () => Promise<unknown>>> = {
  fake: () => import('../fake/fake.driver.js'),
  lvm: () => import('../lvm/lvm.driver.js'),
  nfs: () => import('../nfs/nfs.driver.js'),
  'nfs-server': () => import('../nfs/nfs-server.driver.js'),
};
