# SPDX-License-Identifier: MIT
"""Stops a single thread of a process that the test has started, while the others go on: what a
worker that hangs looks like. A signal can't do that, since it stops the whole process; a debugger
can."""
import contextlib
import ctypes
import os
import pathlib

PTRACE_CONT, PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 7, 17, 0x4206, 0x4207
WALL = 0x40000000  # __WALL: threads as well as processes

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


def _ptrace(request, thread):
    if _libc.ptrace(request, thread, None, None) != 0:
        raise OSError(ctypes.get_errno(), f"ptrace({request:#x})")


def thread_of(pid, name):
    """The number of the thread with this name."""
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().strip() == name:
            return int(task.name)
    raise LookupError(f"process {pid} has no thread {name}")


@contextlib.contextmanager
def stopped(pid, name):
    """The thread stands still within the block. Enter and leave it on the same thread."""
    thread = thread_of(pid, name)
    _ptrace(PTRACE_SEIZE, thread)
    _ptrace(PTRACE_INTERRUPT, thread)
    os.waitpid(thread, WALL)
    try:
        yield
    finally:
        _ptrace(PTRACE_DETACH, thread)
