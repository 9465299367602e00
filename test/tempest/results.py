"""Reads what tempest's tests came to from the stream that they wrote."""

import re

import subunit
import testtools

PASS, FAIL, SKIP = 'pass', 'fail', 'skip'

_OUTCOMES = {'success': PASS, 'skip': SKIP}


class Result:
    """Of one test, or of the set-up or tear-down of a class, which stands for its tests when it fails or skips."""

    def __init__(self, name, outcome, text, seconds):
        self.name = name
        self.outcome = outcome
        #: Why it was skipped, or the trace of what failed.
        self.text = text
        self.seconds = seconds


def read_results(stream):
    """The results by name, without the ids that tempest puts behind its names."""
    found = {}

    def add(test):
        name = re.sub(r'\[.*\]$', '', test['id'])
        outcome = _OUTCOMES.get(test['status'], FAIL)
        texts = {key: detail.as_text() for key, detail in test['details'].items() if detail.content_type.type == 'text'}
        text = texts.get('reason') or '\n'.join(text for key, text in texts.items() if key.startswith('traceback'))
        begin, end = test['timestamps']
        seconds = (end - begin).total_seconds() if begin and end else 0
        # A class of which a part fails may be named twice.
        if name not in found or outcome == FAIL:
            found[name] = Result(name, outcome, text.strip(), seconds)

    summary = testtools.StreamToDict(add)
    summary.startTestRun()
    subunit.ByteStreamToStreamResult(stream, non_subunit_name='output').run(summary)
    summary.stopTestRun()
    found.pop('output', None)
    return found
