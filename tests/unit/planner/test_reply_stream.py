# SPDX-License-Identifier: Apache-2.0
"""The reply comes out of the model's JSON while that is still being written."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tektra.planner.models.reply_stream import ReplyStream


def fed(text: str, cuts: list[int]) -> tuple[list[str], ReplyStream]:
    stream, edges = ReplyStream(), [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [stream.feed(text[start:end]) for start, end in zip(edges, edges[1:], strict=False)], stream


@given(st.text(), st.lists(st.integers(min_value=0), max_size=20), st.booleans())
def test_any_reply_comes_out_whole_however_it_is_cut(reply: str, cuts: list[int], ascii_only: bool) -> None:
    whole = reply.encode("utf-8", "replace").decode()
    pieces, stream = fed(json.dumps({"reply": whole, "steps": []}, ensure_ascii=ascii_only), cuts)
    assert "".join(pieces) == whole
    assert stream.ended


def test_the_first_words_come_before_the_rest_is_written() -> None:
    stream = ReplyStream()
    assert [stream.feed(piece) for piece in ('{"rep', 'ly":"Hel', "lo \\", "n the", 're","steps":[')] == [
        "", "Hel", "lo ", "\n the", "re",
    ]  # fmt: skip


def test_text_after_the_reply_is_not_spoken() -> None:
    pieces, _ = fed('{"reply":"a","steps":[{"who":"b \\" c"}]}', [])
    assert pieces == ["a"]


def test_a_plan_moves_once_it_names_another_than_tektra() -> None:
    stream = ReplyStream()
    moves = []
    for piece in (
        '{"reply":"who is \\"who\\":\\"x\\"?","steps":[{"who":"tek',
        'tra","do":"wait"},{"who":"rov',
        'er1"',
    ):
        stream.feed(piece)
        moves.append(stream.moves)
    assert moves == [False, False, True]


def test_white_space_before_the_reply_is_passed_over() -> None:
    assert "".join(fed('{\n  "reply" : "hi"\n}', [3, 5])[0]) == "hi"


def test_an_output_that_is_no_answer_gives_no_words() -> None:
    stream = ReplyStream()
    assert [stream.feed("no JSON at all, " * 3) for _ in range(5)] == [""] * 5
    assert stream.ended


def test_a_bad_escape_ends_the_reply() -> None:
    stream = ReplyStream()
    assert stream.feed('{"reply":"ok \\x later"}') == "ok "
    assert stream.ended
    assert ReplyStream().feed('{"reply":"ok \\uZZZZ later"}') == "ok "


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    assert ReplyStream().feed('{"reply":"\\ud83dx\\udc00"}') == "�x�"
