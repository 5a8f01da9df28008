# SPDX-License-Identifier: Apache-2.0
"""A robot in a process of its own (`process`) that tells the truth over a socket (`socket`): how one of the driver contract's peers
hangs and dies."""

import signal
import time


class PeerProcess:
    def now_s(self):
        return time.monotonic()

    def hang(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.socket.close()
