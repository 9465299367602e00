import type { ExportState } from '../../drivers/contract/index.js';
import type { Backend } from '../../drivers/registry/backend.js';
import type { Slice } from './slice.js';

/** Exports per driver call. */
const PAGE = 500;

/** Reads a backend's exports page by page, ordered by volume id. */
export class ExportStream {
  private exports: readonly ExportState[] = [];
  private isAtEnd = false;

  constructor(
    readonly backend: Backend,
    private readonly requestId: string,
    private position: string | null,
  ) {}

  /** The next exports; returns the same ones until they are passed. */
  async peek(): Promise<Slice<ExportState>> {
    if (this.exports.length === 0 && !this.isAtEnd) {
      const page = { after: this.position, limit: PAGE };
      this.exports = await this.backend.listExports(page, this.requestId);
      this.isAtEnd = this.exports.length < PAGE;
      this.position = this.exports.at(-1)?.volumeId ?? this.position;
    }
    return { rows: this.exports, end: this.isAtEnd ? null : this.position };
  }

  /** Continues after the volume; null skips all exports read so far. */
  pass(volumeId: string | null): void {
    this.exports = volumeId === null ? [] : this.exports.filter((found) => found.volumeId > volumeId);
  }
}
