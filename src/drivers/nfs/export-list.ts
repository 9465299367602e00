import { canonicalAddress } from './nfs-connector.js';

export interface ListedExport {
  readonly folder: string;
  readonly address: string;
  /** The client as exportfs spells it, which is how it wants to hear it again. */
  readonly client: string;
}

const LINE = /^"?(\/[^\s"]*)"?\s+([^\s(]+)\(/;

/** What `exportfs -s` lists: one export a line, in the manner of exports(5). */
export function parseExports(text: string): readonly ListedExport[] {
  return text.split('\n').flatMap((line) => {
    const [, folder, client] = LINE.exec(line) ?? [];
    if (folder === undefined || client === undefined) return [];
    return [{ folder, client, address: canonicalAddress(client) }];
  });
}
