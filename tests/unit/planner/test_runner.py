# SPDX-License-Identifier: Apache-2.0
"""How a plan is carried out: what starts when, and what happens when something does not go as planned."""

from hypothesis import given
from hypothesis import strategies as st

from tektra.planner.plans.plan import PlanStatus, Step, StepStatus
from tektra.planner.plans.runner import CancelGoal, Command, Finished, PlanRun, SendGoal
from tektra.planner.plans.runs import SUPERSEDED, Runs

OK, FAILED, CANCELED, REFUSED = (
    StepStatus.SUCCEEDED,
    StepStatus.FAILED,
    StepStatus.CANCELED,
    StepStatus.REFUSED,
)


def step(id_: int, who: str, *after: int) -> Step:
    return Step(id_, who, "wait", {"seconds": 1}, after)


def sent(commands: list[Command]) -> list[int]:
    return [command.step.id for command in commands if isinstance(command, SendGoal)]


def test_a_stop_cancels_what_runs_and_starts_nothing_more() -> None:
    run = PlanRun([step(1, "rover1"), step(2, "rover2"), step(3, "rover1", 1)])
    assert sent(run.start(0.0)) == [1, 2]
    assert run.cancel("everything was stopped", 1.0) == [CancelGoal(1, "rover1"), CancelGoal(2, "rover2")]
    assert run.ended(1, OK, "", 1.1) == []  # it got there just before the cancel
    assert run.ended(2, CANCELED, "", 1.2) == [Finished(PlanStatus.CANCELED, "everything was stopped")]
    assert [progress.status for progress in run.steps] == [OK, CANCELED, CANCELED]


def test_a_run_that_ended_never_starts_anything_again() -> None:
    run = PlanRun([step(1, "rover1"), step(2, "rover1", 1)])
    run.start(0.0)
    run.cancel("stopped", 1.0)
    run.ended(1, CANCELED, "", 1.1)
    assert (
        run.start(2.0)
        == run.ended(1, OK, "", 2.0)
        == run.cancel("again", 2.0)
        == run.robot_gone("rover1", 2.0)
        == []
    )


def test_steps_without_after_start_together_and_others_when_their_time_has_come() -> None:
    run = PlanRun([step(1, "rover1"), step(2, "rover2"), step(3, "rover1", 1, 2)])
    assert sent(run.start(0.0)) == [1, 2]
    assert sent(run.ended(2, OK, "", 1.0)) == []
    assert sent(run.ended(1, OK, "", 2.0)) == [3]
    assert run.ended(3, OK, "reached", 3.0) == [Finished(PlanStatus.SUCCEEDED, "")]
    assert [(progress.started_s, progress.ended_s) for progress in run.steps] == [
        (0.0, 2.0),
        (0.0, 1.0),
        (2.0, 3.0),
    ]


def test_a_failed_step_takes_along_what_depends_on_it_and_nothing_else() -> None:
    run = PlanRun(
        [step(1, "rover1"), step(2, "rover2"), step(3, "rover1", 1), step(4, "rover2", 2), step(5, "arm1", 3)]
    )
    run.start(0.0)
    assert sent(run.ended(1, FAILED, "blocked", 1.0)) == []
    assert sent(run.ended(2, OK, "", 2.0)) == [4]
    (finished,) = run.ended(4, OK, "", 3.0)
    assert finished == Finished(PlanStatus.FAILED, "rover1: blocked")
    assert [progress.status for progress in run.steps] == [FAILED, OK, CANCELED, OK, CANCELED]


def test_a_refused_step_makes_the_plan_refused() -> None:
    run = PlanRun([step(1, "rover1")])
    run.start(0.0)
    assert run.ended(1, REFUSED, "stopped", 1.0) == [Finished(PlanStatus.REFUSED, "rover1: stopped")]


def test_a_robot_that_is_gone_fails_its_steps() -> None:
    run = PlanRun([step(1, "rover1"), step(2, "rover2"), step(3, "rover1", 2)])
    run.start(0.0)
    assert run.robot_gone("rover1", 1.0) == []
    assert run.robots == {"rover2"}
    (finished,) = run.ended(2, OK, "", 2.0)
    assert finished.status is PlanStatus.FAILED
    assert "rover1 is gone" in finished.message


def test_an_heir_takes_over_from_the_step_that_ran_and_keeps_the_order() -> None:
    run = PlanRun([step(1, "rover1"), step(2, "rover1", 1), step(3, "rover1", 2), step(4, "arm1", 3)])
    run.start(0.0)
    run.ended(1, OK, "", 1.0)
    (sent_again,) = run.robot_gone("rover1", 2.0, successor="rover2")
    assert sent_again == SendGoal(Step(2, "rover2", "wait", {"seconds": 1}, (1,)))
    assert [progress.step.who for progress in run.steps] == ["rover1", "rover2", "rover2", "arm1"]
    assert sent(run.ended(2, OK, "", 3.0)) == [3]
    assert sent(run.ended(3, OK, "", 4.0)) == [4]
    assert run.ended(4, OK, "", 5.0) == [Finished(PlanStatus.SUCCEEDED, "")]


def test_nothing_is_handed_on_in_a_plan_that_is_being_canceled() -> None:
    run = PlanRun([step(1, "rover1")])
    run.start(0.0)
    run.cancel("stopped", 1.0)
    assert run.robot_gone("rover1", 1.1, successor="rover2") == [Finished(PlanStatus.CANCELED, "stopped")]


def test_a_plan_without_steps_ends_at_once() -> None:
    assert PlanRun([]).start(0.0) == [Finished(PlanStatus.SUCCEEDED, "")]


@st.composite
def plans(draw: st.DrawFn) -> list[Step]:
    count = draw(st.integers(1, 6))
    return [
        step(
            number,
            f"rover{number}",
            *draw(st.sets(st.integers(1, number - 1), max_size=3) if number > 1 else st.just([])),
        )
        for number in range(1, count + 1)
    ]


@given(plans(), st.randoms(), st.integers(0, 30))
def test_whatever_happens_no_step_starts_before_what_it_follows_and_every_plan_ends_once(
    plan, random, cancel_at
) -> None:
    run, running, done, finished, events = PlanRun(plan), set(), set(), 0, 0
    commands = run.start(0.0)
    while True:
        for command in commands:
            if isinstance(command, SendGoal):
                assert set(command.step.after) <= done
                running.add(command.step.id)
            finished += isinstance(command, Finished)
        if not running:
            break
        events += 1
        if events == cancel_at:
            commands = run.cancel("enough", float(events))
            assert not sent(commands)
            continue
        step_id = random.choice(sorted(running))
        running.discard(step_id)
        status = random.choice([OK, OK, OK, FAILED])
        done |= {step_id} if status is OK else set()
        commands = run.ended(step_id, status, "", float(events))
    assert finished == 1
    assert all(progress.status.ended for progress in run.steps)


def commands_of(runs: Runs, request_id: str, commands: list[tuple[str, Command]]) -> list[Command]:
    return [command for owner, command in commands if owner == request_id]


def test_plans_of_different_robots_run_side_by_side() -> None:
    runs = Runs()
    assert sent(commands_of(runs, "a", runs.add("a", [step(1, "rover1")], 0.0))) == [1]
    assert sent(commands_of(runs, "b", runs.add("b", [step(1, "rover2")], 0.0))) == [1]


def test_a_newer_plan_waits_until_the_older_one_has_let_go_of_the_robot() -> None:
    runs = Runs()
    runs.add("a", [step(1, "rover1"), step(2, "rover1", 1)], 0.0)
    assert runs.add("b", [step(1, "rover1")], 1.0) == [("a", CancelGoal(1, "rover1"))]
    ended = runs.ended("a", 1, CANCELED, "", now_s=2.0)
    assert commands_of(runs, "a", ended) == [Finished(PlanStatus.CANCELED, SUPERSEDED)]
    assert sent(commands_of(runs, "b", ended)) == [1]


def test_a_stop_also_ends_plans_that_wait() -> None:
    runs = Runs()
    runs.add("a", [step(1, "rover1")], 0.0)
    runs.add("b", [step(1, "rover1")], 1.0)
    ended = runs.cancel_all("stopped", 2.0)
    assert commands_of(runs, "b", ended) == [Finished(PlanStatus.CANCELED, "stopped")]
    runs.forget("b")
    assert sent(commands_of(runs, "b", runs.ended("a", 1, CANCELED, "", now_s=3.0))) == []


def test_a_robot_that_is_wanted_elsewhere_leaves_the_others_at_their_work() -> None:
    run = PlanRun([step(1, "rover1"), step(2, "rover2"), step(3, "rover1", 1), step(4, "rover2", 2)])
    run.start(0.0)
    assert run.release({"rover2"}, SUPERSEDED, 1.0) == [CancelGoal(2, "rover2")]
    assert run.robots == {"rover1", "rover2"} and [s.id for s in run.open] == [1, 3]
    assert run.ended(2, CANCELED, "canceled", 1.1) == []
    assert sent(run.ended(1, OK, "", 2.0)) == [3]
    assert run.ended(3, OK, "", 3.0) == [Finished(PlanStatus.SUCCEEDED, "")]


def test_what_waits_for_a_robot_that_is_released_ends_with_it() -> None:
    run = PlanRun([step(1, "rover1"), step(2, "rover2", 1), step(3, "arm1", 2), step(4, "rover2")])
    run.start(0.0)
    stays, ends = run.without({"rover1"})
    assert [s.id for s in stays] == [4] and [s.id for s in ends] == [2, 3]
    run.release({"rover1"}, SUPERSEDED, 1.0)
    run.ended(1, OK, "it got there just before", 1.1)
    assert [p.status for p in run.steps] == [OK, CANCELED, CANCELED, StepStatus.RUNNING]


def test_a_plan_of_nobody_else_is_canceled_as_a_whole() -> None:
    run = PlanRun([step(1, "rover1"), step(2, "rover2", 1), step(3, "tektra")])
    run.start(0.0)
    assert run.release({"rover1"}, SUPERSEDED, 1.0) == [CancelGoal(1, "rover1"), CancelGoal(3, "tektra")]
    assert run.ending and run.open == ()


def test_what_a_released_robot_had_left_goes_to_no_successor() -> None:
    run = PlanRun([step(1, "rover1"), step(2, "rover2")])
    run.start(0.0)
    run.release({"rover1"}, SUPERSEDED, 1.0)
    assert sent(run.robot_gone("rover1", 1.1, successor="arm1")) == []
    assert run.ended(2, OK, "", 2.0) == [Finished(PlanStatus.SUCCEEDED, "")]


def test_a_plan_that_waits_for_its_robots_sends_nothing_when_one_of_them_is_released() -> None:
    runs = Runs()
    runs.add("first", [step(1, "rover1"), step(2, "rover2")], 0.0)
    runs.add("second", [step(1, "rover1"), step(2, "arm1")], 1.0)
    assert sent(commands_of(runs, "second", runs.add("third", [step(1, "arm1")], 2.0))) == []
    assert sent(commands_of(runs, "third", runs.robot_gone("second", "rover2", 2.0))) == []
    assert sent(commands_of(runs, "second", runs.ended("first", 1, CANCELED, "", now_s=3.0))) == [1]


def test_a_newer_plan_takes_its_robot_alone() -> None:
    runs = Runs()
    runs.add("first", [step(1, "rover1"), step(2, "rover2")], 0.0)
    commands = runs.add("second", [step(1, "rover2")], 1.0)
    assert commands == [("first", CancelGoal(2, "rover2"))]
    assert sent(commands_of(runs, "second", runs.ended("first", 2, CANCELED, "", now_s=1.1))) == [1]
    assert runs.ended("first", 1, OK, "", now_s=2.0) == [("first", Finished(PlanStatus.SUCCEEDED, ""))]
