"""Tells a recorded run to a model that is to go on with it."""

from glm_actions.surface import Observation
from glm_agent.history import History
from glm_trajectory import NotARun, Run, Step

CUT_OFF = "The run was cut off here and goes on now."
REOPENED = "The page was opened again: what was filled in and not yet sent may be gone."
LEFT_ALONE = "Nobody knows what became of the desktop meanwhile: programs may have gone on, or may be closed."


def retell(run: Run, step: Step, history: History) -> None:
    """Let a history have a step as it was."""
    seen = step.observed
    png = _screen(run, step)
    history.saw(Observation(png=png, frame=seen.frame, tabs=seen.tabs, notices=seen.notices))
    if step.decided:
        history.answered(step.decided.text)
        history.note(step.decided.problem)
    if step.performed:
        history.note(step.performed.note)
    elif step.decided and step.decided.action and not step.intended:
        history.note(f"{step.decided.action} was not done.")


def what_is_known(run: Run, seen: Observation) -> str:
    """What was certainly done, what may have been done, and how the screen looks now, in words for the model."""
    known = [CUT_OFF, REOPENED if seen.url else LEFT_ALONE]
    if run.steps:
        last = run.steps[-1]
        known += (*_done(last), _compared(last, _screen(run, last), seen.png))
    return " ".join(filter(None, known))


def _done(last: Step) -> tuple[str, ...]:
    if last.performed:
        return (f"Certainly done: what you chose up to step {last.number}.",)
    before = (
        f"Certainly done: what you chose before step {last.number}." if last.number > 1 else "Nothing was done yet."
    )
    if last.intended is None:
        return (before,)
    return (
        before,
        f"Done or not, nobody knows: {last.intended.action}. Look for its effect before you choose it again.",
    )


def _compared(last: Step, before: bytes, now: bytes) -> str:
    if not before:
        return ""
    from glm_trajectory.alike import likeness

    alike = likeness(before, now)
    how = "looks as it did" if alike > 0.99 else "has changed in places" if alike > 0.5 else "is another one than"
    return f"The screen {how} at step {last.number}."


def _screen(run: Run, step: Step) -> bytes:
    """The screenshot of a step; empty if the machine went down before it was on the disk."""
    try:
        return run.screen(step.observed.screen)
    except NotARun:
        return b""
