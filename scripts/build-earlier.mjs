/** Builds the commit that the tests of an upgrade start from: `node scripts/build-earlier.mjs FOLDER`, which UPGRADE_TREE then names. */
import { join } from 'node:path';
import { build, earlierCommit } from './earlier-release.mjs';
import { workshop } from './packed-products.mjs';

const [target] = process.argv.slice(2);
const earlier = await earlierCommit();
if (earlier === null) console.log('the clone has no earlier commit');
else {
  const { folder, environment, end } = await workshop('earlier', []);
  try {
    await build(earlier.commit, { target, archive: join(folder, 'earlier.tar'), environment });
  } finally {
    await end();
  }
  console.log(`built ${earlier.name}, ${earlier.commit}`);
}
