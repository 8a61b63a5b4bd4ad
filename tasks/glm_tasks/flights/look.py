"""How the site looks, and how its fields behave."""

from random import Random
from typing import Literal, get_args

from glm_actions.frozen import Frozen

Layout = Literal["top", "column", "wizard", "sidebar"]
Font = Literal["sans", "system", "condensed", "serif", "mono"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)
FONTS: tuple[Font, ...] = get_args(Font)

_ACCENTS = (
    *("#1d4ed8", "#0f766e", "#b91c1c", "#7c3aed", "#c2410c", "#15803d"),
    *("#be185d", "#0369a1", "#4338ca", "#92400e", "#334155", "#0e7490"),
)


class Look(Frozen):
    """The appearance of one world."""

    layout: Layout
    dark: bool
    font: Font
    accent: str
    density: Literal["airy", "normal", "dense"]
    radius: int
    """Of corners, in pixels."""
    results: Literal["cards", "rows", "table"]
    sorting: Literal["buttons", "menu"]
    trip: Literal["radios", "tabs"]
    stepper: Literal["popup", "inline"]
    dates: Literal["short", "weekday", "numeric"]
    hours: Literal[12, 24]
    monday_first: bool
    popular: bool
    """A list of popular cities opens under an empty field."""
    marks: bool
    """A click on a field marks all of its text."""
    consent: Literal["bottom", "corner", "middle"]
    promos: Literal["none", "row", "grid"]


def look(rng: Random) -> Look:
    """Any of the appearances there are."""
    layout = rng.choice(LAYOUTS)
    return Look(
        layout=layout,
        dark=rng.random() < 0.35,
        font=rng.choice(FONTS),
        accent=rng.choice(_ACCENTS),
        density=rng.choice(("airy", "normal", "dense")),
        radius=rng.choice((0, 3, 6, 10, 16)),
        results="table" if layout == "sidebar" else rng.choice(("cards", "rows")),
        sorting=rng.choice(("buttons", "buttons", "menu")),
        trip=rng.choice(("radios", "tabs")),
        stepper=rng.choice(("popup", "popup", "inline")),
        dates=rng.choice(("short", "weekday", "numeric")),
        hours=rng.choice((12, 24, 24)),
        monday_first=rng.random() < 0.7,
        popular=rng.random() < 0.5,
        marks=rng.random() < 0.3,
        consent=rng.choice(("bottom", "corner", "middle")),
        promos=rng.choice(("none", "row", "grid")),
    )
