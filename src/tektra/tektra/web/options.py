# SPDX-License-Identifier: Apache-2.0
"""The web gateway's parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tektra.common.options import option


@dataclass(frozen=True)
class WebOptions:
    """Where the gateway listens, and whom it lets in how often."""

    FIXED: ClassVar[str] = "where it listens, and who may do what, is settled before anybody comes"

    host: str = option("127.0.0.1", "Address to listen on; beyond this machine only with TLS.")
    port: int = option(8443, "TCP port to listen on; 0 takes a free one.", low=0, high=65535)
    hosts: list[str] = option(
        [""], "Names of this machine under which it is called; addresses and localhost are known."
    )
    origins: list[str] = option([""], "Other pages that may use the gateway; its own always may.")
    tls: str = option(
        "auto",
        "auto: an own certificate as soon as others can reach the address; own: always; files: those named below; "
        "proxy: a proxy in front does it.",
        choices=("auto", "own", "files", "proxy"),
    )
    proxies: list[str] = option(
        [""],
        "Addresses and networks of proxies in front: whom they saw (X-Forwarded-For) counts as who asks. With `tls: proxy` "
        "nobody else is let in; this machine always is.",
    )
    tls_certificate: str = option("", "PEM file with the certificate, for `tls: files`.")
    tls_key: str = option("", "PEM file with its private key, for `tls: files`; readable by its owner alone.")
    page: str = option("", "Folder with the page's files; empty: what set-up built, if it is there.")
    database: str = option(
        "", "SQLAlchemy URL of accounts and sessions; empty: a file of SQLite in Tektra's data folder."
    )
    redis: str = option(
        "",
        "Redis in which several gateways share leases, tickets and the count of requests and of attempts to sign in (redis://host:6379/0; the password in REDIS_PASSWORD); empty: "
        "in `database`, if that is set, else this gateway is alone.",
    )
    access_s: float = option(600.0, "How long an access token holds.", unit="s", low=5.0, high=3600.0)
    refresh_s: float = option(
        1_209_600.0, "How long one stays signed in without coming back.", unit="s", low=60.0, high=7_776_000.0
    )
    late_s: float = option(
        5.0,
        "What was sent longer ago than this is refused, not carried out.",
        unit="s",
        low=0.5,
        high=60.0,
        live=True,
    )
    voices: list[str] = option(
        ["web1", "web2", "web3", "web4"],
        "Voices (/humans/voices/<id>) that microphones of pages get while they are open; speech_in must list them.",
    )
    max_sockets: int = option(256, "Sockets at a time.", low=1, high=10_000, live=True)
    max_sockets_each: int = option(8, "Sockets at a time of one account.", low=1, high=100, live=True)
    metrics_token_file: str = option(
        "",
        "File, readable by its owner alone, with a token of 24 letters or more that opens /metrics and nothing else; "
        "empty: operators alone read it.",
    )
    log_requests: bool = option(
        False, "Write a line of JSON for each request: route, status, time and trace, nobody's name or words."
    )
    manners_file: str = option(
        "", "The planner's `manners_file`, if it has one: the page changes how Tektra speaks there."
    )
    world_file: str = option(
        "", "World file (YAML) to show as a map; empty: config/world.yaml of tektra_bringup, if installed."
    )
    zones_file: str = option(
        "",
        "Zones to show on the map, as the gate's `zones_file` has them; empty: config/safety.yaml of tektra_bringup, if installed.",
    )
