"""Clicks only what was seen: while somebody decides, an answer from a server may put something else there."""

import io
import time

from glm_actions.geometry import Frame, Point
from glm_actions.surface import MOVED_ON
from glm_actions.surfaces.hands import Hands, Window
from glm_actions.surfaces.picture import size_of
from glm_actions.vocabulary import Action, Hover, Scroll

_REACH = 16
"""Pixels round a point that have to be as they were seen."""
_CLEAR, _MUCH = 16, 0.05
"""Grey levels, and the share of those pixels: a caret that blinks is less."""


class AimedHands(Hands):
    """Hands that look once more where a request has begun or ended since a look that nothing was done after."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._seen_at = 0.0
        self._kept: Action | None = None

    def looked(self, png: bytes, age_s: float) -> None:
        """Take in what was seen, so long ago."""
        self._seen, self._seen_at = png, time.monotonic() - age_s

    async def act(self, action: Action) -> str:
        """Perform an action, unless what it points at has changed. Wanted once more, it is performed all the same."""
        if action != self._kept and await self._moved_on(action):
            self._kept = action
            return MOVED_ON
        self._kept = None
        try:
            return await self.perform(action)
        finally:
            self._seen = b""

    async def _moved_on(self, action: Action) -> bool:
        point = getattr(action, "start_box", None)
        if not isinstance(point, Point) or isinstance(action, Hover | Scroll):
            return False
        if not self._seen or self._window.tabs.shown.stirred < self._seen_at:
            return False
        return _differ(self._seen, await self._window.capture(), point)


def _differ(seen: bytes, now: bytes, point: Point) -> bool:
    """Whether two screenshots show something else round a point."""
    from PIL import Image, ImageChops

    with Image.open(io.BytesIO(seen)) as before, Image.open(io.BytesIO(now)) as after:
        if before.size != after.size:
            return True
        place = Frame.whole(size_of(seen)).pixel(point)
        x, y = int(place.x), int(place.y)
        box = (x - _REACH, y - _REACH, x + _REACH, y + _REACH)
        changed = ImageChops.difference(before.convert("L").crop(box), after.convert("L").crop(box))
    clear = sum(changed.histogram()[_CLEAR:])
    return clear > _MUCH * (2 * _REACH) ** 2
