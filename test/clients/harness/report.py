"""Prints a line for each check, and what went wrong below the line of one that failed."""

import textwrap
import unittest


class Report(unittest.TestResult):
    passed = 0

    def addSuccess(self, test):
        self.passed += 1
        self._line('ok  ', test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line('skip', test, f' ({reason})')

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._failed(test, self.failures[-1][1])

    def addError(self, test, error):
        super().addError(test, error)
        self._failed(test, self.errors[-1][1])

    @property
    def failed(self):
        return len(self.failures) + len(self.errors)

    def closing_line(self):
        return f'{self.passed} passed, {self.failed} failed, {len(self.skipped)} skipped'

    def _failed(self, test, trace):
        self._line('FAIL', test)
        print(textwrap.indent(trace, '       '), flush=True)

    def _line(self, mark, test, more=''):
        print(f'{mark} {_name(test)}{more}', flush=True)


def _name(test):
    client = getattr(test, 'client', type(test).__name__)
    # What failed before a class began is no test method and says itself what it is.
    method = getattr(test, '_testMethodName', str(test))
    return f'{client}: {method.removeprefix("test_").replace("_", " ")}'
