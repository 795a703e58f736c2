"""Imports a program, calls one of its functions with arguments made by their names, and reports how it went.

python3 python-driver.py PROGRAM FUNCTION NEEDED…     NEEDED: modules that must be real; others that are missing are stand-ins.
"""
import contextlib
import errno
import gc
import importlib.abc
import importlib.machinery
import inspect
import json
import os
import re
import socket
import sys
import time
import types
import warnings

PORT = int(os.environ["CLOSEWAIT_PORT"])
FLAG = os.environ["CLOSEWAIT_FLAG"] == "1"
CALLERS = 3
PROGRAM, FUNCTION, NEEDED = sys.argv[1], sys.argv[2], set(sys.argv[3:])


def stand_in(*args, **kwargs):
    return None


def anything(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return stand_in


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Modules that the program names and nobody has."""

    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in NEEDED:
            return None
        return importlib.machinery.ModuleSpec(name, self)

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__getattr__ = anything
        return module

    def exec_module(self, module):
        pass


class Names(dict):
    """Functions that the program calls and nobody defines."""

    def __missing__(self, name):
        if name.startswith("__"):
            raise KeyError(name)
        return stand_in


class Listener(socket.socket):
    """Gives its callers, then fails as a listener that was closed."""

    given = 0

    def accept(self):
        if self.given >= CALLERS:
            raise OSError(errno.EINVAL, "no more callers")
        self.given += 1
        return super().accept()


def listener():
    s = Listener()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", PORT))
    s.listen(16)
    s.settimeout(1)
    return s


BY_NAME = [
    (r"^(listener|server|srv|listening|lsock|ls)$", listener),
    (r"^(conn|connection|sock|s|client|peer|c)$", lambda: socket.create_connection(("127.0.0.1", PORT), timeout=1)),
    (r"(^|_)(host|hosts|hostname|address|addr|ip|server_name)$", lambda: "127.0.0.1"),
    (r"(^|_)port$", lambda: PORT),
    (r"(^|_)(url|uri|u|link|base)$", lambda: "http://127.0.0.1:%d/" % PORT),
    (r"(^|_)(data|payload|message|body|request|line)$", lambda: b"hello\n"),
    (r"(^|_)(urls)$", lambda: ["http://127.0.0.1:%d/" % PORT]),
    (r"(^|_)(handler|handle|callback|log)$", lambda: stand_in),
    (r"(^|_)(n|count|size|length|attempts|tries)$", lambda: 3),
]


def argument(name):
    for pattern, make in BY_NAME:
        if re.search(pattern, name):
            return make()
    used.append(name)
    return FLAG


#: Arguments about which nothing is known.
used = []


def arguments(function):
    made = []
    for p in inspect.signature(function).parameters.values():
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) or p.default is not p.empty:
            continue
        if p.name in ("reader", "writer"):
            raise TypeError("needs the streams of a server")
        made.append(argument(p.name))
    return made


def descriptors():
    return len(os.listdir("/proc/self/fd"))


def report(**what):
    os.write(3, ("RESULT " + json.dumps(what) + "\n").encode())


def find(program):
    """The function of that name, or the method of a class, its object made by names as well."""
    if FUNCTION in program and inspect.isfunction(program[FUNCTION]):
        return program[FUNCTION]
    owners = [c for c in program.values() if inspect.isclass(c) and c.__module__ == "program" and FUNCTION in vars(c)]
    if len(owners) != 1:
        raise TypeError("%d functions or methods of that name" % len(owners))
    owner = owners[0]
    if FUNCTION == "__init__":
        return owner
    if not inspect.isfunction(vars(owner)[FUNCTION]):
        return getattr(owner, FUNCTION)
    return getattr(owner(*arguments(owner)), FUNCTION)


def described(value):
    if isinstance(value, (str, bytes, int, float, bool, type(None), tuple, list, dict)):
        return repr(value)
    return type(value).__name__


def release(value):
    """What is handed out is the caller's to close."""
    for one in value if isinstance(value, (tuple, list)) else [value]:
        with contextlib.suppress(Exception):
            one.close()


def main():
    sys.meta_path.append(StandIns())
    module = types.ModuleType("program")
    sys.modules["program"] = module
    module.__dict__["__builtins__"] = Names(vars(__import__("builtins")))
    leaks = []
    warnings.showwarning = lambda message, *rest: leaks.append(str(message)) if "unclosed" in str(message) else None
    warnings.simplefilter("always", ResourceWarning)
    start = descriptors()
    try:
        with open(PROGRAM) as text:
            exec(compile(text.read(), PROGRAM, "exec"), module.__dict__)
        function = find(module.__dict__)
        made = arguments(function)
    except (ImportError, TypeError, SyntaxError) as problem:
        return report(callable=False, said=str(problem), before=0, after=0)
    except OSError as problem:
        return report(callable=False, said="arguments cannot be made: %s" % problem, before=0, after=0)
    try:
        value = function(*made)
        if inspect.iscoroutine(value):
            import asyncio

            value = asyncio.run(value)
        if inspect.isgenerator(value):
            value = list(value)
        said = "gives " + described(value)
        release(value)
        value = None
    except Exception as problem:
        said = "raises %s: %s" % (type(problem).__name__, problem)
        problem = None
    gc.collect()
    for _ in range(20):
        if descriptors() <= start + len(made):
            break
        time.sleep(0.02)
    # Closed by the function or by us: those that were made as arguments are nobody's leak.
    for one in made:
        release(one)
    gc.collect()
    report(said=said, before=start, after=descriptors(), warnings=len(leaks), flagged=bool(used))


main()
sys.stdout.flush()
os._exit(0)
