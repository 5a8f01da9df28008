# SPDX-License-Identifier: Apache-2.0
"""/metrics: who reads it, what it tells, and that neither it nor the log of requests tells anybody's words."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tektra.common.errors import ConfigError, OptionError
from tektra.web import metrics
from tektra.web.access.tokens import metrics_token

TOKEN = "a-scrapers-token-of-good-length"
SECRET = "xylophone marmalade"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    metrics.log_to(stream)
    yield stream
    metrics.LOG.handlers = []
    metrics.LOG.setLevel(logging.NOTSET)


def token_file(folder: Path, text: str = TOKEN, mode: int = 0o600) -> str:
    file = folder / "metrics.token"
    file.write_text(f"{text}\n")
    file.chmod(mode)
    return str(file)


def read(desk: Any, token: str) -> Any:
    return desk.http.get(f"{desk.url}/metrics", headers={"authorization": f"Bearer {token}"} if token else {})


def values(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_who_reads_them(desk: Any, make_desk: Any, tmp_path: Path) -> None:
    for role in ("observer", "guest"):
        assert read(desk, desk.token(role)).status_code == 403
    for nobody in ("", TOKEN, "x"):
        assert read(desk, nobody).status_code == 401
    assert read(desk, desk.token("operator")).status_code == 200
    other = make_desk(metrics_token_file=token_file(tmp_path))
    assert read(other, TOKEN).status_code == 200
    for wrong in (TOKEN[:-1], f"{TOKEN}x", ""):
        assert read(other, wrong).status_code == 401
    # It opens nothing else.
    for path in ("/robots", "/safety/audit", "/users"):
        assert other.http.get(path, headers={"authorization": f"Bearer {TOKEN}"}).status_code == 401


def test_a_token_that_is_short_or_that_others_read_is_none(tmp_path: Path) -> None:
    assert metrics_token("") == ""
    assert metrics_token(token_file(tmp_path)) == TOKEN
    with pytest.raises(ConfigError):
        metrics_token(token_file(tmp_path, "short"))
    with pytest.raises(OptionError):
        metrics_token(token_file(tmp_path, mode=0o644))


def test_what_is_told(desk: Any) -> None:
    desk.get("/robots/rover1/status")
    desk.get("/robots/rover9/status")
    status = [{"name": "/tektra/planner", "level": b"\x01", "message": SECRET, "hardware_id": ""}]
    status[0]["values"] = [{"key": "tokens", "value": "12.5"}, {"key": "said", "value": SECRET}]
    desk.loop.call_soon_threadsafe(desk.graph.say, "/diagnostics", {"status": status})
    desk.until(lambda: "tokens" in read(desk, desk.token("admin")).text, "the diagnostics")
    answer = read(desk, desk.token("admin"))
    found = values(answer.text)
    assert found["tektra_gate_heard", ()] == 1
    assert found["tektra_robot_connected", ("rover1",)] == 1
    assert found["tektra_node_level", ("/tektra/planner",)] == 1
    assert found["tektra_node_value", ("tokens", "/tektra/planner")] == 12.5
    route = "/robots/{id}/status"
    assert found["tektra_http_request_seconds_count", ("GET", route, "200")] >= 1
    assert found["tektra_http_request_seconds_count", ("GET", route, "404")] >= 1
    assert SECRET not in answer.text and "rover9" not in answer.text


def test_nobody_makes_series_without_end(desk: Any) -> None:
    for number in range(30):
        desk.http.get(f"{desk.url}/nowhere/{number}")
        desk.http.request(f"VERB{number}", f"{desk.url}/api/v1/robots")
        desk.http.get(f"{desk.url}/api/v1/robots", headers={"host": f"evil{number}.example"})
    text = read(desk, desk.token("admin")).text
    assert "nowhere" not in text and "VERB" not in text and "evil" not in text


def test_a_request_is_logged_without_words_names_or_ids(desk: Any, log: io.StringIO) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {**desk.headers("guest"), "traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    answer = desk.http.post("/ai/chat", json={"text": SECRET}, headers=headers)
    assert answer.headers["x-trace-id"] == trace
    for none in (f"00-{'0' * 32}-b7ad6b7169203331-01", f"00-{trace}-{'0' * 16}-01"):  # by the standard
        assert (
            desk.http.get("/system/health", headers={"traceparent": none}).headers["x-trace-id"] not in none
        )
    desk.get(f"/safety/audit?search={SECRET.partition(' ')[0]}")
    desk.http.delete("/auth/sessions/somebodys-session", headers=desk.headers("guest"))
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    (chat,) = [line for line in lines if line["route"] == "/ai/chat"]
    assert (chat["trace"], chat["status"], chat["method"]) == (trace, 200, "POST")
    assert "/auth/sessions/{id}" in {line["route"] for line in lines}
    for private in (*SECRET.split(), "somebodys", "guest", "127.0.0.1"):
        assert private not in log.getvalue()
    assert len({line["trace"] for line in lines}) == len(lines)
