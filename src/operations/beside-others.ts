/** Another living process is the volume node of that name. */
export class NodeNameTaken extends Error {
  override readonly name = 'NodeNameTaken';

  constructor(node: string) {
    super(
      `The volume node ${node} is running already. Stop that process, or give this one another node_name.`,
    );
  }
}

/** A living process on the database could not read what this one stores, or the reverse. */
export class SecretKeysDiffer extends Error {
  override readonly name = 'SecretKeysDiffer';

  /** @param other which process it is. @param conflict a clause whose subject is that process. */
  constructor(other: string, conflict: string) {
    super(`The ${other}, which uses the same database, ${conflict}.`);
  }
}
