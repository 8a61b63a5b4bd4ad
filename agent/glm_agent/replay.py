"""Does a recorded run again without a model: each action only where the screen still shows what it was aimed at."""

from collections.abc import Callable, Sequence
from pathlib import Path

from glm_actions.risk import irreversible
from glm_actions.secrets import Secret
from glm_actions.space import Decision
from glm_actions.surface import MOVED_ON, UNCHANGED
from glm_actions.vocabulary import Action, Done, Fail, Wait
from glm_agent.planned import Planned, planned
from glm_agent.seeking import Seek
from glm_agent.supplied import require
from glm_agent.trail import Trail
from glm_backends.model import Capabilities, Form, Message, Model, Options, Picture, Reply
from glm_trajectory import Run
from glm_trajectory.divergence import Divergence, write_report

MOST_WAITS = 6
PENDING = "Nothing of the last step is to be seen yet."
NOT_AS_BEFORE = "Every step was done again. The last screen is not as it was: look at it for the result."


class Replay:
    """A recorded run as a model that looks before it answers. Implements `glm_backends.model.Model`.

    Args:
        run: What to do again.
        secrets: What can be typed again by its name; the same as the surface's.
        ask: Puts to a person whether to act although the screen has changed; without it, the replay fails.
        successor: Decides from there on instead.

    Raises:
        UsageError: if the run has typed a secret that is not among these, or has lost a screenshot.

    `divergence` tells where the screen had changed; `asked` counts the answers of the successor.
    """

    def __init__(
        self,
        run: Run,
        *,
        secrets: Sequence[Secret] = (),
        ask: Callable[[str], str] | None = None,
        successor: Model | None = None,
    ) -> None:
        require(run, secrets)
        self.name = f"replay of {run.summary.model}"
        self.capabilities = successor.capabilities if successor else Capabilities(grammar=True)
        self.divergence: Divergence | None = None
        self.asked = 0
        self._run = run
        self._ask = ask
        self._successor = successor
        self._left = list(planned(run))
        for step in self._left:
            run.screen(step.screen)
        self._waited: list[bytes] = []
        self._done: Planned | None = None
        self._trail = Trail()
        self._needless = ""
        self._seek: Seek | None = None

    def decide(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:
        if self.divergence and self._successor:
            self.asked += 1
            return self._successor.decide(messages, form, options)
        news = _news(messages[-1])
        if self._done and MOVED_ON in news:
            self._left.insert(0, self._done)
            self._done = None
            self._trail.drop()
        if not self._left:
            return _say("", Fail(content=f"The recording ends here: {self._run.summary.outcome}."))
        seen = next(part.png for part in reversed(messages[-1].parts) if isinstance(part, Picture))
        still = UNCHANGED in news
        found = self._left[0].look(self._run, seen, sought=self._seek is not None)
        if not isinstance(found, Divergence):
            return self._wait(PENDING, seen) if self._is_pending(seen, still) else self._do(found, seen)
        if self._is_needless(found, seen):
            self._needless = f"Step {self._left.pop(0).step} of the recording is not needed. "
            self._seek = None
            return self.decide(messages, form, options)
        return self._changed(found, seen, still) or self.decide(messages, form, options)

    def write_report(self, folder: Path) -> Path | None:
        """Write down where the screen had changed, if it had; gives the page."""
        if self.divergence is None:
            return None
        return write_report(folder, self.divergence, self._run.screen(self.divergence.expected), self._waited[-1])

    def _do(self, action: Action, seen: bytes) -> Reply:
        self._waited.clear()
        self._seek = None
        self._done = self._left.pop(0)
        self._trail.add(self._done, seen)
        needless, self._needless = self._needless, ""
        return _say(f"{needless}Step {self._done.step} of the recording.", action)

    def _may_wait(self, still: bool) -> bool:
        return not still and len(self._waited) < MOST_WAITS

    def _wait(self, why: str, seen: bytes) -> Reply:
        self._waited.append(seen)
        return _say(f"{why} I wait for it.", Wait())

    def _is_pending(self, seen: bytes, still: bool) -> bool:
        """Whether what the last step does is still to come; it could undo what is done meanwhile."""
        return self._may_wait(still) and self._trail.pending(self._run, self._left[0], seen)

    def _is_needless(self, found: Divergence, seen: bytes) -> bool:
        """Whether all is as it was after the step whose target is gone: a banner does not come a second time."""
        if found.kind != "gone" or irreversible(found.action) or len(self._left) == 1:
            return False
        return self._left[1].shown(self._run, seen)

    def _changed(self, found: Divergence, seen: bytes, still: bool) -> Reply | None:
        """Wait, go back, look further, and at last give up; None if it is to be decided anew."""
        if self._seek is None:
            if self._may_wait(still):
                return self._wait(found.why, seen)
            self._waited.append(seen)
            if undone := self._trail.undone(self._run, self._left[0], seen):
                self._waited.clear()
                self._left[:0] = undone
                return None
            self._seek = Seek(found)
        if not self._ask and (turn := self._seek.turn(found, seen)):
            return _say(f"{found.why} I look for it further {turn.direction}.", turn)
        return self._give_up(self._seek.missed, seen)

    def _give_up(self, found: Divergence, seen: bytes) -> Reply | None:
        """Do what was wished for where the screen has changed; None if the successor is to decide."""
        if isinstance(found.action, Done) and found.kind == "different":
            return self._do(Done(content=NOT_AS_BEFORE), seen)
        self.divergence = found
        if self._successor:
            return None
        why = f"Step {found.step} of the recording was not done. {found.why}"
        if self._ask and self._ask(f"{why} Do it all the same: {found.action}? [y/n]").strip().lower().startswith("y"):
            return self._do(found.action, seen)
        return _say(why, Fail(content=why))


def _news(message: Message) -> str:
    """What is told of the screen of now: the last text. Those before it tell of earlier steps."""
    return next((part for part in reversed(message.parts) if isinstance(part, str)), "")


def _say(reason: str, action: Action) -> Reply:
    return Reply(text=Decision(reason=reason, action=action, memory="").model_dump_json())
