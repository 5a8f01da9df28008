# SPDX-License-Identifier: Apache-2.0
"""The page's files, as set-up built them, and the avatar's model."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

from tektra.web.access.guard import open_to_all

INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
#: Files whose names change with their content.
UNCHANGING = "/_next/static/"
#: All that is no other route's.
PAGE_PATH = "/{path:path}"


class Page:
    """A folder of a static export (Next.js). Reads it once, when it is made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._files = {
            "/" + file.relative_to(self._folder).as_posix(): file
            for file in sorted(self._folder.rglob("*"))
            if file.is_file() and file.resolve().is_relative_to(self._folder)
        }
        #: Of the scripts that stand in the HTML files, for the Content-Security-Policy.
        self.script_hashes = sorted({known for file in self._html() for known in _hashes(file)})

    def find(self, path: str) -> Path | None:
        """The file for an address. Only what was there at the start is served, by its name: no path is followed."""
        path = unquote(path)
        for name in (path, f"{path.rstrip('/')}.html", f"{path.rstrip('/')}/index.html"):
            if name in self._files:
                return self._files[name]
        return None

    def router(self) -> APIRouter:
        """Serves it, to all: signing in is a part of it."""
        router = APIRouter()

        @router.get(PAGE_PATH, dependencies=[open_to_all], include_in_schema=False)
        async def page(request: Request, path: str) -> Response:
            address = request.url.path
            file = self.find(address)
            if file is None and not address.startswith("/api/"):
                missing = self._files.get("/404.html")
                if missing is not None and "text/html" in request.headers.get("accept", ""):
                    return FileResponse(missing, 404)
            if file is None:
                raise HTTPException(404, "there is no such file")
            keep = "public, max-age=31536000, immutable" if address.startswith(UNCHANGING) else "no-cache"
            return FileResponse(file, headers={"cache-control": keep})

        return router

    def _html(self) -> list[Path]:
        return [file for name, file in self._files.items() if name.endswith(".html")]


def _hashes(file: Path) -> list[str]:
    text = file.read_text(encoding="utf-8", errors="replace")
    digests = [hashlib.sha256(script.encode()).digest() for script in INLINE.findall(text)]
    return [f"sha256-{base64.b64encode(digest).decode()}" for digest in digests]
