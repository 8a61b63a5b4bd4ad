"""Types secrets into pages: only where they belong, and so that no screenshot shows them.

A page is asked where its focus is, and a page may lie. So each frame on the way says itself that it has the focus, in
its own world, and the origin of the last one is the browser's word, not the page's. A value goes to the page at once,
not key by key, so that the focus cannot be moved in between.
"""

from collections.abc import Iterable
from typing import Any

from glm_actions.secrets import Secret, Secrets, origin_of
from glm_actions.surface import Observation

_FOCUSED = """
() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  return document.hasFocus() ? one : null;
}
"""
_COVER = "element => element.style?.setProperty('-webkit-text-security', 'disc', 'important')"
_COVER_VALUES = f"""
values => {{
  const cover = {_COVER};
  const bare = text => text.replace(/[\\s-]/g, '');
  const wanted = values.map(bare);
  const shows = text => {{ const said = bare(text); return wanted.some(value => said.includes(value)); }};
  const look = root => {{
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {{
      if (node.shadowRoot) look(node.shadowRoot);
      if (node.nodeType === Node.TEXT_NODE ? shows(node.data) : node.matches('input, textarea') && shows(node.value))
        cover(node.parentElement && node.nodeType === Node.TEXT_NODE ? node.parentElement : node);
    }}
  }};
  look(document);
}}
"""


class SecretTyping:
    """Types the secrets of one browser, and covers them up.

    Args:
        secrets: What may be typed.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self.offered: tuple[str, ...] = ()
        """Names of those that may be typed on the page that was seen last."""
        self._secrets = Secrets(secrets)

    async def type(self, page: Any, name: str) -> str:
        """Type one secret where the focus is; give a note if it may not be typed there."""
        frame, element = await _focused(page)
        here, secret = origin_of(frame.url) if frame else "", self._secrets.get(name)
        if secret is None or secret.origin != here:
            whose = f"belongs to {secret.origin}" if secret else "was not supplied"
            return f"The secret {name} {whose}, so it was not typed on {here or 'this page'}."
        await element.evaluate(_COVER)
        await page.keyboard.insert_text(_value(secret))
        return ""

    async def cover(self, page: Any) -> None:
        """Show dots wherever a page shows a secret of its own origin."""
        for frame in page.frames if self._secrets else ():
            if own := self._secrets.of([origin_of(frame.url)]):
                await frame.evaluate(_COVER_VALUES, [_value(secret) for secret in own])

    def offer(self, page: Any) -> str:
        """What to tell the model of the secrets that belong to a page or a frame in it; empty if that is no news."""
        before = self.offered
        self.offered = tuple(secret.name for secret in self._secrets.of(origin_of(frame.url) for frame in page.frames))
        if self.offered == before:
            return ""
        names = ", ".join(f"<secret:{name}>" for name in self.offered)
        return f"To type a secret here, type its name: {names}." if names else "No secret can be typed here."

    def hide(self, seen: Observation) -> Observation:
        """A look at the screen with names in place of values."""
        hide = self._secrets.hide
        tabs = tuple(tab.model_copy(update={"title": hide(tab.title), "url": hide(tab.url)}) for tab in seen.tabs)
        texts = {name: hide(getattr(seen, name)) for name in ("title", "url", "storage")}
        notices = tuple(map(hide, seen.notices))
        return seen.model_copy(update={**texts, "tabs": tabs, "notices": notices, "secrets": self.offered})


def _value(secret: Secret) -> str:
    return secret.value.get_secret_value()


async def _focused(page: Any) -> tuple[Any, Any]:
    """The frame that has the focus, and the element in it; None if a frame on the way says that it has not."""
    frame = page.main_frame
    while True:
        element = (await frame.evaluate_handle(_FOCUSED)).as_element()
        if element is None:
            return None, None
        inner = await element.content_frame()
        if inner is None:
            return frame, element
        frame = inner
