export interface Mount {
  readonly folder: string;
  readonly type: string;
  readonly source: string;
}

/** Parses `/proc/self/mountinfo`, in order. If a folder occurs twice, the later mount is the visible one. See proc(5). */
export function parseMountinfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left, right] = line.split(' - ');
    const folder = left?.split(' ')[4];
    const [type, source] = right?.split(' ') ?? [];
    if (folder === undefined || type === undefined || source === undefined) return [];
    return [{ folder: unescapeOctal(folder), type, source: unescapeOctal(source) }];
  });
}

/** Decodes spaces, tabs, newlines and backslashes, which are escaped as three octal digits. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
