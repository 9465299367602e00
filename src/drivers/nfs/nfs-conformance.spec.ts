import { describe, it } from '@jest/globals';
import { runConformance } from '../conformance/index.js';
import { NFS_VARIANTS, nfsSubject } from '../../../test/support/storage/nfs-subject.js';

describe.each(NFS_VARIANTS)('the driver $name with $format volumes in $files files', (variant) => {
  runConformance({ describe, it, ...nfsSubject(variant) });
});
