"""What training shows and tells is what a run shows and tells."""

import io
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from glm_actions import Size
from glm_actions.surfaces.browser import Browser
from glm_agent import Agent, Limits
from glm_backends import EmbeddedProtocol, Reply
from glm_backends.model import Capabilities, Form, Message, Options, Picture
from glm_tasks.flights import FlightsSite, FlightsTask
from training import flows
from training.chromium import Chromium
from training.pages import Viewport
from training.site import SitePage

PROTOCOL = EmbeddedProtocol()
SEED = 1_000_001
"""With a sidebar, a return trip and a seat that has to be scrolled to."""


class Beside:
    """A model that answers what a visit of training did next, and keeps how the two differ."""

    name = "beside"
    capabilities = Capabilities(grammar=True)

    def __init__(self, episode: flows.Episode) -> None:
        self._episode, self._states = episode, episode.states()
        self._state = next(self._states)
        self.told: list[tuple[str, str]] = []
        self.unlike: list[float] = []

    def decide(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:  # noqa: ARG002
        (message,) = messages
        picture, text = message.parts
        assert isinstance(picture, Picture)
        assert isinstance(text, str)
        episode, state = self._episode, self._state
        self.told.append((text, PROTOCOL.prompt(episode.task.goal, tuple(episode.answers), episode.notes)))
        self.unlike.append(unlike(picture.png, state.png))
        self._state = next(self._states, state)
        last = self._state is state
        return Reply(text=state.questions[0].answer if last else episode.answers[-1])


def unlike(one: bytes, other: bytes) -> float:
    """The share of pixels that differ by more than shades at the edges of letters."""
    first, second = (np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int) for png in (one, other))
    return float((np.abs(first - second).max(-1) > 40).mean())


def test_a_visit_is_the_same_in_training_and_in_a_run(tmp_path: Path) -> None:
    """The same prompt, the same picture, up to the end; so the answers of training book the flight in a run."""
    size = Size(width=672, height=448)
    with Chromium() as chromium, FlightsSite() as site, FlightsTask(SEED) as task, Browser(viewport=size) as browser:
        page = SitePage(chromium.tab(100, 100), Viewport(672, 448))
        episode = flows.Episode(Random(0), page, site, SEED, others=0)
        episode.clumsy = 0.0
        task.setup(browser)
        model = Beside(episode)
        outcome = Agent(browser, model, protocol=PROTOCOL, limits=Limits(steps=60), runs=tmp_path).run(task.goal)
        assert task.check().passed, outcome.why
    assert [ours for ours, _ in model.told] == [theirs for _, theirs in model.told]
    assert max(model.unlike) < 0.0001
    assert any("scroll" in prompt for prompt, _ in model.told)
