"""A model that says what it is told to: for tests, demos, and playing a recorded run again."""

from collections.abc import Iterable, Iterator

from glm_actions.space import Decision
from glm_actions.vocabulary import Action
from glm_backends.errors import ModelFailed
from glm_backends.model import Capabilities, Form, Message, Options, Reply

Line = Reply | Decision | Action | str | Exception
"""A whole reply, a decision, a bare action, the raw text of an answer, or an error to raise."""


class ScriptEnded(ModelFailed):
    """A scripted model was asked once more than its script goes."""


class Scripted:
    """Answers with the lines of a script, one a step.

    Args:
        lines: What to answer. May be a generator, so that a line can depend on what has happened.
        name: What it is called in recordings.

    `asked` keeps the messages of every request, for tests.
    """

    def __init__(self, lines: Iterable[Line], name: str = "scripted") -> None:
        self.name = name
        self.capabilities = Capabilities(thinking=True, grammar=True)
        self.asked: list[tuple[Message, ...]] = []
        self._lines: Iterator[Line] = iter(lines)

    def decide(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:  # noqa: ARG002
        self.asked.append(messages)
        try:
            line = next(self._lines)
        except StopIteration:
            raise ScriptEnded(f"The script has only {len(self.asked) - 1} answers.") from None
        if isinstance(line, Exception):
            raise line
        return _reply(line)


def _reply(line: Reply | Decision | Action | str) -> Reply:
    if isinstance(line, Reply):
        return line
    if isinstance(line, str):
        return Reply(text=line)
    decision = line if isinstance(line, Decision) else Decision(reason="", action=line, memory="")
    return Reply(text=decision.model_dump_json())
