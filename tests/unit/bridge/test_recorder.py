# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest
import yaml
from mcap.exceptions import EndOfFile
from mcap.reader import NonSeekingReader, make_reader

from tektra.bridge.backends.mcap_file import McapFile
from tektra.bridge.recorder import QOS_KEY, Qos, Recorder
from tektra.bridge.schemas import Schemas
from tektra.common.errors import BackendError, InputError

TEXT = "p/msg/Text"
GRAPH = {
    "/chat": [TEXT],
    "/image": ["sensor_msgs/msg/Image"],
    "/a/_action/feedback": [TEXT],
    "/odd": ["gone/msg/X"],
}


@pytest.fixture
def schemas(tmp_path: Path) -> Schemas:
    for package, name in (("p", "Text"), ("sensor_msgs", "Image")):
        file = tmp_path / "share" / package / "msg" / f"{name}.msg"
        file.parent.mkdir(parents=True)
        file.write_text("string data\n")
    return Schemas([tmp_path])


@pytest.fixture
def file(tmp_path: Path) -> McapFile:
    file = McapFile(tmp_path / "a.mcap")
    file.open()
    return file


def recorder(file: McapFile, schemas: Schemas, **wishes: object) -> Recorder:
    return Recorder(file, schemas, lambda topic: [Qos(reliable=True, transient_local=False)], **wishes)  # type: ignore[arg-type]


def test_messages_come_back_with_their_bytes_times_schema_and_qos(file: McapFile, schemas: Schemas) -> None:
    record = recorder(file, schemas)
    record.look(GRAPH)
    for number in range(5):
        record.message("/chat", bytes([number]), 1_000 + number)
    file.close()
    with file.path.open("rb") as stream:
        reader = make_reader(stream)
        assert reader.get_header().profile == "ros2"
        found = [(schema, channel, message) for schema, channel, message in reader.iter_messages()]
        summary = reader.get_summary()
    assert [message.data for _, _, message in found] == [bytes([number]) for number in range(5)]
    assert [message.log_time for _, _, message in found] == [1000, 1001, 1002, 1003, 1004]
    schema, channel, _ = found[0]
    assert schema is not None and summary is not None
    assert (schema.name, schema.encoding, schema.data) == (TEXT, "ros2msg", b"string data\n")
    assert (channel.topic, channel.message_encoding) == ("/chat", "cdr")
    (offered,) = yaml.safe_load(channel.metadata[QOS_KEY])
    assert (offered["reliability"], offered["durability"]) == ("reliable", "volatile")
    assert len(summary.chunk_indexes) == 1


def test_all_topics_are_taken_but_hidden_ones_and_unknown_types(file: McapFile, schemas: Schemas) -> None:
    record = recorder(file, schemas)
    assert {offer.name for offer in record.look(GRAPH).added} == {"/chat", "/image"}
    assert "gone" in record.skipped["/odd"]


def test_raw_images_can_be_left_out(file: McapFile, schemas: Schemas) -> None:
    record = recorder(file, schemas, raw_images=False)
    assert {offer.name for offer in record.look(GRAPH).added} == {"/chat"}


def test_named_topics_are_taken_alone_and_missed_when_they_say_nothing(
    file: McapFile, schemas: Schemas
) -> None:
    record = recorder(file, schemas, topics=["/chat", "/never"])
    assert {offer.name for offer in record.look(GRAPH).added} == {"/chat"}
    record.message("/image", b"not asked for", 1)
    record.message("/chat", b"x", 2)
    assert (record.counts, record.missing) == ({"/chat": 1}, ["/never"])


def test_a_recording_that_was_cut_off_keeps_everything_up_to_its_last_flush(
    file: McapFile, schemas: Schemas
) -> None:
    record = recorder(file, schemas)
    record.look(GRAPH)
    record.message("/chat", b"first", 1)
    record.tick(0.0)
    record.message("/chat", b"second", 2)
    record.tick(0.5)  # not due yet
    cut = file.path.with_name("cut.mcap")
    cut.write_bytes(file.path.read_bytes())
    kept = []
    with cut.open("rb") as stream, pytest.raises(EndOfFile):
        for _, _, message in NonSeekingReader(stream).iter_messages(log_time_order=False):
            kept.append(message.data)
    assert kept == [b"first"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error_that_says_so(schemas: Schemas) -> None:
    full = McapFile(Path("/dev/full"))
    full.open(overwrite=True)
    record = recorder(full, schemas)
    record.look(GRAPH)
    with pytest.raises(BackendError, match="No space left on device: make room"):
        for number in range(100):
            record.message("/chat", b"x" * 1_000_000, number)
            record.tick(float(number))
    with pytest.raises(BackendError, match="No space left"):
        full.close()


def test_a_file_that_exists_is_not_replaced_unasked(file: McapFile) -> None:
    with pytest.raises(InputError, match="exists already"):
        McapFile(file.path).open()


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="cannot make"):
        McapFile(tmp_path / "no" / "a.mcap").open()


def test_closing_twice_is_closing_once(file: McapFile) -> None:
    file.close()
    file.close()
