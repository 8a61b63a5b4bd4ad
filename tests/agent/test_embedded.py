"""The embedded model as it is shipped books flights that it has never been shown, from pixels alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from glm_actions import Size
from glm_actions.surfaces.browser import Browser
from glm_agent import build
from glm_agent.settings import Settings
from glm_backends.checkpoint import SHIPPED
from glm_backends.local import Local
from glm_tasks.flights import FlightsTask
from training import flows

pytestmark = pytest.mark.timeout(900)

SEEDS = (108, 113, 148, 167, 181)
VIEWPORT = Size(width=672, height=448)


@pytest.fixture(scope="module")
def model() -> Iterator[Local]:
    with Local(SHIPPED) as model:
        yield model


def test_it_books_what_it_was_never_shown(model: Local, tmp_path: Path) -> None:
    """Of five flights between cities that no training goal names, at least four are booked as asked, says the site."""
    assert set(SEEDS) <= set(flows.evaluation_seeds(len(SEEDS), min(SEEDS)))
    assert sum(booked(model, seed, tmp_path) for seed in SEEDS) >= 4


def booked(model: Local, seed: int, runs: Path) -> bool:
    """Whether the site has what the seed's goal asks for, and the run says that it is done."""
    with FlightsTask(seed) as task, Browser(viewport=VIEWPORT) as browser:
        task.setup(browser)
        outcome = build.agent(Settings(runs=runs), browser, model).run(task.goal)
        return outcome.ok and task.check().passed
