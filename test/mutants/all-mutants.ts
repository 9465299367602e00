import { FAKE_CALL_MUTANTS } from './fake-call-mutants.js';
import { FAKE_IDENTITY_MUTANTS } from './fake-identity-mutants.js';
import { FAKE_MUTANTS } from './fake-mutants.js';
import { FAKE_SECRET_MUTANTS } from './fake-secret-mutants.js';
import { LVM_MUTANTS } from './lvm-mutants.js';
import { mutantOfFake, type Mutant } from './mutant.js';
import { NFS_MUTANTS } from './nfs-mutants.js';

const OF_FAKE = [FAKE_MUTANTS, FAKE_CALL_MUTANTS, FAKE_SECRET_MUTANTS, FAKE_IDENTITY_MUTANTS].flat();

/** Every mutant, in the order of docs/conformance.md. */
export const MUTANTS: readonly Mutant[] = [...OF_FAKE.map(mutantOfFake), ...LVM_MUTANTS, ...NFS_MUTANTS];
