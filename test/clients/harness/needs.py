"""Checks of what a server, or the machine, may not have."""

import functools
import importlib
import unittest


def needs_module(name, package):
    """The module that a client is made of; without its package the checks of the file that asks are skipped."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise unittest.SkipTest(f'{error}: install {package}') from error


def has_extension(case, alias):
    """Whether the server lists the extension."""
    listed = case.admin.client.get('/extensions')[1]['extensions']
    return alias in {extension['alias'] for extension in listed}


def needs_extension(alias):
    """Skips a check, and says so, where the server does not list an extension that the check is about."""

    def decorate(check):
        @functools.wraps(check)
        def checked(case):
            if not has_extension(case, alias):
                case.skipTest(f'the server does not list the extension {alias}')
            check(case)

        return checked

    return decorate
