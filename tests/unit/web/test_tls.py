# SPDX-License-Identifier: Apache-2.0
"""TLS: beyond this machine nothing without it."""

import datetime
import os
import ssl
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from cryptography import x509

from tektra.common.errors import OptionError
from tektra.web.backends.tls import tls_of
from tektra.web.certificates import HOLDS, own_certificate
from tektra.web.options import WebOptions

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def test_on_this_machine_none_is_needed_and_beyond_it_nothing_goes_without(tmp_path: Path) -> None:
    assert tls_of(WebOptions(), tmp_path).certificate == ""
    for host in ("0.0.0.0", "192.168.1.5", "::"):
        assert tls_of(WebOptions(host=host), tmp_path).certificate
        with pytest.raises(OptionError, match="listen on 127.0.0.1"):
            tls_of(WebOptions(host=host, tls="proxy"), tmp_path)
    with pytest.raises(OptionError, match="without files"):
        tls_of(WebOptions(tls="files"), tmp_path)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    certificate, key = own_certificate(tmp_path, ["localhost"], NOW)
    assert key.stat().st_mode & 0o777 == 0o600
    os.chmod(key, 0o644)
    options = WebOptions(tls="files", tls_certificate=str(certificate), tls_key=str(key))
    with pytest.raises(OptionError, match="can be read by others"):
        tls_of(options, tmp_path)


def test_the_own_certificate_is_kept_until_it_ends_or_lacks_a_name(tmp_path: Path) -> None:
    def serial(names: list[str], now: datetime.datetime) -> int:
        return x509.load_pem_x509_certificate(
            own_certificate(tmp_path, names, now)[0].read_bytes()
        ).serial_number

    first = serial(["localhost", "127.0.0.1"], NOW)
    assert serial(["localhost"], NOW) == first
    other = serial(["localhost", "robot.example"], NOW)
    assert other != first
    assert serial(["localhost"], NOW + HOLDS - datetime.timedelta(days=29)) != other
    (tmp_path / "gateway.crt").write_text("no certificate")
    assert serial(["localhost"], NOW) != other


def test_a_gateway_with_its_own_certificate_is_reached_by_who_trusts_it_alone(make_desk: Any) -> None:
    desk = make_desk(tls="own")
    assert desk.url.startswith("https://")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{desk.url}/api/v1/system/health")
    trusting = ssl.create_default_context(cafile=str(desk.folder / "access" / "gateway.crt"))
    answer = httpx.post(
        f"{desk.url}/api/v1/auth/login",
        json={"name": "guest", "password": "a long enough password"},
        verify=trusting,
    )
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]
