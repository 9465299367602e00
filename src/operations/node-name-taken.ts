/** Another living process is the volume node of that name. */
export class NodeNameTaken extends Error {
  override readonly name = 'NodeNameTaken';

  constructor(node: string) {
    super(
      `The volume node ${node} is running already. Stop that process, or give this one another node_name.`,
    );
  }
}
