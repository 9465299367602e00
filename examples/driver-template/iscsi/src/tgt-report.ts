import { NOBODY } from './target-files.js';

/** A target as `tgtadm --mode target --op show` reports it. */
export interface ReportedTarget {
  /** The number by which other commands name it. */
  readonly tid: number;
  readonly iqn: string;
  readonly initiators: readonly string[];
}

/** Reads the report: targets begin at the margin, their sections are indented by four spaces and end with a colon. */
export function targetsIn(report: string): readonly ReportedTarget[] {
  return report.split(/^(?=Target \d+: )/m).flatMap((text) => {
    const [, tid, iqn = ''] = /^Target (\d+): (\S+)$/m.exec(text) ?? [];
    if (tid === undefined) return [];
    const rules = /^ {4}ACL information:\n((?: {8}\S.*\n?)*)/m.exec(text)?.[1] ?? '';
    const initiators = rules.split('\n').map((line) => line.trim());
    return [
      { tid: Number(tid), iqn, initiators: initiators.filter((rule) => rule !== '' && rule !== NOBODY) },
    ];
  });
}
