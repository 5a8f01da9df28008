# SPDX-License-Identifier: Apache-2.0
"""What tests of several folders share: certificates made by the command `openssl`, and keys in files."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

# Which OpenGL MuJoCo draws with is decided when it is first imported, by whichever test comes first.
os.environ.setdefault("MUJOCO_GL", "egl")

# A loaded machine is late: how long one example takes says nothing of what it tests. Examples are the same in every
# run, so that a change is judged by itself; TEKTRA_NIGHTLY=1 draws new ones, and what they find becomes a test.
settings.register_profile("tektra", deadline=None, derandomize=not os.environ.get("TEKTRA_NIGHTLY"))
settings.load_profile("tektra")

EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
SETTINGS = """
[ca]
default_ca = own
[own]
database = {folder}/index
new_certs_dir = {folder}
certificate = {ca}
private_key = {key}
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
"""


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


class Authority:
    """A CA of one's own. `issue` gives (certificate, private key): PEM files, the key readable by its owner alone."""

    def __init__(self, folder):
        self.folder, self.file, key = folder, str(folder / "ca.pem"), folder / "ca.key"
        self._settings = folder / "settings"
        self._settings.write_text(SETTINGS.format(folder=folder, ca=self.file, key=key))
        (folder / "index").touch()
        openssl(
            "req",
            "-x509",
            *EC,
            "-keyout",
            key,
            "-out",
            self.file,
            "-days",
            "2",
            "-subj",
            f"/CN={folder.name}",
        )

    def issue(self, name, *, names="IP:127.0.0.1,DNS:localhost", until="20990101000000Z"):
        made = self.folder / name
        certificate, key, request, extra = (made.with_suffix(s) for s in (".pem", ".key", ".csr", ".ext"))
        openssl("req", *EC, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        extra.write_text(f"subjectAltName={names}\n")
        times = ("-startdate", "20200101000000Z", "-enddate", until)
        openssl(
            "ca", "-batch", "-config", self._settings, "-notext", "-in", request, "-out", certificate,
            *times, "-extfile", extra,
        )  # fmt: skip
        key.chmod(0o600)
        return str(certificate), str(key)


@pytest.fixture(scope="session")
def make_authority(tmp_path_factory):
    return lambda: Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def authority(make_authority):
    return make_authority()


@pytest.fixture(scope="session")
def make_key(tmp_path_factory):
    """Writes a shared key (or any text) to a file with a mode; its path."""

    def make(content="5da1b2c3d4e5f60718" + "90ab" * 12, mode=0o600):
        path = Path(tmp_path_factory.mktemp("key")) / "robot.key"
        path.write_text(content)
        path.chmod(mode)
        return str(path)

    return make
