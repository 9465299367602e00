#!/usr/bin/python3
"""
Runs a whole Nova against the server: what Nova does with volumes must leave Nova's API, its database and the server
with the same attachments, whoever crashes on the way.

    npm run test:nova [-- -k PART]

Needs root, MariaDB, RabbitMQ and the packages nova-api nova-conductor nova-scheduler placement-api python3-keystone
uwsgi-core uwsgi-plugin-python3 python3-pymysql dmidecode. Databases, a virtual host, files and processes are made for
the run and removed after it. -k chooses sequences by a part of their names.
"""

import argparse
import pathlib
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(FOLDER), str(FOLDER.parent / 'keystone'), str(FOLDER.parent / 'clients')]

from case import NovaCase
from harness.ending import end_on_sigterm
from harness.report import Report
from stack import Stack


def main():
    parser = argparse.ArgumentParser(description='Runs a whole Nova against the server.')
    parser.add_argument('-k', metavar='PART', action='append', help='only sequences whose names have this part')
    options = parser.parse_args()

    loader = unittest.TestLoader()
    if options.k:
        loader.testNamePatterns = [f'*{part.replace(" ", "_")}*' for part in options.k]
    end_on_sigterm()
    report = Report()
    with Stack() as stack:
        NovaCase.stack = stack
        passed = ', '.join(f'{what} after {seconds} s' for what, seconds in stack.seconds.items())
        print(f'Nova was started: {passed}', flush=True)
        loader.discover(str(FOLDER)).run(report)
    print(report.closing_line())
    sys.exit(0 if report.passed > 0 and report.failed == 0 else 1)


main()
