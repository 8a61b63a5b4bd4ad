"""What can be set, and where a value comes from: flags, then `GLM_AGENT_*`, then `glm-agent.toml`, then the default."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from glm_actions.errors import UsageError
from glm_actions.frozen import Frozen
from glm_actions.geometry import Size
from glm_agent.limits import Limits
from glm_agent.planner import Think
from glm_backends.model import Options
from glm_backends.presets import PRESETS, Sampling

PREFIX = "GLM_AGENT_"
SECRET_VARIABLE = f"{PREFIX}SECRET_"
"""With its name behind it, the variable that holds the value of a secret; not a setting."""
FILE = Path("glm-agent.toml")
_WANTED = {
    "viewport": "It looks like 1280x720.",
    "region": "It is left, top, width and height in pixels, as in 100,50,800,600.",
    "virtual": "It looks like 1280x800.",
    "allow_hosts": "It looks like example.org,shop.example.",
    "log_level": "It is debug, info, warning or error.",
}
"""What to write where pydantic would show a regular expression."""
_NOT_SETTINGS = frozenset({"GLM_AGENT_BROWSER"})

Positive = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]


class Settings(BaseModel):
    """Everything that can be set. Texts from the environment are read as the type they are for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str | None = None
    """What the browser opens first."""
    model_url: str | None = None
    """Where the model server is; by default the usual ports of this machine are tried."""
    checkpoint: Path | None = None
    """The folder of a GLM-4.1V or GLM-4.5V checkpoint to run in this process, instead of asking a server."""
    model: str | None = None
    """The name the server knows the model under; the first one it lists by default."""
    engine: Literal["auto", "vllm", "sglang", "llama.cpp", "hosted", "other"] = "auto"
    """What kind of server it is; by default the server is asked."""
    protocol: str = "auto"
    """How the model is spoken to: by its name, a protocol of ours, or `file.py:Class`."""
    sampling: Sampling = "agent"
    """How answers are drawn: for acting, grounding, reading or describing."""
    api_key: SecretStr | None = None
    """For servers that want one."""
    model_timeout: Seconds = 300.0
    """Seconds for one answer."""
    answer_tokens: Positive = 2048
    """Tokens of one answer, thinking included."""
    think: Think = "auto"
    """Let the model think before it answers: at first, after mistakes and when stuck; always; never."""
    history_pictures: Positive = 2
    """The fewest screenshots the model is shown, the current one included."""
    max_steps: Positive = 50
    """Steps of a run."""
    max_tokens: Positive = 1_000_000
    """Tokens of all answers and prompts together."""
    max_seconds: Seconds = 1800.0
    """Seconds of a run."""
    max_mistakes: Positive = 5
    """Answers in a row that cannot be performed, or fail."""
    max_repeats: Positive = 6
    """Times the same action may be chosen on the same screen."""
    approve: Literal["allow", "policy", "ask"] = "allow"
    """What a person is asked before: nothing, what cannot be taken back, everything."""
    allow_hosts: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+(,[A-Za-z0-9.-]+)*$")] | None = None
    """Whose pages the browser may open, with commas in between; all by default."""
    secrets: Path | None = None
    """A TOML file with secrets that may be typed."""
    viewport: Annotated[str, Field(pattern=r"^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$")] = "1280x720"
    """The size of the page in CSS pixels."""
    headed: bool = False
    """Show the browser's window."""
    desktop: bool = False
    """Drive the desktop instead of a browser."""
    monitor: Annotated[int, Field(ge=0)] | None = None
    """Which monitor of the desktop, from 1; 0 is all of them. The primary one by default."""
    region: Annotated[str, Field(pattern=r"^-?\d{1,5},-?\d{1,5},[1-9]\d{0,4},[1-9]\d{0,4}$")] | None = None
    """Which part of the desktop: left, top, width, height in pixels."""
    window: Annotated[str, Field(min_length=1)] | None = None
    """Which window of the desktop, by a part of its title."""
    virtual: Annotated[str, Field(pattern=r"^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$")] | None = None
    """A display of its own for the run, of this size."""
    scale: Annotated[float, Field(ge=1, le=4)] | None = None
    """Pixels of the desktop per pixel of a screenshot; what programs scale themselves by, by default."""
    session_keys: bool = False
    """Allow keys that end, lock or leave the desktop's session."""
    runs: Path = Path("runs")
    """Where runs are recorded."""
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "warning"
    """What to log, to stderr."""
    log_json: bool = False
    """Log as JSON."""

    @property
    def size(self) -> Size:
        """The viewport as a size."""
        return _size(self.viewport)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Whose pages may be opened; all if there are none."""
        return tuple(self.allow_hosts.split(",")) if self.allow_hosts else ()

    @property
    def virtual_size(self) -> Size | None:
        """The size of the run's own display, if it has one."""
        return _size(self.virtual) if self.virtual else None

    @property
    def limits(self) -> Limits:
        """The budgets."""
        return Limits(
            steps=self.max_steps,
            tokens=self.max_tokens,
            seconds=self.max_seconds,
            mistakes=self.max_mistakes,
            repeats=self.max_repeats,
        )

    @property
    def options(self) -> Options:
        """How answers are decoded."""
        preset = PRESETS[self.sampling]
        return preset.model_copy(update={"max_tokens": self.answer_tokens, "timeout_s": self.model_timeout})


def _size(text: str) -> Size:
    width, height = text.split("x")
    return Size(width=int(width), height=int(height))


class Sourced(Frozen):
    """A setting with where it comes from."""

    name: str
    value: str
    source: str


def read(flags: Mapping[str, Any]) -> tuple[Settings, tuple[Sourced, ...]]:
    """Read all settings; a flag that is None was not given.

    Raises:
        UsageError: for an unknown name or a bad value, saying where it stands.
    """
    given = {name: (value, f"--{name.replace('_', '-')}") for name, value in flags.items() if value is not None}
    found = {**_from_file(), **_from_environment(), **given}
    _refuse_unknown(found)
    try:
        settings = Settings.model_validate({name: value for name, (value, _) in found.items()})
    except ValidationError as error:
        first = error.errors()[0]
        value, source = found[str(first["loc"][0])]
        shown = "(not shown)" if first["loc"][0] == "api_key" else repr(value)
        wanted = _WANTED.get(str(first["loc"][0]), f"{first['msg']}.")
        raise UsageError(f"{source} = {shown} is no good: {wanted}") from None
    sourced = tuple(
        Sourced(name=name, value=str(getattr(settings, name)), source=found[name][1] if name in found else "default")
        for name in Settings.model_fields
    )
    return settings, sourced


def _from_file() -> dict[str, tuple[Any, str]]:
    try:
        values = tomllib.loads(FILE.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{FILE} cannot be read: {error}") from error
    return {name: (value, f"{name} in {FILE}") for name, value in values.items()}


def _from_environment() -> dict[str, tuple[Any, str]]:
    return {
        variable.removeprefix(PREFIX).lower(): (value, variable)
        for variable, value in os.environ.items()
        if variable.startswith(PREFIX)
        and not variable.startswith(SECRET_VARIABLE)
        and variable not in _NOT_SETTINGS
        and (value or variable != "GLM_AGENT_API_KEY")
    }


def _refuse_unknown(found: Mapping[str, tuple[Any, str]]) -> None:
    for name, (_, source) in found.items():
        if name not in Settings.model_fields:
            known = ", ".join(Settings.model_fields)
            raise UsageError(f"There is no setting {name!r} ({source}). The settings are: {known}.")
