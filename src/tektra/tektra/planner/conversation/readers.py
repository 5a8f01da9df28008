# SPDX-License-Identifier: Apache-2.0
"""The reader with all languages that there are, and what a household adds to them."""

from __future__ import annotations

from tektra.common import paths
from tektra.language import files
from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.scene import Scene
from tektra.planner.understanding.vocabulary import load_vocabulary

FIRST = "en"


def make_reader() -> Reader:
    """Blocks on the disk. Raises ConfigError naming the file that is wrong.

    Languages are those with a folder config/language/<code>/sentences; files of the same layout in `language/` of the
    configuration folder add to them.
    """
    folders = [files.folder(), paths.config_dir() / "language"]
    codes = [code for code in files.languages() if (files.folder() / code / "sentences").is_dir()]
    codes.sort(key=lambda code: (code != FIRST, code))
    reader = Reader([load_vocabulary(code, folders) for code in codes])
    reader.read("two metres ahead", Scene(()))  # what is read once, numbers and units, is read now
    return reader
