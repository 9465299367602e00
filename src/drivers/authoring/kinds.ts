/** The kinds of driver packages that there are templates for. */
export interface Kind {
  readonly name: string;
  /** What the storage is, as its author would say it. */
  readonly summary: string;
  /** Folders of the template whose files make the package, besides `common` and the kind's own. */
  readonly parts: readonly string[];
}

export const KINDS: readonly Kind[] = [
  {
    name: 'command',
    summary: 'commands of a local tool control the storage',
    parts: ['targets', 'answers', 'programs'],
  },
  { name: 'rest', summary: 'an appliance with a REST API', parts: ['targets', 'answers'] },
  { name: 'share', summary: 'files on a share: NFS', parts: ['programs'] },
  { name: 'iscsi', summary: 'an iSCSI target of your own: tgt', parts: ['targets', 'programs'] },
];

/** The kind of who names none and cannot be asked. */
export const DEFAULT_KIND = 'command';

/** One line for each kind, for usage texts and questions. */
export function listOfKinds(): string {
  const width = Math.max(...KINDS.map(({ name }) => name.length));
  return KINDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
}

export function findKind(name: string): Kind | undefined {
  return KINDS.find((kind) => kind.name === name);
}
