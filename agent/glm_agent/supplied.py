"""Where the values of secrets come from: a file, the environment or a person, never a flag: others see flags."""

import os
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from glm_actions.errors import UsageError
from glm_actions.secrets import Secret, named
from glm_actions.vocabulary import Type
from glm_agent.settings import SECRET_VARIABLE
from glm_trajectory import Run

_LOOKS = 'It looks like this: [PASSWORD], then value = "..." and origin = "https://shop.example".'


def supplied(
    wanted: Sequence[str], file: Path | None = None, ask: Callable[[str], str] | None = None
) -> tuple[Secret, ...]:
    """All secrets that are supplied.

    Args:
        wanted: `NAME=ORIGIN` each; the value is in the environment as `GLM_AGENT_SECRET_NAME`, or asked for.
        file: A TOML file with a table for each secret: `value` and `origin`.
        ask: Asks a person for a value without showing it.

    Raises:
        UsageError: if one has no value, no name or no origin, or if others can read the file.
    """
    return (*(_wanted(one, ask) for one in wanted), *(_from_file(file) if file else ()))


def require(run: Run, secrets: Sequence[Secret]) -> None:
    """Raise `UsageError` unless all secrets that a run has typed are supplied."""
    known = {secret.name for secret in secrets}
    for step in run.steps:
        typed = step.intended.action if step.intended else None
        for name in named(typed.content) if isinstance(typed, Type) else ():
            if name not in known:
                raise UsageError(
                    f"Step {step.number} of the run types the secret {name}, which no recording holds. "
                    f"Supply it: --secret {name}=ORIGIN, where it was typed on {step.observed.url}"
                )


def _wanted(text: str, ask: Callable[[str], str] | None) -> Secret:
    name, separator, origin = text.partition("=")
    if not separator:
        raise UsageError(f"--secret {text} does not say where it belongs, as in {text}=https://shop.example")
    variable = f"{SECRET_VARIABLE}{name}"
    value = os.environ.get(variable) or (ask(f"{name} for {origin}") if ask else "")
    if not value:
        raise UsageError(f"The secret {name} has no value. Put it into {variable}, or into a file for --secrets.")
    return _secret(f"--secret {name}", name=name, value=value, origin=origin)


def _from_file(file: Path) -> tuple[Secret, ...]:
    try:
        mode, tables = file.stat().st_mode, tomllib.loads(file.read_text())
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no TOML"
        raise UsageError(f"The secrets in {file} cannot be read: {why}. {_LOOKS}") from None
    if mode & 0o077:
        raise UsageError(f"Others can read or change {file}. Close it to them: chmod 600 {file}")
    return tuple(_from_table(file, name, table) for name, table in tables.items())


def _from_table(file: Path, name: str, table: Any) -> Secret:
    if not isinstance(table, dict) or not all(isinstance(part, str) for part in table.values()):
        raise UsageError(f"{name} in {file} is no table of texts. {_LOOKS}")
    if table.keys() != {"value", "origin"}:
        raise UsageError(f"{name} in {file} must have a value and an origin, and nothing else. {_LOOKS}")
    return _secret(f"{name} in {file}", name=name, **table)


def _secret(source: str, *, name: str, value: str, origin: str) -> Secret:
    try:
        return Secret(name=name, value=SecretStr(value), origin=origin)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UsageError(f"{source} is no good: {first['loc'][0]}: {first['msg']}.") from None
