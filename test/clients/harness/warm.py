"""
Starts Python programs faster than Python does: a process that has imported a program's modules forks for each command.
Half of a command's two seconds are imports. What a command imports is imported for those after it.
"""

import importlib
import importlib.machinery
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys

STARTER = 'starter'
MOST_BYTES = 1 << 20


class WarmProgram:
    """A program, such as /usr/bin/openstack, that is started by a fork of a process of its own."""

    def __init__(self, path, environment):
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, '-B', __file__, STARTER, path, str(theirs.fileno())],
            env=environment,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()

    def run(self, arguments, environment, outputs, timeout):
        """Runs the program; outputs are the files for its output and errors. Gives back its exit status."""
        order = json.dumps({'arguments': arguments, 'environment': environment}).encode()
        socket.send_fds(self._socket, [order], [output.fileno() for output in outputs])
        self._socket.settimeout(timeout)
        try:
            return int(self._socket.recv(64))
        except (TimeoutError, ValueError):
            # Whatever it still does ends with it; the next command starts anew.
            self.end()
            raise subprocess.TimeoutExpired(arguments, timeout) from None

    def end(self):
        self._socket.close()
        # With the command that it may still run.
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def serve(path, orders):
    """
    Forks for each order. The child is the program; it tells what it has imported, and its exit status is handed
    on.
    """
    while True:
        order, outputs, _, _ = socket.recv_fds(orders, MOST_BYTES, 2)
        if not order:
            return
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            orders.close()
            become(path, **json.loads(order), outputs=outputs, imported=writer)
        for number in (writer, *outputs):
            os.close(number)
        with open(reader, encoding='utf-8') as names:
            wanted = names.read().split()
        _, status = os.waitpid(child, 0)
        orders.send(str(os.waitstatus_to_exitcode(status)).encode())
        for name in wanted:
            # A module that a program can import only at some point of its own is imported by it each time.
            try:
                importlib.import_module(name)
            except Exception:  # noqa: BLE001
                pass


def become(path, arguments, environment, outputs, imported):
    for number, output in enumerate(outputs, start=1):
        os.dup2(output, number)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = arguments
    before = set(sys.modules)
    status = 0
    try:
        loader = importlib.machinery.SourceFileLoader('__main__', path)
        module = importlib.util.module_from_spec(importlib.util.spec_from_loader('__main__', loader))
        loader.exec_module(module)
    except SystemExit as end:
        status = end.code
        if not isinstance(status, int) and status is not None:
            print(status, file=sys.stderr)
            status = 1
    except BaseException:  # noqa: BLE001
        sys.excepthook(*sys.exc_info())
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(imported, ' '.join(sorted(set(sys.modules) - before)).encode())
    os._exit((status or 0) & 0xFF)


if __name__ == '__main__' and sys.argv[1:2] == [STARTER]:
    _, _, program, number = sys.argv
    # Some take their name from it when they are imported.
    sys.argv = [program]
    serve(program, socket.socket(fileno=int(number)))
