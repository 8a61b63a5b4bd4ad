"""What every model promises, whatever it is."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from glm_actions import ActionSpace, Decision
from glm_actions.vocabulary import Wait
from glm_backends import Local, Message, Model, Options, Scripted, Server
from glm_backends.fake_server import FakeServer

from .tiny_checkpoint import write

SPACE = ActionSpace.of(["wait", "back", "key", "done"])
ANSWER = Decision(reason="Loading.", action=Wait(), memory="")
ASK = (Message(role="user", parts=("What next?",)),)


@contextmanager
def server(_folder: Path) -> Iterator[Model]:
    with FakeServer([ANSWER]) as fake, Server(fake.url) as model:
        yield model


@contextmanager
def scripted(_folder: Path) -> Iterator[Model]:
    yield Scripted([ANSWER] * 9)


@contextmanager
def local(folder: Path) -> Iterator[Model]:
    yield Local(write(folder, "dense"))


@pytest.fixture(params=[server, scripted, local], ids=lambda made: made.__name__)
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Model]:
    with ExitStack() as stack:
        yield stack.enter_context(request.param(tmp_path / "checkpoint"))


def test_an_answer(model: Model) -> None:
    """An answer that is not cut off is one that the form allows, with its tokens and times."""
    reply = model.decide(ASK, SPACE, Options(max_tokens=300))

    assert reply.finish == "length" or SPACE.parse(reply.text)
    assert reply.seconds >= reply.first_token_s >= 0
    assert reply.usage.completion_tokens >= 0


def test_the_same_question_the_same_answer(model: Model) -> None:
    """Without randomness, the same question has the same answer."""
    first, second = (model.decide(ASK, SPACE, Options(max_tokens=300)) for _ in range(2))

    assert first.text == second.text


def test_a_name_and_capabilities(model: Model) -> None:
    """Every model has a name for recordings, and says what it can be asked for."""
    assert model.name
    assert model.capabilities.grammar
