"""What may be typed but not shown: secrets have a name, a value, and the one origin on which they may be typed.

A model, a recording and a log hold `<secret:NAME>` and nothing else.
"""

import json
import re
from collections.abc import Iterable
from typing import Annotated
from urllib.parse import quote, quote_plus, urlsplit

from pydantic import AfterValidator, Field, SecretStr

from glm_actions.errors import UsageError
from glm_actions.frozen import Frozen

_NAMED = re.compile(r"<secret:([A-Za-z0-9_]+)>")
_PORTS = {"http": 80, "https": 443}
_SURE = 8
"""Characters from which on a value is no word or number by chance."""


def origin_of(url: str) -> str:
    """The origin of an address, as in `https://shop.example:8443`; empty if it has none that can be trusted."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not parts.hostname:
        return ""
    return f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port and port != _PORTS[parts.scheme] else "")


def _origin(text: str) -> str:
    if not origin_of(text) or urlsplit(text).path.strip("/"):
        raise ValueError(f"{text!r} is no origin such as https://shop.example")
    return origin_of(text)


def _something(value: SecretStr) -> SecretStr:
    if not value.get_secret_value():
        raise ValueError("is empty")
    return value


class Secret(Frozen):
    """One secret. Neither `str` nor `repr` nor JSON shows its value."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
    value: Annotated[SecretStr, AfterValidator(_something)]
    origin: Annotated[str, AfterValidator(_origin)]
    """Where it may be typed."""

    @property
    def placeholder(self) -> str:
        """What stands for it everywhere."""
        return f"<secret:{self.name}>"


class Secrets:
    """All secrets of a run.

    Raises:
        UsageError: if two have the same name.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._all: dict[str, Secret] = {}
        for secret in secrets:
            if secret.name in self._all:
                raise UsageError(f"The secret {secret.name} is given twice. Leave out one of them.")
            self._all[secret.name] = secret
        self._spelt = sorted(_spellings(self._all.values()), key=lambda spelt: -len(spelt[0]))

    def __bool__(self) -> bool:
        return bool(self._all)

    def get(self, name: str) -> Secret | None:
        """The secret of that name, if there is one."""
        return self._all.get(name)

    def of(self, origins: Iterable[str]) -> tuple[Secret, ...]:
        """Those that belong to some origins."""
        among = frozenset(origins)
        return tuple(secret for secret in self._all.values() if secret.origin in among)

    def hide(self, text: str) -> str:
        """A text in which each value, however it is written, has become its name."""
        for spelling, placeholder in self._spelt:
            text = _where(spelling).sub(placeholder, text)
        return text


def named(text: str) -> tuple[str, ...]:
    """The names of the secrets that a text is to be typed with, in order."""
    return tuple(_NAMED.findall(text))


def pieces(text: str) -> tuple[str, ...]:
    """A text cut at its secrets: plain text and names in turns, beginning and ending with plain text."""
    return tuple(_NAMED.split(text))


def _spellings(secrets: Iterable[Secret]) -> set[tuple[str, str]]:
    """Each value as it is, in an address, and in JSON, with what stands for it."""
    return {
        (spelling, secret.placeholder)
        for secret in secrets
        for value in [secret.value.get_secret_value()]
        for spelling in (value, quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1])
    }


def _where(spelling: str) -> re.Pattern[str]:
    """Where it stands; a short one only where it is not part of a longer word or number."""
    short = len(spelling) < _SURE
    before, after = (r"(?<![^\W_])", r"(?![^\W_])") if short else ("", "")
    return re.compile(before + re.escape(spelling) + after)
