"""The practice site as it might be on another day: twelve kinds of seeded drift."""

from random import Random
from typing import Any, Literal

from pydantic import Field

from glm_actions.frozen import Frozen
from glm_actions.geometry import Size
from glm_actions.surface import Observation
from glm_actions.surfaces.browser import Browser, Patience
from glm_tasks.flights import World


class Drift(Frozen):
    """One way in which the site has changed since the recording."""

    name: str
    ends: Literal["booked", "stopped"]
    """What a replay has to make of it."""
    script: str = ""
    """Runs in the page before every look, with an amount that the seed decides; does nothing where it has done it."""
    look: dict[str, Any] = Field(default_factory=dict)
    """Changes of the site's own appearance."""
    viewport: Size = Size(width=1280, height=720)

    def world(self, seed: int) -> World:
        """The world of the recording, looking as it does now."""
        world = World(seed, home_filled=True)
        dark = {"dark": not world.look.dark} if self.name == "theme" else {}
        world.look = world.look.model_copy(update=self.look | dark)
        return world


_ONCE = 'amount => {{ const one = name => document.querySelector(`[data-t="${{name}}"]`); {} }}'


def _script(body: str) -> str:
    return _ONCE.format(body)


DRIFTS = (
    Drift(
        name="moved",
        ends="booked",
        script=_script(
            "if (document.querySelector('.veil') || ['/checkout', '/confirmation'].includes(location.pathname)) return;"
            "document.querySelector('.middle').style.paddingTop = `${20 + amount}px`;"
        ),
    ),
    Drift(name="recoloured", ends="booked", look={"accent": "#7c3aed"}),
    Drift(
        name="renamed",
        ends="stopped",
        script=_script("if (one('book')) one('book').textContent = ['Donate', 'Erase', 'Bid'][amount % 3];"),
    ),
    Drift(
        name="removed",
        ends="stopped",
        script=_script("one('noseat')?.closest('label, button')?.remove(); one('noseat')?.remove();"),
    ),
    Drift(
        name="covered",
        ends="stopped",
        script=_script(
            "const aim = one('terms'); if (!aim || document.querySelector('.ad')) return;"
            "const ad = document.createElement('div'); ad.className = 'ad';"
            "ad.textContent = 'Today only: upgrade your seat!';"
            "const at = aim.getBoundingClientRect();"
            "ad.style.cssText = `position:fixed;left:0;right:0;top:${at.top - 20 - amount}px;height:${80 + amount}px;"
            "background:#fde047;color:black;z-index:99;padding:20px`;"
            "document.body.append(ad);"
        ),
    ),
    Drift(
        name="reordered",
        ends="booked",
        script=_script(
            "const first = one('card-1'), other = one(`card-${2 + amount % 2}`);"
            "if (first && other && !first.dataset.swapped) { first.dataset.swapped = '1'; other.after(first); }"
        ),
    ),
    Drift(
        name="slower",
        ends="booked",
        script=_script(
            "if (window.slow) return; window.slow = window.fetch;"
            "window.fetch = async (...all) => {"
            " await new Promise(done => setTimeout(done, 2100 + 2 * amount)); return window.slow(...all); };"
        ),
    ),
    Drift(
        name="price",
        ends="stopped",
        script=_script(
            "for (const price of document.querySelectorAll('.price')) {"
            " if (price.dataset.was) continue; price.dataset.was = '1';"
            " price.textContent = price.textContent.replace(/[0-9]/, digit => (Number(digit) + 1 + amount % 8) % 10); }"
        ),
    ),
    Drift(name="theme", ends="booked"),
    Drift(name="viewport", ends="stopped", viewport=Size(width=1366, height=768)),
    Drift(
        name="scrolled",
        ends="booked",
        script=_script(
            "if (location.pathname === '/results' && !window.turned) { window.turned = 1; scrollTo(0, 20 + amount); }"
        ),
    ),
    Drift(
        name="twin",
        ends="stopped",
        script=_script(
            "const button = one('book'); if (!button || document.querySelector('.twin')) return;"
            "const twin = button.cloneNode(true); twin.classList.add('twin'); delete twin.dataset.t;"
            "twin.addEventListener('click', event => { event.stopPropagation(); document.title = 'decoy clicked'; });"
            "button.before(twin);"
        ),
    ),
)


class Drifting(Browser):
    """A browser in which the site has changed."""

    def __init__(self, drift: Drift, seed: int) -> None:
        self._drift = drift
        self._amount = Random(f"{drift.name} {seed}").randrange(8, 40)
        super().__init__(viewport=drift.viewport, patience=Patience(change=2.0 if drift.name == "slower" else 0.3))

    def observe(self) -> Observation:
        seen = super().observe()
        if self._drift.script:
            self.evaluate(self._drift.script, self._amount)
            seen = super().observe()
        return seen
