"""Shows a run while it happens: a line a step for people, a JSON object an event for programs."""

import shutil
import sys
from shlex import quote
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from glm_actions.vocabulary import Action
from glm_agent.outcome import Outcome
from glm_trajectory import Decided, Event, Intended, Observed, Performed, RunResumed, RunStarted


class Json:
    """Prints each event as one line of JSON."""

    def __call__(self, event: Event) -> None:
        sys.stdout.write(event.model_dump_json() + "\n")
        sys.stdout.flush()

    def ended(self, outcome: Outcome) -> None:
        """Nothing is left to say: `run_ended` has said it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Lines:
    """Prints each step as it happens; in a terminal also what is going on right now."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
        self._status: Status | None = None
        self._action: Action | None = None
        self._step_began = 0.0
        self._tokens = 0
        self._number = ""

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._status = self._console.status("Starting")
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()

    def __call__(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._console.print(f"[bold]{escape(event.goal)}[/bold]\n[dim]{escape(event.model)} decides[/dim]")
            case RunResumed():
                torn = "The last line of the recording was cut off, and was dropped. " if event.torn else ""
                self._console.print(f"[dim]{torn}{escape(event.note)} {escape(event.model)} decides[/dim]")
            case Observed():
                self._step_began = event.at
                self._now(f"Step {event.step}: deciding")
            case Decided():
                self._decided(event)
            case Intended():
                self._action = event.action
                self._now(f"Step {event.step}: {event.action}")
            case Performed():
                self._performed(event)

    def ended(self, outcome: Outcome) -> None:
        """Say how it came out, and how to look at the run."""
        colour = "green" if outcome.ok else "red"
        tokens = outcome.usage.prompt_tokens + outcome.usage.completion_tokens
        self._console.print(
            f"[bold {colour}]{outcome.kind.replace('_', ' ').capitalize()}[/bold {colour}] after "
            f"{outcome.steps} steps, {outcome.seconds:.1f} s, {tokens:,} tokens: {escape(outcome.why)}"
        )
        for extract in outcome.extracts:
            self._console.print(f"  kept: {escape(extract)}")
        if outcome.folder:
            folder = str(outcome.folder)
            self._console.print(f"Recorded in {escape(folder)}\nLook at it: {_program()} view {escape(quote(folder))}")

    def _now(self, doing: str) -> None:
        if self._status:
            self._status.update(escape(doing))

    def _decided(self, event: Decided) -> None:
        self._tokens = event.prompt_tokens + event.completion_tokens
        self._number = f"{event.step:>3}"
        if said := event.problem or event.reason:
            self._console.print(f"{self._number}  {escape(said)}")
            self._number = " " * len(self._number)

    def _performed(self, event: Performed) -> None:
        note = f"  [yellow]{escape(event.note)}[/yellow]" if event.note else ""
        cost = f"{event.at - self._step_began:.1f} s, {self._tokens:,} tokens"
        self._console.print(f"{self._number}  [cyan]{escape(str(self._action))}[/cyan]  [dim]{cost}[/dim]{note}")


def _program() -> str:
    """How this program can be called from here."""
    return "glm-agent" if shutil.which("glm-agent") else sys.argv[0]
