"""The pieces that drawn pages are made of. Each marks itself, so that it can be found once it is rendered."""

from html import escape
from random import Random

from glm_tasks.flights.data import MONTHS
from training.words import Writer

ICONS = {
    "close": "M5 5L19 19M19 5L5 19",
    "search": "M10 4a6 6 0 1 0 0.01 0M15 15L21 21",
    "menu": "M3 6H21M3 12H21M3 18H21",
    "plus": "M12 4V20M4 12H20",
    "minus": "M4 12H20",
    "check": "M4 12L10 18L20 6",
    "user": "M12 4a4 4 0 1 0 .01 0M4 21c0-6 16-6 16 0",
    "trash": "M4 7H20M9 7V4H15V7M6 7L7 21H17L18 7",
    "edit": "M4 20L5 15L16 4L20 8L9 19Z",
    "star": "M12 3L15 9L21 10L16.5 14L18 21L12 17L6 21L7.5 14L3 10L9 9Z",
    "heart": "M12 20L4 12C0 6 8 1 12 7C16 1 24 6 20 12Z",
    "home": "M3 12L12 4L21 12M6 10V20H18V10",
    "bell": "M6 17V11C6 3 18 3 18 11V17L20 18H4ZM10 21H14",
    "download": "M12 3V15M7 10L12 15L17 10M4 20H20",
    "left": "M15 4L7 12L15 20",
    "right": "M9 4L17 12L9 20",
    "mail": "M3 6H21V18H3ZM3 6L12 13L21 6",
    "gear": "M12 8a4 4 0 1 0 .01 0M12 2V5M12 19V22M2 12H5M19 12H22M5 5L7 7M17 17L19 19M5 19L7 17M17 7L19 5",
    "info": "M12 3a9 9 0 1 0 .01 0M12 11V17M12 7V8",
}


def marked(kind: str, label: str, inner: str | None = None, *, css: str = "", style: str = "", **data: str) -> str:
    """An element that can be asked for: its kind, its label, and what else is known of it."""
    extra = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    shown = escape(label) if inner is None else inner
    return f'<span class="{css}" style="{style}" data-k="{kind}" data-l="{escape(label)}"{extra}>{shown}</span>'


class Widgets:
    """Draws single controls with texts of one split."""

    def __init__(self, rng: Random, writer: Writer) -> None:
        self.rng = rng
        self.write = writer

    def maybe(self, chance: float) -> bool:
        """True with this chance."""
        return self.rng.random() < chance

    def text(self, label: str = "", css: str = "") -> str:
        """Plain text."""
        return marked("text", label or self.write.phrase(), css=css)

    def button(self, label: str = "") -> str:
        """A button in one of three weights."""
        return marked("button", label or self.write.label(), css="btn " + self.rng.choice(("", "", "o", "o", "g")))

    def link(self, label: str = "") -> str:
        """A link."""
        return marked("link", label or self.write.label(), css="lnk " + self.rng.choice(("", "n")))

    def icon(self, name: str = "") -> str:
        """An icon without a text."""
        name = name or self.rng.choice(tuple(ICONS))
        return marked("icon", name, f'<svg viewBox="0 0 24 24"><path d="{ICONS[name]}"/></svg>', css="ic")

    def icons(self, most: int) -> str:
        """Some different icons."""
        return "".join(map(self.icon, self.rng.sample(tuple(ICONS), self.rng.randint(0, most))))

    def lines(self, count: int, most: int = 7) -> str:
        """A paragraph, each line of which can be asked for."""
        rows = []
        for _ in range(count):
            words = " ".join(self.write.word() for _ in range(self.rng.randint(3, most)))[:46].strip()
            rows.append(f"<div>{self.text(words, self.rng.choice(('', '', 'm')))}</div>")
        return f'<div style="margin:5px 0">{"".join(rows)}</div>'

    def field(self, *, focused: bool = False, stacked: bool = True, label: str = "", width: int = 0) -> str:
        """A text field with its label above, beside or inside it; empty or filled."""
        label = label or self.write.label()
        width = width or self.rng.randint(120, 260)
        if self.maybe(0.15) and not focused:
            return self._box(label, f'<span class="ph">{escape(label)}</span>', width, focused=False)
        value = self.write.value() if self.maybe(0.4) else ""
        chosen = focused and bool(value) and self.maybe(0.4)
        box = self._box(label, self._inside(value, chosen=chosen), width, focused=focused, value=value, chosen=chosen)
        head = f'<span data-k="label" data-l="{escape(label)}">{escape(label)}</span>'
        return f'<div class="{"col" if stacked else "row"}" style="margin:4px 0">{head}{box}</div>'

    def _inside(self, value: str, *, chosen: bool) -> str:
        if not value:
            return f'<span class="ph">{escape(self.write.phrase()) if self.maybe(0.3) else ""}</span>'
        return f'<span data-k="value" data-l="{escape(value)}" class="{"mk" if chosen else ""}">{escape(value)}</span>'

    def _box(  # noqa: PLR0913
        self, label: str, inner: str, width: int, *, focused: bool, value: str = "", chosen: bool = False
    ) -> str:
        css = "inp" + (self.rng.choice((" f", " f u")) if focused else "")
        state = {"v": value, "f": "1" if focused else "", "c": "1" if chosen else ""}
        return marked("field", label, inner, css=css, style=f"width:{width}px", **state)

    def tick(self) -> str:
        """A checkbox or a radio button."""
        kind, label = self.rng.choice(("checkbox", "radio")), self.write.label()
        css = "ck" + (" r" if kind == "radio" else "") + (" on" if self.maybe(0.4) else "")
        inner = f'<span class="{css}"></span>{escape(label)}'
        return marked(kind, label, inner, style="display:inline-block;margin:3px 6px")

    def toggle(self) -> str:
        """A switch."""
        label = self.write.label()
        inner = f'{escape(label)}<span class="tg {"on" if self.maybe(0.5) else ""}"></span>'
        return marked("toggle", label, inner, style="display:inline-block;margin:4px")

    def dropdown(self) -> str:
        """A closed list of choices."""
        label = self.write.label()
        inner = f'<span>{escape(self.write.phrase(1))}</span> <span style="float:right">▾</span>'
        box = marked("select", label, inner, css="inp", style=f"width:{self.rng.randint(90, 180)}px")
        return f'<div class="row"><span data-k="label" data-l="{escape(label)}">{escape(label)}</span>{box}</div>'

    def tabs(self, count: int) -> str:
        """A row of tabs, one of them open."""
        current = self.rng.randrange(count)
        shown = (("tab on" if index == current else "tab") for index in range(count))
        return "".join(marked("tab", self.write.phrase(1), css=css) for css in shown)

    def bar(self) -> str:
        """The strip at the top of a site."""
        links = "".join(marked("link", self.write.label()) for _ in range(self.rng.randint(2, 4)))
        menu = self.icon("menu") if self.maybe(0.3) else ""
        right = f'<span style="margin-left:auto">{self.icons(3)}</span>'
        title = self.text(self.write.phrase(self.rng.choice((1, 2))), "b")
        return f'<div class="bar {self.rng.choice(("", "l"))}">{menu}{title}{links}{right}</div>'

    def banner(self) -> str:
        """A cookie banner in the way."""
        place = self.rng.choice(("left:0;right:0;bottom:0", "right:12px;bottom:12px", "left:0;right:0;top:0"))
        text = self.text(" ".join(self.write.word() for _ in range(5)))
        buttons = f"{self.button()} {self.button()}"
        shape = "row" if "left:0" in place else "col"
        css = f"position:absolute;{place};border-radius:0;z-index:9;box-shadow:0 0 9px #0006"
        return f'<div class="card {shape}" style="{css}">{text}<span>{buttons}</span></div>'

    def dialog(self, width: int, height: int) -> str:
        """A dialog over a darkened page."""
        wide = self.rng.randint(240, 420)
        left, top = self.rng.randint(10, max(11, width - wide - 10)), self.rng.randint(10, max(11, height - 300))
        body = self.field(width=200, focused=self.maybe(0.3)) if self.maybe(0.5) else self.tick()
        head = f'{self.text(self.write.phrase(2), "h2")}<span style="float:right">{self.icon("close")}</span>'
        feet = f'<div style="text-align:{self.rng.choice(("left", "right"))}">{self.button()}{self.button()}</div>'
        css = f"position:absolute;left:{left}px;top:{top}px;width:{wide}px;box-shadow:0 6px 24px #0008"
        return f'<div class="card" style="{css}">{head}{self.lines(self.rng.randint(1, 3), 5)}{body}{feet}</div>'

    def calendar(self) -> str:
        """A month to choose a day from."""
        first, days = self.rng.randrange(7), self.rng.choice((28, 30, 30, 31, 31))
        chosen, closed = self.rng.randint(1, days), self.rng.choice((0, 0, 5, 12))
        cells = [f'<span class="day m">{name}</span>' for name in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")]
        cells += ["<span></span>"] * first
        for day in range(1, days + 1):
            css = "day" + (" sel" if day == chosen else " off" if day <= closed else "")
            cells.append(marked("day", str(day), css=css))
        month = self.text(f"{self.rng.choice(MONTHS)} {self.rng.randint(2024, 2029)}", "b")
        turns = f"{self.icon('left')}{month}{self.icon('right')}"
        head = f'<div class="row" style="justify-content:space-between">{turns}</div>'
        return f'{head}<div class="grid">{"".join(cells)}</div>'
