/** The browser of the tests. Chromium is looked for where CHROMIUM says, or at /usr/bin/chromium. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PATH = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Says that there is no browser, and ends the process, where there is none. */
export function requireChromium() {
  if (existsSync(PATH)) return;
  console.log(`skipped: there is no browser at ${PATH}; set CHROMIUM`);
  console.log('0 passed, 0 failed, 1 skipped');
  process.exit(0);
}

/** @param args further arguments of its command line. */
export function launchChromium(...args) {
  return chromium.launch({
    executablePath: PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      ...args,
    ],
  });
}
