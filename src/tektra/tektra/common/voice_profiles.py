# SPDX-License-Identifier: Apache-2.0
"""Voices of people that a synthesizer may copy, by their spoken consent: sealed (AES-256-GCM), one file a voice.

A file holds the recording of the consent, its sentence, and the recordings that the voice is copied from; nothing else of it is on the
disk. Who deletes it has deleted the voice: whoever speaks with it looks each time.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tektra.common import paths, whole_file
from tektra.common.errors import ConfigError, InputError
from tektra.common.known_people import require_name
from tektra.common.person_names import same_name
from tektra.common.sealing import Sealer, SealError, sealer

FOLDER = "voices"
KEYS = Path("access") / "voices.keys"
#: Holds the keys instead of the file, where it is set.
VARIABLE = "TEKTRA_VOICE_KEYS"
MAX_PROFILES = 50
#: A sentence that was asked for is to be said within so long.
FRESH_S = 900.0
_SUFFIX, _ASKED = ".voice", ".asked"


@dataclass(frozen=True)
class VoiceProfile:
    """`language`: ISO 639-1. `agreed_s`: since the epoch. `consent`: a WAV of its `sentence`; `samples`: WAVs to copy. Both empty while
    the sentence is only asked for."""

    id: str
    name: str
    language: str
    sentence: str
    agreed_s: float
    consent: bytes = field(default=b"", repr=False)
    samples: tuple[bytes, ...] = field(default=(), repr=False)


class VoiceProfiles:
    """The folder. Each call stands for itself: any thread, any process; what is written appears whole. Blocks on the disk."""

    def __init__(self, folder: Path, keys: Callable[[], Sealer]) -> None:
        """`keys` is asked when there is something to read or write."""
        self._folder, self._keys = folder, keys

    def all(self) -> list[VoiceProfile]:
        """By name. Raises ConfigError for a file that cannot be read."""
        return sorted(self._read_all(_SUFFIX), key=lambda one: (one.name.casefold(), one.id))

    def find(self, name: str) -> VoiceProfile | None:
        """By name or id; case does not count."""
        wanted = same_name(name)
        return next((one for one in self.all() if wanted in (same_name(one.name), one.id)), None)

    def ask(self, name: str, language: str, sentence: str, now_s: float) -> None:
        """Remembers which sentence is to be said for that name, in the place of an earlier one. Raises InputError, ConfigError."""
        require_name(name, "")
        self._write(
            VoiceProfile(f"v{secrets.token_hex(4)}", " ".join(name.split()), language, sentence, now_s),
            self._asked(name),
        )

    def asked(self, name: str, now_s: float) -> VoiceProfile:
        """Which sentence is to be said. Raises InputError where none was asked for, or too long ago."""
        given = self._read(self._asked(name))
        if given is None or not 0.0 <= now_s - given.agreed_s <= FRESH_S:
            raise InputError(
                f"no sentence of consent waits for {name!r}",
                f"ask for one (it holds for {FRESH_S / 60:.0f} minutes)",
            )
        return given

    def keep(self, profile: VoiceProfile) -> None:
        """In the place of an earlier voice of that name. The caller has checked the consent; without recordings it raises InputError."""
        require_name(profile.name, "")
        if not profile.consent or not profile.samples:
            raise InputError(
                "a voice without a recorded consent", "record the consent, and something to copy"
            )
        before = self.find(profile.name)
        if before is None and len(self.all()) >= MAX_PROFILES:
            raise InputError(f"{MAX_PROFILES} voices are kept already", "forget one first")
        self._write(profile, self._folder / f"{profile.id}{_SUFFIX}")
        if before is not None and before.id != profile.id:
            self.forget(before.id)
        self._asked(profile.name).unlink(missing_ok=True)

    def forget(self, id: str) -> bool:
        """Nothing of that voice is left here; whether there was something. Raises ConfigError when the disk fails."""
        if not (id.isascii() and id.isalnum()):
            return False
        file = self._folder / f"{id}{_SUFFIX}"
        try:
            return whole_file.remove(file)
        except OSError as error:
            raise ConfigError(f"{file} cannot be deleted ({error.strerror})", "delete it by hand") from None

    def _asked(self, name: str) -> Path:
        plain = same_name(name).encode("utf-8", "surrogatepass").hex()[:120]
        return self._folder / f"{plain}{_ASKED}"

    def _read_all(self, suffix: str) -> list[VoiceProfile]:
        found = (self._read(file) for file in sorted(self._folder.glob(f"*{suffix}")))
        return [one for one in found if one is not None]

    def _read(self, file: Path) -> VoiceProfile | None:
        try:
            return _profile(json.loads(self._keys().open(file.read_bytes(), f"voice {file.name}")))
        except FileNotFoundError:
            return None
        except (OSError, SealError, ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"{file} cannot be read ({error})",
                f"bring back the keys that sealed it ({KEYS}), or delete it",
            ) from None

    def _write(self, profile: VoiceProfile, file: Path) -> None:
        sealed = self._keys().seal(json.dumps(exported(profile)), f"voice {file.name}")
        try:
            whole_file.write(file, sealed)
        except OSError as error:
            raise ConfigError(f"{file} cannot be written ({error.strerror})", "free some space") from None


def voice_profiles() -> VoiceProfiles:
    """Those of this account."""
    home = paths.data_dir()
    return VoiceProfiles(home / FOLDER, lambda: sealer(home / KEYS, VARIABLE))


def exported(profile: VoiceProfile) -> dict[str, Any]:
    """Everything that is kept of a voice, as JSON has it; recordings as WAV in base64."""
    return {
        "id": profile.id,
        "name": profile.name,
        "language": profile.language,
        "sentence": profile.sentence,
        "agreed_s": profile.agreed_s,
        "consent": base64.b64encode(profile.consent).decode(),
        "samples": [base64.b64encode(one).decode() for one in profile.samples],
    }


def _profile(read: dict[str, Any]) -> VoiceProfile:
    return VoiceProfile(
        str(read["id"]),
        str(read["name"]),
        str(read["language"]),
        str(read["sentence"]),
        float(read["agreed_s"]),
        base64.b64decode(read["consent"], validate=True),
        tuple(base64.b64decode(one, validate=True) for one in read["samples"]),
    )
