import { canonicalAddress } from './nfs-connector.js';

export interface ListedExport {
  readonly folder: string;
  readonly address: string;
  /** The client as spelled by exportfs, which requires the same spelling in later commands. */
  readonly client: string;
}

const LINE = /^"?(\/[^\s"]*)"?\s+([^\s(]+)\(/;

/** Parses the output of `exportfs -s`: one export per line, in the format of exports(5). */
export function parseExports(text: string): readonly ListedExport[] {
  return text.split('\n').flatMap((line) => {
    const [, folder, client] = LINE.exec(line) ?? [];
    if (folder === undefined || client === undefined) return [];
    return [{ folder, client, address: canonicalAddress(client) }];
  });
}
