"""What the tests are expected to come to, from expected.txt."""

import collections

Expectation = collections.namedtuple('Expectation', 'outcome reason')


def read_expectations(path):
    """
    The expectations by the name of the test.

    A line `= fail: reason` or `= skip: reason` begins the tests that fail or are skipped for that reason, `= pass` those
    that pass; `#` begins a comment.
    """
    found = {}
    heading = None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        text = line.strip()
        if text == '' or text.startswith('#'):
            continue
        if text.startswith('='):
            outcome, _, reason = text.removeprefix('=').strip().partition(':')
            if outcome not in ('pass', 'fail', 'skip') or (outcome == 'pass') != (reason.strip() == ''):
                raise SystemExit(f'{path.name}:{number}: not a heading: {text}')
            heading = Expectation(outcome, reason.strip())
        elif heading is None or text in found:
            raise SystemExit(f'{path.name}:{number}: {text} stands twice or below no heading')
        else:
            found[text] = heading
    return found


def compare(expected, results):
    """What is not as expected, a line each."""
    lines = []
    for name, result in sorted(results.items()):
        wanted = expected.get(name)
        if wanted is None:
            lines.append(f'{name}: {result.outcome}, and is not listed')
        elif wanted.outcome != result.outcome:
            why = f' ({wanted.reason})' if wanted.reason else ''
            lines.append(f'{name}: {result.outcome}, expected: {wanted.outcome}{why}')
    lines += [f'{name}: did not run' for name in sorted(expected.keys() - results.keys())]
    return lines
