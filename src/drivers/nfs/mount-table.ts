export interface Mount {
  readonly folder: string;
  readonly type: string;
  readonly source: string;
}

/** The mounts that `/proc/self/mountinfo` lists, in its order: of two on one folder the later one is seen. proc(5) */
export function parseMountinfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left, right] = line.split(' - ');
    const folder = left?.split(' ')[4];
    const [type, source] = right?.split(' ') ?? [];
    if (folder === undefined || type === undefined || source === undefined) return [];
    return [{ folder: unescapeOctal(folder), type, source: unescapeOctal(source) }];
  });
}

/** Blank, tab, newline and backslash stand as three octal digits. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
