/** The packages of package-lock.json that a package needs. */

/**
 * Returns the places (`node_modules/…`) of all packages that those with these names need, directly or not, themselves included.
 * @param packages the object `packages` of the lock file.
 */
export function neededBy(names, packages) {
  const needed = new Set();
  const open = names.map((name) => placeOf(name, '', packages));
  while (open.length > 0) {
    const place = open.pop();
    // Optional peers are not installed.
    if (place === undefined || needed.has(place)) continue;
    needed.add(place);
    const { dependencies, optionalDependencies, peerDependencies } = packages[place];
    for (const name of Object.keys({ ...peerDependencies, ...optionalDependencies, ...dependencies })) {
      open.push(placeOf(name, `${place}/`, packages));
    }
  }
  return needed;
}

/** Finds a package as Node.js does: in the folder of the one that needs it, then in those above. */
function placeOf(name, from, packages) {
  const place = `${from}node_modules/${name}`;
  if (place in packages) return place;
  if (from === '') return undefined;
  const above = from.lastIndexOf('node_modules/');
  return placeOf(name, from.slice(0, above), packages);
}

const LIBC = process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';

/** Returns true if npm installs a package on this system. */
export function isForThisSystem({ os, cpu, libc }) {
  return (
    allows(os, process.platform) &&
    allows(cpu, process.arch) &&
    (process.platform !== 'linux' || allows(libc, LIBC))
  );
}

/** Lists name what is allowed, or with an exclamation mark what is not. */
function allows(list = [], value) {
  const allowed = list.filter((one) => !one.startsWith('!'));
  return allowed.length > 0 ? allowed.includes(value) : !list.includes(`!${value}`);
}
