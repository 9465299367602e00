/** The arguments of the command, for its help. */
export const CHECK_DRIVER_USAGE = `PACKAGE|PATH [--options FILE] [--option KEY=VALUE]... [--option-env KEY=VARIABLE]...
  [--kit FILE] [--only TEXT] [--junit FILE] [--json FILE] [--html FILE]

Judges a driver by the conformance kit: a package that is installed here, or the path of its folder or module. The kit creates,
exports, connects and removes volumes of its own on the backend that the options name.

  --options FILE      the backend's options, a JSON object; {folder} in it stands for an empty folder of each test
  --option KEY=VALUE  one option; the value is JSON or text
  --option-env KEY=VARIABLE  one option whose value, such as a password, is in an environment variable
  --kit FILE          a module whose default export has further options of the kit: connector, hooks, limitMs, ...
  --only TEXT         only the tests whose titles contain the text
  --junit, --json, --html FILE  writes the verdict there; the HTML is one page that needs nothing else

Exit status: 0 the driver conforms, 1 it breaks the contract, 2 it could not be judged.`;
