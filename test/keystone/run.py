#!/usr/bin/python3
"""
Proves `auth_strategy: keystone` against a real Keystone, which is started for the run as the server is.

    npm run test:keystone [-- -k PART]

Needs the packages of test/clients, and python3-keystone, uwsgi-core and uwsgi-plugin-python3. -k chooses checks by a
part of their names.
"""

import argparse
import pathlib
import sys
import unittest
import warnings

FOLDER = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(FOLDER), str(FOLDER.parent / 'clients')]

try:
    from harness.ending import end_on_sigterm
    from harness.report import Report
    from rig import Rig, RigCase
except ImportError as error:
    sys.exit(f'{error}: install python3-cinderclient python3-openstackclient python3-openstacksdk')


def main():
    parser = argparse.ArgumentParser(description='Proves the server against a real Keystone.')
    parser.add_argument('-k', metavar='PART', action='append', help='only checks whose names have this part')
    options = parser.parse_args()

    loader = unittest.TestLoader()
    if options.k:
        loader.testNamePatterns = [f'*{part.replace(" ", "_")}*' for part in options.k]
    end_on_sigterm()
    warnings.simplefilter('ignore')
    report = Report()
    with Rig() as rig:
        RigCase.rig = rig
        seconds = rig.keystone.seconds
        print(f'Keystone answered after {seconds["ready"]} s, and was filled after {seconds["filled"]} s', flush=True)
        loader.discover(str(FOLDER)).run(report)
    print(report.closing_line())
    sys.exit(0 if report.passed > 0 and report.failed == 0 else 1)


main()
