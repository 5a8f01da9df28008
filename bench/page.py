# SPDX-License-Identifier: Apache-2.0
"""The page in Chromium: load to the talking face, mouth against sound, pictures a second in software, size of the scripts.

A real gateway before a stand-in that speaks for ever: a tone whose loudness goes up and down as the jaw opens and closes, both
stamped with the moment at which they are to be heard and seen. In the page both are read where they leave it: the weights that are
given to WebGL with each picture, and the samples that are given to the sound card, later by what the browser says that the card
needs. Their distance in time is what is measured, once a picture; what the screen adds is not. Baseline: a face that is drawn from
pictures 5 times a second, as Foxglove shows it: half of their distance, and one on average half a distance old.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import math
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from common import emit, table
from playwright.sync_api import Page, sync_playwright

from tektra.common.arkit_names import NAMES
from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.backends.fake_messages import face
from tektra.web.dev import gateway_for
from tektra.web.options import WebOptions

BUILT = Path(__file__).resolve().parent.parent / "src" / "tektra_web" / "out"
PASSWORD = "a long enough password"
FLAGS = (
    "--no-sandbox --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync "
    "--use-gl=angle --use-angle=swiftshader --enable-unsafe-swiftshader --autoplay-policy=no-user-gesture-required"
).split()
PERIOD_S, RATE, PIECE_S, AHEAD_S = 0.8, 16_000, 0.05, 0.3
AVATAR_HZ = 30.0
#: Of a picture every 200 ms: how old it is on average, and at worst.
JPEG_P50_MS, JPEG_P95_MS = 100.0, 190.0
PATIENCE_MS = 120_000
#: Between these the loudness says exactly where in its rise or fall it is.
LEAST, MOST = 0.15, 0.85
LATE_MS = 40.0
#: Reads what leaves the page. `pictures`: when, and the largest weight of each picture; `loudness`: when, and how loud.
PROBE = """
window.probe = { pictures: [], loudness: [], latency: 0 };
let mouth = -1;
const give = WebGL2RenderingContext.prototype.uniform1fv;
WebGL2RenderingContext.prototype.uniform1fv = function (place, values, ...more) {
  if (values.length >= 20) mouth = Math.max(mouth, ...values);
  return give.call(this, place, values, ...more);
};
const ask = window.requestAnimationFrame;
window.requestAnimationFrame = (work) => ask.call(window, (at) => {
  mouth = -1;
  work(at);
  if (mouth >= 0) window.probe.pictures.push([performance.now(), mouth]);
});
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...more) {
  if (to !== this.context.destination) return connect.call(this, to, ...more);
  const context = this.context;
  if (context.ear === undefined) {
    context.ear = new AnalyserNode(context, { fftSize: 512 });
    connect.call(context.ear, to);
    const samples = new Float32Array(512);
    setInterval(() => {
      context.ear.getFloatTimeDomainData(samples);
      window.probe.latency = (context.outputLatency || context.baseLatency || 0) * 1000;
      window.probe.loudness.push([performance.now(), Math.max(...samples.map(Math.abs))]);
    }, 4);
  }
  return connect.call(this, context.ear);
};
"""


class Speaker(FakeGraph):
    """Says one long tone, and opens the jaw with it."""

    async def _move_face(self) -> None:
        speaking = asyncio.create_task(self._speak())
        try:
            while True:
                now_s = self._clock_s()
                state = face(now_s, _stamp(now_s), stopped=False)
                weights = [0.0] * len(NAMES)
                weights[NAMES.index("jawOpen")] = openness(now_s)
                self.say("/tektra/avatar/state", {**state, "weights": weights})
                await asyncio.sleep(1.0 / AVATAR_HZ)
        finally:
            speaking.cancel()

    async def _speak(self) -> None:
        number = int(self._clock_s() / PIECE_S)
        while True:
            at_s = number * PIECE_S
            times = at_s + np.arange(int(PIECE_S * RATE)) / RATE
            loud = 1.0 - np.abs(2.0 * ((times / PERIOD_S) % 1.0) - 1.0)
            samples = (loud * 0.9 * 32767 * np.sin(2 * math.pi * 440.0 * (times % 1.0))).astype("<i2")
            chunk = {"stamp": _stamp(at_s), "sequence": number, "sample_rate": RATE, "channels": 1}
            self.say("/tektra/speech_out/audio", {**chunk, "data": samples.tobytes(), "last": False})
            number += 1
            await asyncio.sleep(max(0.0, number * PIECE_S - AHEAD_S - self._clock_s()))


def openness(at_s: float) -> float:
    """Of the jaw, and the tone's loudness: up and down in PERIOD_S, 0 to 1."""
    return 1.0 - abs(2.0 * ((at_s / PERIOD_S) % 1.0) - 1.0)


def _stamp(at_s: float) -> dict[str, int]:
    return {"sec": int(at_s), "nanosec": int((at_s % 1.0) * 1e9)}


def lags(pictures: list[list[float]], loudness: list[list[float]], latency_ms: float) -> list[float]:
    """By how many ms the mouth is behind the sound (negative: ahead), for each picture that tells it."""
    times, levels = np.array(loudness).T
    levels = levels / np.percentile(levels, 99)
    slope = 2.0 / (PERIOD_S * 1000.0)
    found = []
    for at_ms, weight in pictures:
        heard_ms = at_ms - latency_ms
        around = np.interp([heard_ms - 40.0, heard_ms, heard_ms + 40.0], times, levels)
        if not times[0] < heard_ms - 40.0 < heard_ms + 40.0 < times[-1]:
            continue
        rises = bool(around[0] < around[1] < around[2])
        if (
            LEAST < around[1] < MOST
            and LEAST < weight < MOST
            and (rises or around[0] > around[1] > around[2])
        ):
            found.append(float((around[1] - weight) / slope * (1.0 if rises else -1.0)))
    return found


def sizes() -> tuple[float, float]:
    """kB of all scripts but the one with three.js, and of that one, compressed."""
    files = {file: len(gzip.compress(file.read_bytes())) for file in (BUILT / "_next").rglob("*.js")}
    three = max(files, key=lambda file: files[file])
    return (sum(files.values()) - files[three]) / 1000.0, files[three] / 1000.0


def until(page: Page, holds: str) -> None:
    """Waits for an expression; the page's policy lets no script evaluate it inside."""
    for _ in range(PATIENCE_MS // 50):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise TimeoutError(f"it did not come about: {holds}")


def loaded(page: Page) -> tuple[float, float]:
    """ms from the beginning of a reload to the first picture of the face, and to one that talks."""
    page.reload()
    until(page, "window.probe.pictures.some(([, mouth]) => mouth > 0.2)")
    first, talks = page.evaluate(
        "[window.probe.pictures[0][0], window.probe.pictures.find(([, mouth]) => mouth > 0.2)[0]]"
    )
    return float(first), float(talks)


def measure(page: Page, seconds: float) -> tuple[list[float], float]:
    """Lags for so long, and pictures a second."""
    page.locator(".line input").click()  # sound waits for a person
    page.get_by_role("button", name="Click to hear Tektra").click()
    until(page, "window.probe.loudness.some(([, loud]) => loud > 0.2)")
    page.wait_for_timeout(3000)  # the clock of the server is guessed better with each ping
    page.evaluate("window.probe.pictures = []; window.probe.loudness = []")
    page.wait_for_timeout(seconds * 1000)
    told: Any = page.evaluate("window.probe")
    pictures = told["pictures"]
    per_s = (len(pictures) - 1) / (pictures[-1][0] - pictures[0][0]) * 1000.0
    return lags(pictures, told["loudness"], told["latency"]), per_s


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer loads, and 15 s of speech instead of a minute"
    )
    given = parser.parse_args()
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None or not (BUILT / "index.html").is_file():
        print(
            "error: needs Chromium (apt-get install chromium) and the built page (make setup)",
            file=sys.stderr,
        )
        raise SystemExit(2)
    with tempfile.TemporaryDirectory(prefix="tektra-bench-page-") as folder, sync_playwright() as playwright:
        gateway, graph = (
            gateway_for(WebOptions(port=0), Path(folder), PASSWORD, page=BUILT),
            Speaker(time.time),
        )
        gateway.open(lambda loop: (loop.call_soon(graph.start), graph)[1])
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
        page.add_init_script(PROBE)
        page.goto(gateway.url)
        page.locator("input[name=name]").fill("guest")
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.locator(".shell").wait_for(timeout=PATIENCE_MS)
        loads = [loaded(page) for _ in range(2 if given.quick else 5)]
        found, per_s = measure(page, 15.0 if given.quick else 60.0)
        chromium.close()
        gateway.close()
    away = [abs(lag) for lag in found]
    bundle_kb, three_kb = sizes()
    figures = {
        "load_to_face_ms": statistics.median(first for first, _ in loads),
        "load_to_talking_ms": statistics.median(talks for _, talks in loads),
        "mouth_p50_ms": float(np.percentile(away, 50)),
        "mouth_p95_ms": float(np.percentile(away, 95)),
        "mouth_mean_lag_ms": statistics.fmean(found),
        "fps_software": per_s,
        "bundle_kb": bundle_kb,
        "three_kb": three_kb,
    }
    rows: list[list[object]] = [
        ["page", figures["mouth_p50_ms"], figures["mouth_p95_ms"], per_s],
        ["pictures at 5 Hz", JPEG_P50_MS, JPEG_P95_MS, 5.0],
    ]
    print(table(["face", "mouth from sound p50 ms", "p95 ms", "pictures a second"], rows))
    print(
        f"{len(found)} pictures were compared; {len(loads)} loads; mean lag {figures['mouth_mean_lag_ms']:+.1f} ms"
    )
    targets = {"mouth_p95_ms": f"<= {LATE_MS:g}", "bundle_kb": "<= 600", "fps_software": ">= 8"}
    emit("page", n=len(found), figures=figures, targets=targets)


if __name__ == "__main__":
    main()
