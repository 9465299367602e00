"""Checks of what a server may not have."""

import functools


def needs_extension(alias):
    """Skips a check, and says so, where the server does not list an extension that the check is about."""

    def decorate(check):
        @functools.wraps(check)
        def checked(case):
            listed = case.admin.client.get('/extensions')[1]['extensions']
            if alias not in {extension['alias'] for extension in listed}:
                case.skipTest(f'the server does not list the extension {alias}')
            check(case)

        return checked

    return decorate
