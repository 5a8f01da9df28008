# SPDX-License-Identifier: Apache-2.0
"""mybot itself, as far as a test needs it, in a process of its own. Replace it by a simulator or emulator of your robot.

python mybot.py PORT      stdout: the truth, one JSON object a line, 50 times a second
"""

import json
import math
import os
import socket
import sys
import time

PERIOD_S, SILENCE_S = 0.02, 0.2


def main() -> None:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", int(sys.argv[1])))
    server.setblocking(False)
    driver, heard_s, until_s = None, -math.inf, -math.inf
    goal, x, y, yaw, vx, wz, number = (0.0, 0.0), 0.0, 0.0, 0.0, 0.0, 0.0, 0
    next_s = time.monotonic()
    while os.getppid() != 1:
        time.sleep(max(0.0, next_s - time.monotonic()))
        next_s, now_s = next_s + PERIOD_S, time.monotonic()
        while True:
            try:
                data, driver = server.recvfrom(2048)
            except BlockingIOError:
                break
            heard_s, words = now_s, data.decode(errors="replace").split()
            if words == ["hello"]:
                server.sendto(b"mybot 1", driver)
            elif words[:1] == ["drive"]:
                goal, until_s = (float(words[1]), float(words[2])), now_s + float(words[3])
            elif words == ["stop"]:
                until_s = -math.inf
        driven = (
            now_s < until_s and now_s - heard_s < SILENCE_S
        )  # it stands by itself: the promise that matters
        vx += max(-0.12, min(0.12, (goal[0] if driven else 0.0) - vx))
        wz += max(-0.3, min(0.3, (goal[1] if driven else 0.0) - wz))
        x, y, yaw = x + vx * math.cos(yaw) * PERIOD_S, y + vx * math.sin(yaw) * PERIOD_S, yaw + wz * PERIOD_S
        number += 1
        if driver is not None and now_s - heard_s < 1.0:
            server.sendto(f"state {number} {now_s} {x} {y} {yaw} {vx} {wz}".encode(), driver)
        sys.stdout.write(json.dumps({"t": now_s, "vx": vx, "wz": wz}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
