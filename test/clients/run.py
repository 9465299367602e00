#!/usr/bin/python3
"""
Drives unmodified OpenStack clients, as Debian packages them, against the server.

    /usr/bin/python3 test/clients/run.py                      against `npm start` with a new data folder
    /usr/bin/python3 test/clients/run.py --url http://127.0.0.1:8776
    /usr/bin/python3 test/clients/run.py --cinder http://127.0.0.1:8776   proves the checks on a real Cinder

Needs the packages python3-cinderclient, python3-openstackclient and python3-openstacksdk, which only the system's own
python3 sees; python3-nova and python3-glance-store for the checks of those, which are skipped without them. -k chooses
checks by a part of their names.
"""

import argparse
import contextlib
import pathlib
import sys
import unittest
import warnings

FOLDER = pathlib.Path(__file__).resolve().parent
# A run leaves no files beside the sources.
sys.dont_write_bytecode = True
sys.path.insert(0, str(FOLDER))

try:
    from harness.case import ClientCase
except ImportError as error:
    sys.exit(f'{error}: install python3-cinderclient python3-openstackclient python3-openstacksdk')
from harness.cloud import Cloud
from harness.ending import end_on_sigterm
from harness.report import Report
from harness.server import Server, StartedServer


def chosen_server(options):
    if options.cinder:
        return contextlib.nullcontext(Server(options.cinder, is_cinder=True))
    if options.url:
        return contextlib.nullcontext(Server(options.url, max_limit=options.max_limit))
    return StartedServer()


def main():
    parser = argparse.ArgumentParser(description='Drives unmodified OpenStack clients against the server.')
    where = parser.add_mutually_exclusive_group()
    where.add_argument('--url', help='a running server (default: one that is started for the run)')
    parser.add_argument('--max-limit', type=int, metavar='ROWS', help='longest page of the running server')
    where.add_argument('--cinder', metavar='URL', help='a running Cinder with noauth')
    parser.add_argument('-k', metavar='PART', action='append', help='only checks whose names have this part')
    options = parser.parse_args()
    end_on_sigterm()

    loader = unittest.TestLoader()
    if options.k:
        loader.testNamePatterns = [f'*{part.replace(" ", "_")}*' for part in options.k]
    # The clients' own use of what Python will drop is not the server's affair.
    warnings.simplefilter('ignore')
    report = Report()
    with chosen_server(options) as server, Cloud(server.endpoint) as cloud:
        ClientCase.server, ClientCase.cloud = server, cloud
        print(f'The clients talk to {server.endpoint}, which offers version {server.maximum_version()}', flush=True)
        loader.discover(str(FOLDER)).run(report)
    print(report.closing_line())
    # No check at all is no success.
    sys.exit(0 if report.passed > 0 and report.failed == 0 else 1)


main()
