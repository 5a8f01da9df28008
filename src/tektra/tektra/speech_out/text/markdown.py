# SPDX-License-Identifier: Apache-2.0
"""Markdown into the words in it (markdown-it-py, MIT), with where each stood in the source."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

#: Stands for a block of code, which is not read aloud.
CODE_BLOCK = "\ue001"
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<!--.{0,2000}?-->", re.DOTALL)
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[*_](?=\d)")
_FLAT = str.maketrans({"\r": " ", "\t": " ", "\x00": " "})


@dataclass(frozen=True)
class Plain:
    """`text` without markup, blocks parted by line ends; `begins[i]` is where its i-th character stood in the source."""

    text: str
    begins: tuple[int, ...]


class _Reader:
    """Collects text, and looks for each piece of it behind the one before."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._begins: list[int] = []

    def add(self, text: str, *, literal: bool = True) -> None:
        begin = self._source.find(text, self._at) if literal else -1
        if begin >= 0:
            self._begins += range(begin, begin + len(text))
            self._at = begin + len(text)
        else:  # an entity or an escape: it stands somewhere here
            self._begins += [min(self._at, max(0, len(self._source) - 1))] * len(text)
        self._text.append(text)

    def end_block(self) -> None:
        if self._text and self._text[-1] != "\n":
            self.add("\n", literal=False)

    def made(self) -> Plain:
        return Plain("".join(self._text), tuple(self._begins))


def plain(source: str) -> Plain:
    """The words of a Markdown text; text without markup stays as it is. Linear in its length but for nesting, which is
    limited to 20."""
    given = _BETWEEN_DIGITS.sub(
        lambda match: "×" if match.group() == "*" else "\ue002", source.translate(_FLAT)
    )
    given = _TAG.sub(lambda match: " " * len(match.group()), given)
    reader = _Reader(given)
    for token in _parser().parse(given):
        _read_block(reader, token)
    made = reader.made()
    return Plain(made.text.replace("\ue002", "_"), made.begins)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    return parser.enable(["table", "strikethrough"]).disable(
        ["code", "html_block", "html_inline", "reference"]
    )


def _read_block(reader: _Reader, token: Token) -> None:
    if token.type == "inline":
        for child in token.children or ():
            _read_inline(reader, child)
    elif token.type == "fence":
        reader.add(CODE_BLOCK, literal=False)
        reader.end_block()
    elif token.type == "list_item_open" and token.info:
        reader.add(token.info)
        reader.add(token.markup if token.markup == "." else ":")
        reader.add(" ", literal=False)
    elif token.type in ("th_close", "td_close"):
        reader.add(", ", literal=False)
    elif token.type in (
        "paragraph_close",
        "heading_close",
        "tr_close",
        "list_item_close",
        "blockquote_close",
    ):
        reader.end_block()


def _read_inline(reader: _Reader, token: Token) -> None:
    if token.type in ("text", "code_inline") or token.type == "image":
        reader.add(token.content)
    elif token.type in ("softbreak", "hardbreak"):
        reader.add(" " if token.type == "softbreak" else "\n", literal=False)
    elif token.type == "text_special":
        reader.add(token.content)
