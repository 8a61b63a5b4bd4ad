"""What the model may do at one step, rendered for everyone who has to know."""

import json
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any, Self

from pydantic import Field, ValidationError

from glm_actions import ebnf
from glm_actions.errors import RunError
from glm_actions.frozen import Frozen
from glm_actions.secrets import named
from glm_actions.vocabulary import VOCABULARY, Action, Aimed, Open, SwitchTab, Text, Type, Upload

BARRED = 60
"""How far to the left and right of a barred click no other may point, in thousandths."""


class Decision(Frozen):
    """A whole answer of the model. The order of its fields makes it think before it acts; memory may be left out."""

    reason: Text
    action: Action
    memory: Text = Field(default="", exclude_if=lambda text: not text)


class Unparseable(RunError):
    """An answer is not an action that can be performed now. The text is for the model."""


class ActionSpace(Frozen):
    """The actions that can be performed at this step, and what their arguments may name.

    Equal spaces render to equal texts, so that the engine's grammar cache hits.
    """

    kinds: frozenset[str]
    """Names of the actions on offer."""
    tabs: tuple[int, ...] = ()
    """Numbers of the tabs that can be switched to."""
    files: tuple[Text, ...] = ()
    """Names of the files that may be uploaded."""
    programs: tuple[Text, ...] = ()
    """Names of the programs that may be opened."""
    secrets: tuple[str, ...] = ()
    """Names of the secrets that may be typed."""
    barred: tuple[Aimed, ...] = ()
    """Clicks and drags that may not begin there again now, nor anywhere above or below.

    A model says first how far across it points, and cannot look ahead: if only the place itself were barred, it would
    say the same width and then any height.
    """

    @classmethod
    def of(
        cls,
        kinds: Iterable[str],
        *,
        tabs: Iterable[int] = (),
        files: Iterable[str] = (),
        programs: Iterable[str] = (),
        secrets: Iterable[str] = (),
    ) -> Self:
        """The space without the actions that nothing can be named for: no tabs, no `switch_tab`."""
        space = cls(
            kinds=frozenset(kinds),
            tabs=tuple(tabs),
            files=tuple(files),
            programs=tuple(programs),
            secrets=tuple(secrets),
        )
        named = {SwitchTab.kind(): space.tabs, Upload.kind(): space.files, Open.kind(): space.programs}
        return space.without(kind for kind, names in named.items() if not names)

    def without(self, kinds: Iterable[str]) -> Self:
        """The same space with some actions masked."""
        return self._changed(kinds=self.kinds - frozenset(kinds))

    def barring(self, actions: Iterable[Action]) -> Self:
        """The same space without choices that did not help; of those that do not point, the whole kind is masked."""
        actions = tuple(actions)
        space = self._changed(barred=tuple(action for action in actions if isinstance(action, Aimed)))
        rest = {action.kind() for action in actions if action not in space.barred}
        nowhere = {action.kind() for action in space.barred if not space.across(action.kind())}
        return space.without(rest | nowhere)

    def _changed(self, **changes: Any) -> Self:
        """Made anew, since a copy would keep what has been computed from the fields."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | changes)

    def coarsely(self) -> Self:
        """The same space for a grammar that cannot bar places: the whole kind is masked."""
        return self.without(action.kind() for action in self.barred)

    def across(self, kind: str) -> tuple[int, ...]:
        """How far across an action of this kind may begin to point, in thousandths."""
        return tuple(x for x in range(1000) if not self._bars(kind, x))

    def _bars(self, kind: str, x: int) -> bool:
        return any(action.kind() == kind and abs(x - action.start_box.x) <= BARRED for action in self.barred)

    @cached_property
    def classes(self) -> tuple[Any, ...]:
        """The action classes on offer, in the vocabulary's order."""
        return tuple(cls for cls in VOCABULARY if cls.kind() in self.kinds)

    def prompt(self) -> str:
        """The actions as the model reads them: an example and a sentence each."""
        return "\n".join(f"{cls.example().model_dump_json()}\n  {cls.__doc__}" for cls in self.classes)

    def grammar(self) -> str:
        """EBNF of a whole `Decision`."""
        return _grammar(self)

    def rules(self) -> dict[str, str]:
        """EBNF rules of the actions, for protocols with an envelope of their own; start at `action`."""
        kinds = {
            cls.kind(): ebnf.fields((name, self.spelled(cls, name)) for name in cls.model_fields)
            for cls in self.classes
        }
        return {
            "action": " | ".join(kinds),
            **kinds,
            **dict(self._points()),
            "tab": " | ".join(f'"{number}"' for number in self.tabs),
            "file": ebnf.choice(self.files),
            "program": ebnf.choice(self.programs),
        }

    def spelled(self, cls: Any, name: str) -> str:
        """EBNF of the value of an action's field."""
        if name == "start_box" and any(action.kind() == cls.kind() for action in self.barred):
            return f"point_{cls.kind()}"
        return ebnf.value(cls.model_fields[name])

    def _points(self) -> Iterator[tuple[str, str]]:
        """Rules of the points of kinds that may not begin everywhere."""
        for kind in sorted({action.kind() for action in self.barred}):
            yield f"point_{kind}", f'"[" across_{kind} "," thousandth "]"'
            yield f"across_{kind}", ebnf.numbers(self.across(kind))

    def json_schema(self) -> str:
        """The JSON schema of a whole `Decision`, for tools and for servers without grammars."""
        actions = [cls.model_json_schema(mode="serialization") for cls in self.classes]
        definitions: dict[str, Any] = {}
        for schema in actions:
            definitions |= schema.pop("$defs", {})
            schema["required"] = list(schema["properties"])
            self._name_what_exists(schema["properties"])
        text = {"type": "string"}
        properties = {"reason": text, "action": {"anyOf": actions}, "memory": text}
        return json.dumps(
            {
                "type": "object",
                "properties": properties,
                "required": ["reason", "action"],
                "additionalProperties": False,
                "$defs": definitions,
            }
        )

    def _name_what_exists(self, properties: dict[str, Any]) -> None:
        for name, names in (("tab", self.tabs), ("file", self.files), ("program", self.programs)):
            if name in properties:
                properties[name]["enum"] = list(names)

    def parse(self, text: str) -> Decision:
        """Read an answer back. What the grammar writes is always read; spaces and the order of fields are forgiven.

        Raises:
            Unparseable: with a text that tells the model what is wrong.
        """
        try:
            decision = Decision.model_validate_json(text)
        except ValidationError as error:
            raise Unparseable(_first_complaint(error)) from error
        self.check(decision.action)
        return decision

    def check(self, action: Action) -> None:
        """Raise `Unparseable` unless the action can be performed now."""
        if action.kind() not in self.kinds:
            raise Unparseable(f"{action.kind()} cannot be performed now. Choose among {', '.join(sorted(self.kinds))}.")
        if isinstance(action, Aimed) and self._bars(action.kind(), action.start_box.x):
            raise Unparseable(f"{action.kind()} at {action.start_box} does not help here. Choose something else.")
        if isinstance(action, SwitchTab) and action.tab not in self.tabs:
            raise Unparseable(f"There is no tab {action.tab}. The tabs are {', '.join(map(str, self.tabs))}.")
        if isinstance(action, Upload) and action.file not in self.files:
            raise Unparseable(f"There is no file {action.file!r} to upload. The files are {', '.join(self.files)}.")
        if isinstance(action, Open) and action.program not in self.programs:
            raise Unparseable(f"There is no program {action.program!r}. There are {', '.join(self.programs)}.")
        if isinstance(action, Type) and (
            unknown := [name for name in named(action.content) if name not in self.secrets]
        ):
            known = ", ".join(self.secrets) or "none"
            raise Unparseable(f"The secret {unknown[0]} cannot be typed here. The secrets of this page: {known}.")


@lru_cache(maxsize=8)
def _grammar(space: ActionSpace) -> str:
    root = ebnf.fields([("reason", "text"), ("action", "action")], last=("memory", "text"))
    return ebnf.render({"root": root, **space.rules()})


def _first_complaint(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"])) or "the answer"
    return f"{place}: {first['msg']}"
