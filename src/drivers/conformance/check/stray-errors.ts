import { violationOf, type Violation } from '../contract-broken.js';
import { foundIn } from '../observation.js';

/** Most errors that are told of one test. */
const MOST = 3;

/** Catches what a driver does outside of its calls and what would end this process: errors in events, process.exit. */
export class StrayErrors {
  private readonly caught: unknown[] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was
  private readonly exit = process.exit;
  private readonly note = (error: unknown) => void this.caught.push(error);

  constructor() {
    process.on('uncaughtException', this.note);
    process.on('unhandledRejection', this.note);
    process.exit = () => {
      const error = new Error('the driver called process.exit');
      this.note(error);
      throw error;
    };
  }

  /** Returns what was caught since the last time. @param mask hides credentials. */
  async take(mask: (text: string) => string): Promise<readonly Violation[]> {
    // Node.js reports rejections that nobody handles once the present work is done.
    await new Promise((resolve) => setImmediate(resolve));
    return this.caught
      .splice(0)
      .slice(0, MOST)
      .map((error) =>
        violationOf(
          mask(`outside of a call: ${foundIn(error)}`),
          'driver-errors',
          'an event handler or a timer throws, or a promise is not awaited: it would end the server',
        ),
      );
  }

  end(): void {
    process.off('uncaughtException', this.note);
    process.off('unhandledRejection', this.note);
    process.exit = this.exit;
  }
}
