# SPDX-License-Identifier: Apache-2.0
"""The thread in which the language model works. It takes jobs in order and posts what comes of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tektra.common.errors import BackendError, TektraError
from tektra.planner.backends import Llm, Message
from tektra.planner.models.registry import ModelRegistry
from tektra.planner.models.reply_stream import ReplyStream
from tektra.planner.models.token_counts import Counter


@dataclass(frozen=True)
class Job:
    """One answer to make."""

    request_id: str
    messages: Sequence[Message]
    schema: Mapping[str, object]
    max_tokens: int
    temperature: float
    task: str = "plan"  # of model_list.TASKS: which model may be chosen for it


@dataclass(frozen=True)
class StoodIn:
    """A model failed before its first word, and the next one was asked."""

    request_id: str
    failed: str
    instead: str
    error: TektraError


@dataclass(frozen=True)
class Answers:
    """From now on `by` answers what `chosen` was chosen for: another one, or `chosen` itself again. Once for each change, before
    the words that it concerns."""

    request_id: str
    chosen: str
    by: str


@dataclass(frozen=True)
class Piece:
    """New words of a reply."""

    request_id: str
    text: str


@dataclass(frozen=True)
class Thought:
    """The whole output, and how long the model worked."""

    request_id: str
    output: str
    took_s: float


@dataclass(frozen=True)
class Failed:
    """No output: why."""

    request_id: str
    error: TektraError

    @property
    def told(self) -> str:
        """For a log, with what a library or an endpoint itself said."""
        return f"no answer was made: {self.error} ({self.error.__cause__ or 'no more is known'})"


@dataclass(frozen=True)
class Warmed:
    """The model is done with what it was given to read ahead, or to sum up, under that number; `whole`: no newer job ended
    it. `text`: the summary."""

    number: int
    whole: bool = True
    error: TektraError | None = None
    text: str = ""


@dataclass(frozen=True)
class Counted:
    """How many tokens texts of a prompt take, by that model's own engine."""

    model: str
    tokens: Mapping[str, int]


@dataclass(frozen=True)
class Moves:
    """The plan that is being written moves a robot: known before the rest of it is."""

    request_id: str


Event = StoodIn | Answers | Piece | Moves | Thought | Failed | Warmed | Counted


class InferenceThread:
    """`think` and `stop` are called by one thread; `post` is called in the model's thread, in order.

    `now_s`: any clock in s that goes on evenly; called in the model's thread.
    """

    def __init__(
        self, registry: ModelRegistry, post: Callable[[Event], None], now_s: Callable[[], float]
    ) -> None:
        self.pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inference")
        self._registry = registry
        self._post = post
        self._now_s = now_s
        self._stops: dict[str, threading.Event] = {}
        self._warming = threading.Event()  # set to give up a warm-up that is no longer worth it
        self._counter = Counter()
        self._in_place: dict[str, str] = {}  # of the chosen model: who answered last

    def think(self, job: Job) -> None:
        """Queues a job; never waits."""
        stop = self._stops[job.request_id] = threading.Event()
        self._warming.set()
        self.pool.submit(self._work, job, stop)

    def stop(self, request_id: str) -> None:
        """Ends a job, or keeps it from beginning. Nothing is posted for it any more, but for what is on its way."""
        if (stop := self._stops.get(request_id)) is not None:
            stop.set()

    def warm(self, number: int, messages: Sequence[Message], lasting: bool) -> None:
        """Has the model read these messages, so that a prompt that begins with them is answered sooner.

        Posts Warmed with the number. A newer job, of either kind, ends it. `lasting`: as in Llm.read.
        """
        self._warming.set()
        stop = self._warming = threading.Event()
        self.pool.submit(self._read, number, messages, lasting, stop)

    def digest(self, number: int, messages: Sequence[Message], max_tokens: int) -> None:
        """Has the model sum up; as warm(), and what it wrote is in Warmed."""
        self._warming.set()
        stop = self._warming = threading.Event()
        self.pool.submit(self._sum_up, number, messages, max_tokens, stop)

    def rest(self) -> None:
        """Ends what the model reads ahead or sums up, if it does; Warmed tells."""
        self._warming.set()

    def close(self) -> None:
        """Ends what is under way and waits for it: up to the time that one piece takes."""
        self._warming.set()
        for stop in list(self._stops.values()):
            stop.set()
        self.pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, job: Job, stop: threading.Event) -> None:
        began = self._now_s()
        try:
            chosen, failed = "", None
            for name, llm in self._registry.serving(job.task):
                if stop.is_set():
                    return
                if failed is not None:
                    self._post(StoodIn(job.request_id, failed[0], name, failed[1]))
                chosen = chosen or name
                if isinstance(llm, TektraError):
                    failed = name, llm
                else:
                    failed = self._ask((chosen, name), llm, job, stop, began)
                if failed is None:
                    return
            if failed is not None:
                self._post(Failed(job.request_id, failed[1]))
        except TektraError as error:
            self._post(Failed(job.request_id, error))
        except Exception as error:  # a back end's own failure must not end the thread silently
            self._post(Failed(job.request_id, _own_failure(error)))
        finally:
            self._stops.pop(job.request_id, None)

    def _ask(
        self, names: tuple[str, str], llm: Llm, job: Job, stop: threading.Event, began: float
    ) -> tuple[str, TektraError] | None:
        """Posts what that model answers; where it fails before its first word: its name and why. `names`: of the model that
        was chosen, and of this one."""
        reply, began_to_answer, moves = ReplyStream(), False, False
        pieces: Iterator[str] = iter(())
        try:
            pieces = llm.stream(
                job.messages,
                schema=job.schema,
                max_tokens=job.max_tokens,
                temperature=job.temperature,
                stop=stop,
            )
            for piece in pieces:
                if not began_to_answer:
                    self._tell_who(job.request_id, *names)
                began_to_answer = True
                if text := reply.feed(piece):
                    self._post(Piece(job.request_id, text))
                if not moves and reply.moves:
                    moves = True
                    self._post(Moves(job.request_id))
        except TektraError as error:
            if began_to_answer or stop.is_set():
                raise
            return names[1], error
        finally:
            if isinstance(
                pieces, Generator
            ):  # else one that was left in the middle works on while somebody holds the error
                pieces.close()
        if not stop.is_set():
            self._post(Thought(job.request_id, reply.text, self._now_s() - began))
            self._count(names[1], llm, job.messages)
        return None

    def _tell_who(self, request_id: str, chosen: str, by: str) -> None:
        if chosen and self._in_place.get(chosen, chosen) != by:
            self._post(Answers(request_id, chosen, by))
        self._in_place[chosen] = by

    def _count(self, name: str, llm: Llm, messages: Sequence[Message]) -> None:
        if found := self._counter.fresh(name, llm, messages):
            self._post(Counted(name, found))

    def _read(self, number: int, messages: Sequence[Message], lasting: bool, stop: threading.Event) -> None:
        try:
            if not stop.is_set():
                name, llm = next(self._registry.serving("plan"))
                if isinstance(llm, TektraError):
                    raise llm
                llm.read(messages, lasting=lasting, stop=stop)
                if not stop.is_set():
                    self._count(name, llm, messages)
            self._post(Warmed(number, whole=not stop.is_set()))
        except TektraError as error:
            self._post(Warmed(number, error=error))
        except Exception as error:  # else the thread would end silently, and what is due would never be done
            self._post(Warmed(number, error=_own_failure(error)))

    def _sum_up(
        self, number: int, messages: Sequence[Message], max_tokens: int, stop: threading.Event
    ) -> None:
        text = ""
        try:
            if not stop.is_set():
                _, llm = next(self._registry.serving("summary"))
                if isinstance(llm, TektraError):
                    raise llm
                pieces = llm.stream(messages, schema=None, max_tokens=max_tokens, temperature=0.0, stop=stop)
                text = "".join(pieces)
            self._post(Warmed(number, whole=not stop.is_set(), text=text))
        except TektraError as error:
            self._post(Warmed(number, error=error))
        except Exception as error:  # else the thread would end silently, and what is due would never be done
            self._post(Warmed(number, error=_own_failure(error)))


def _own_failure(error: Exception) -> BackendError:
    """Its words may be an endpoint's or a library's: they are the cause, for the log, and are not spoken."""
    failure = BackendError(f"the model failed ({type(error).__name__})", "see the log")
    failure.__cause__ = error
    return failure
