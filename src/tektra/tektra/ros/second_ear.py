# SPDX-License-Identifier: Apache-2.0
"""A participant in a process of its own, which asks and hears as the watchdog does.

Of two processes that lost each other in a pause one may stay deaf to the other for ever, and the watchdog is one of the two as
often as anybody else: the gate, which heard every stop, was ended after a pause because it and the watchdog had not found each
other. A new participant is found by all. It is made when it is needed, and asks those alone whom the first does not hear.

Beside a process that is stopped it takes 2.7 s to make one, and each leaves 0.6 MB behind: so neither happens in the watchdog. Its
process is started before it is needed and waits (35 MB); what it is asked comes on its standard input, whose end is its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO

import rclpy
from diagnostic_msgs.msg import KeyValue
from rclpy.context import Context
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions

from tektra.ros.pulse import ANSWER, ASK
from tektra.ros.qos import RELIABLE, SIGNS

#: A participant that hangs in its own end is left behind by its process after so long.
_ENDS_S = 5.0
#: As much as a pipe holds: some hundred answers; the rest is read at the next look. A longer line is none of ours.
_READ_BYTES = 1 << 16


class SecondEar:
    """One thread. Nothing blocks. A process that died, or was killed, is followed by another one."""

    def __init__(self) -> None:
        self._ended: list[subprocess.Popen[bytes]] = []
        self._unread = b""
        self._process = self._start()
        self.asks = False  # since `rest`

    def ask(self, number: int) -> None:
        """Who hears it answers with this number."""
        if self._process.poll() is not None:
            self._unread = b""
            self._process = self._start()
        self.asks = True
        with suppress(OSError):  # it has just died, or reads nothing: nobody is heard by it
            os.write(_file(self._process.stdin), b"%d\n" % number)

    def take(self) -> list[str]:
        """The answers since the last time."""
        self._ended = [process for process in self._ended if process.poll() is None]
        with suppress(OSError):
            self._unread += os.read(_file(self._process.stdout), _READ_BYTES)
        *lines, self._unread = self._unread.split(b"\n")
        if len(self._unread) > _READ_BYTES:
            self._unread = b""
        return [line.decode(errors="replace") for line in lines]

    def rest(self) -> None:
        """Its participant ends; another process waits to be asked."""
        if self.asks:
            self.close()
            self._process = self._start()

    def close(self) -> None:
        """It ends by itself, after a while."""
        self.asks, self._unread = False, b""
        for process in self._ended:  # the one before, which had its time
            process.kill()
        self._ended.append(self._process)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tektra.ros.second_ear"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        for pipe in (process.stdin, process.stdout):
            os.set_blocking(_file(pipe), False)
        return process


def _file(pipe: IO[bytes] | None) -> int:
    assert pipe is not None
    return pipe.fileno()


class _Participant:
    """Writes each answer as a line."""

    def __init__(self, answers: int) -> None:
        context = self._context = Context()
        rclpy.init(context=context, signal_handler_options=SignalHandlerOptions.NO)
        self._node = rclpy.create_node(
            f"_second_ear_{os.getppid()}",
            context=context,
            enable_rosout=False,
            start_parameter_services=False,
        )
        self._asks = self._node.create_publisher(KeyValue, ASK, RELIABLE)
        self._node.create_subscription(KeyValue, ANSWER, lambda heard: _write(answers, heard.value), SIGNS)
        self._executor = SingleThreadedExecutor(context=context)
        self._executor.add_node(self._node)
        threading.Thread(target=self._spin, name="second_ear", daemon=True).start()

    def ask(self, number: int) -> None:
        self._asks.publish(KeyValue(key="watchdog", value=str(number)))

    def close(self) -> None:
        self._executor.shutdown(1.0)
        self._node.destroy_node()
        rclpy.try_shutdown(context=self._context)

    def _spin(self) -> None:
        with suppress(ExternalShutdownException):
            self._executor.spin()


def _write(answers: int, text: str) -> None:
    try:
        os.write(answers, text.replace("\n", " ").encode() + b"\n")
    except OSError:  # nobody reads
        os._exit(1)


def main() -> None:
    """Asks each number that comes as a line of the standard input; ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the watchdog ends, and this with it
    answers = os.dup(1)
    os.dup2(2, 1)  # where the middleware writes what it has to say
    participant: _Participant | None = None
    for line in sys.stdin.buffer:
        participant = participant or _Participant(answers)
        with suppress(ValueError):
            participant.ask(int(line))
    if participant is not None:
        hangs = threading.Timer(_ENDS_S, os._exit, (1,))
        hangs.daemon = True
        hangs.start()
        participant.close()
        os._exit(0)  # threads of the middleware that still run would abort an interpreter that ends


if __name__ == "__main__":
    main()
