"""Draws generic pages: forms, tables, lists, menus, dialogs, settings, calendars, carts, wizards, cookie banners."""

from collections.abc import Callable
from html import escape
from random import Random
from typing import NamedTuple

from training import looks
from training.widgets import Widgets, marked
from training.words import Split, Writer


class Viewport(NamedTuple):
    """A size of a window, in CSS pixels."""

    width: int
    height: int


VIEWPORTS = (Viewport(672, 448), Viewport(800, 600), Viewport(1280, 720))


class Drawing(NamedTuple):
    """A page to render, and whether it is still loading."""

    style: str
    html: str
    loading: bool = False


class Painter:
    """Draws whole pages.

    Args:
        rng: Where chance comes from.
        split: Which words may appear.
        viewport: How large the pages are.
        unseen: Draw in looks and arrangements that training never shows.
    """

    def __init__(self, rng: Random, split: Split, viewport: Viewport = VIEWPORTS[0], *, unseen: bool = False) -> None:
        self.rng = rng
        self.write = Writer(rng, split)
        self.draw = Widgets(rng, self.write)
        self.viewport = viewport
        self.unseen = unseen
        self._kinds: dict[str, Callable[[], str]] = {
            "form": self._form,
            "table": self._table,
            "sidebar": self._sidebar,
            "article": self._article,
            "settings": self._settings,
            "dialog": self._dialog,
            "results": self._results,
            "menu": self._menu,
            "list": self._list,
            "calendar": self._calendar,
            "cart": self._cart,
            "wizard": self._wizard,
            "scatter": self._scatter,
        }

    def page(self) -> Drawing:
        """One page of any kind."""
        style = looks.style(self.rng, unseen=self.unseen)
        if not self.unseen and self.draw.maybe(0.025):
            return Drawing(style, self._loading(), loading=True)
        kind = (
            "tiles" if self.unseen and self.draw.maybe(0.6) else self.rng.choice((*self._kinds, "scatter", "scatter"))
        )
        body = self._tiles() if kind == "tiles" else self._kinds[kind]()
        top = self.draw.bar() if kind not in {"dialog", "scatter"} and self.draw.maybe(0.6) else ""
        over = self.draw.banner() if self.draw.maybe(0.08) else ""
        shift = self.rng.choice((0, 0, 0, self.rng.randint(0, 60)))
        return Drawing(
            style, f'<div style="position:relative;margin-top:-{shift}px;height:100%">{top}{body}</div>{over}'
        )

    def _padded(self, inner: str, most: int = 100) -> str:
        return f'<div style="padding:{self.rng.randint(6, 22)}px {self.rng.randint(8, most)}px">{inner}</div>'

    def _many(self, make: Callable[[], str], low: int, high: int, gap: str = "") -> str:
        return gap.join(make() for _ in range(self.rng.randint(low, high)))

    def _form(self) -> str:
        count = self.rng.randint(2, 5)
        focused = self.rng.randrange(count) if self.draw.maybe(0.5) else -1
        stacked, columns = self.draw.maybe(0.6), self.rng.choice((1, 1, 2))
        fields = "".join(self.draw.field(stacked=stacked, focused=index == focused) for index in range(count))
        feet = f"{self._many(self.draw.tick, 0, 3)}<div>{self._many(self.draw.button, 1, 3)} {self.draw.link()}</div>"
        return self._padded(f'{self.draw.text(css="h")}<div style="columns:{columns}">{fields}</div>{feet}', 120)

    def _table(self) -> str:
        columns, rows = self.rng.randint(2, 4), self.rng.randint(3, 8)
        actions = [self.write.phrase(1) for _ in range(self.rng.choice((0, 0, 1, 1, 2)))]
        heads = "".join(f"<th>{self.draw.text(self.write.phrase(1))}</th>" for _ in range(columns))
        body = "".join(self._row(columns, actions) for _ in range(rows))
        tools = f"{self.draw.text(css='h')} {self.draw.button()} {self.draw.icons(4)}"
        return self._padded(f"{tools}<table><tr>{heads}</tr>{body}</table>", 30)

    def _row(self, columns: int, actions: list[str]) -> str:
        name = self.write.name() if self.draw.maybe(0.5) else self.write.phrase(self.rng.choice((1, 2)))
        cells = [self.draw.text(name), *(self.draw.text(self.write.value(), "m") for _ in range(columns - 1))]
        buttons = "".join(self._row_button(label, name, first=not index) for index, label in enumerate(actions))
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + f"<td>{buttons}</td></tr>"

    def _row_button(self, label: str, row: str, *, first: bool) -> str:
        css = "btn o s" if first else "lnk"
        return marked("rowbutton", label, css=css, style="margin:0 3px;padding:2px 7px", row=row)

    def _sidebar(self) -> str:
        entries = self._many(lambda: f'<div style="padding:5px 0">{marked("menuitem", self.write.label())}</div>', 4, 9)
        height = self.viewport.height + 12
        side = f'<div class="card" style="width:{self.rng.randint(110, 160)}px;height:{height}px">{entries}</div>'
        cards = self._many(self._card, 2, 6)
        wide = f"display:flex;flex-wrap:wrap;width:{self.viewport.width - 190}px"
        main = f'{self.draw.text(css="h")}<div style="{wide}">{cards}</div>'
        return f'<div style="display:flex">{side}<div style="padding:8px">{main}</div></div>'

    def _card(self) -> str:
        foot = self.draw.button() if self.draw.maybe(0.6) else self.draw.link()
        value = self.draw.text(self.write.value(), self.rng.choice(("h", "m")))
        head = self.draw.text(self.write.phrase(1), "h2")
        style = f"width:{self.rng.randint(130, 230)}px;margin:5px"
        return f'<div class="card" style="{style}">{head}<div>{value}</div>{foot}</div>'

    def _article(self) -> str:
        byline = f"{self.draw.text(self.write.name(), 'm')} {self.draw.text(self.write.value(), 'm')}"

        def part() -> str:
            button = self.draw.button() if self.draw.maybe(0.2) else ""
            return self.draw.lines(self.rng.randint(2, 4)) + (self.draw.link() if self.draw.maybe(0.7) else "") + button

        return self._padded(
            f'{self.draw.text(self.write.phrase(3), "h")}<div class="s">{byline}</div>{self._many(part, 2, 5)}'
        )

    def _settings(self) -> str:
        makers = (self.draw.tick, self.draw.toggle, self.draw.dropdown, lambda: self.draw.field(stacked=False))
        rows = self._many(lambda: f'<div style="margin:6px 0">{self.rng.choice(makers)()}</div>', 4, 8)
        return self._padded(f"{self.draw.tabs(self.rng.randint(2, 5))}{rows}{self.draw.button()} {self.draw.button()}")

    def _dialog(self) -> str:
        words = "".join(f"<div>{escape(' '.join(self.write.word() for _ in range(9)))}</div>" for _ in range(16))
        back = f'<div style="padding:8px;opacity:.5">{words}</div><div class="veil"></div>'
        return back + self.draw.dialog(*self.viewport)

    def _results(self) -> str:
        def hit() -> str:
            words = " ".join(self.write.word() for _ in range(6))[:46].strip()
            return f'<div style="margin:8px 0">{self.draw.link()}<div>{self.draw.text(words, "m s")}</div></div>'

        box = f'<div class="row">{self.draw.field(width=240, focused=self.draw.maybe(0.3))}{self.draw.button()}</div>'
        return self._padded(box + self._many(hit, 3, 7), 60)

    def _menu(self) -> str:
        left, top = self.rng.randint(10, self.viewport.width - 230), self.rng.randint(40, self.viewport.height // 2)
        entries = self._many(lambda: marked("menuitem", self.write.label(), css="mi"), 3, 8)
        page = f"{self._many(self.draw.button, 2, 4)}{self.draw.lines(6)}{self.draw.lines(5)}"
        return self._padded(page, 12) + f'<div class="pop" style="left:{left}px;top:{top}px">{entries}</div>'

    def _list(self) -> str:
        action = self.write.phrase(1)

        def entry() -> str:
            name = self.write.name() if self.draw.maybe(0.5) else self.write.phrase(2)
            texts = f'<div class="col">{self.draw.text(name, "b")}{self.draw.text(self.write.value(), "m s")}</div>'
            price = self.draw.text(self.write.number(), "h2")
            inner = texts + price + self._row_button(action, name, first=True)
            return f'<div class="card row" style="margin:5px 0;justify-content:space-between">{inner}</div>'

        return self._padded(self.draw.text(css="h2") + self._many(entry, 3, 7), 80)

    def _calendar(self) -> str:
        place = f"left:{self.rng.randint(8, self.viewport.width - 300)}px;top:{self.rng.randint(60, 140)}px"
        field = self.draw.field(focused=self.draw.maybe(0.5))
        page = f"{field}{self.draw.button()}{self.draw.lines(4)}"
        return self._padded(page) + f'<div class="pop" style="padding:8px;{place}">{self.draw.calendar()}</div>'

    def _cart(self) -> str:
        def entry() -> str:
            count = f"{self.draw.icon('minus')}{self.draw.text(str(self.rng.randint(1, 9)))}{self.draw.icon('plus')}"
            name = self.write.phrase(2)
            remove = self._row_button("Remove", name, first=False)
            price = self.draw.text(self.write.number())
            return f'<div class="row" style="margin:6px 0">{self.draw.text(name)}{count}{price}{remove}</div>'

        sums = self.draw.text(self.write.phrase(1), "b") + self.draw.text(self.write.number(), "h2")
        total = f'<div class="row">{sums}</div>'
        return self._padded(
            self.draw.text(css="h") + self._many(entry, 2, 6) + total + self.draw.button() + self.draw.link()
        )

    def _wizard(self) -> str:
        steps = "".join(
            f"<span>{number}</span>{self.draw.text(self.write.phrase(1), 'm')}"
            for number in range(1, self.rng.randint(3, 5))
        )
        body = self._many(self.rng.choice((self.draw.field, self.draw.tick, self.draw.toggle)), 2, 4, "<br>")
        feet = f"{self.draw.button()}{self.draw.button()}"
        return self._padded(f'<div class="row">{steps}</div>{self.draw.text(css="h2")}<div>{body}</div>{feet}')

    def _tiles(self) -> str:
        def tile() -> str:
            head = f"{self.draw.text(self.write.phrase(1), 'h2')}<div>{self.draw.text(self.write.value(), 'h')}</div>"
            inner = f"{head}{self.draw.lines(2, 4)}{self.draw.button()}<div>{self.draw.link()}</div>"
            style = f"width:{self.rng.randint(180, 205)}px;text-align:center;margin:4px"
            return f'<div class="card" style="{style}">{inner}</div>'

        tiles = f'<div style="display:flex;flex-wrap:wrap">{self._many(tile, 3, 6)}</div>'
        return f'<div style="text-align:center;padding:6px">{self.draw.tabs(3)}{tiles}{self.draw.tick()}</div>'

    def _scatter(self) -> str:
        columns, rows = self.rng.randint(2, 4), self.rng.randint(5, 10)
        width, height = self.viewport.width / columns, self.viewport.height / rows
        pieces = []
        for column in range(columns):
            for row in range(rows):
                if self.draw.maybe(0.85):
                    left, top = (
                        (column + self.rng.uniform(0.02, 0.35)) * width,
                        (row + self.rng.uniform(0, 0.4)) * height,
                    )
                    size = self.rng.choice((0.85, 1, 1, 1, 1.2))
                    css = f"position:absolute;left:{left:.0f}px;top:{top:.0f}px;font-size:{size}em"
                    pieces.append(f'<div style="{css}">{self._piece()}</div>')
        return "".join(pieces)

    def _piece(self) -> str:
        draw = self.draw
        makers = (
            *(draw.button, draw.button, draw.link, draw.icon, draw.tick, draw.toggle, draw.text),
            *(lambda: draw.text(self.write.value()), lambda: draw.text(self.write.any_string())),
            lambda: draw.field(width=self.rng.randint(80, 150), stacked=False),
        )
        return self.rng.choice(makers)()

    def _loading(self) -> str:
        word = self.rng.choice(("Loading", "Loading…", "Please wait", "One moment", "Searching…", ""))
        note = f'<div style="text-align:center">{self.draw.text(word, "m") if word else ""}</div>'
        spinner = '<div class="spin"></div>'
        bones = "".join(f'<div class="bone" style="height:{self.rng.randint(12, 60)}px"></div>' for _ in range(5))
        middle = self.rng.choice((spinner + note, spinner + note, bones + note, spinner))
        top = self.draw.bar() if self.draw.maybe(0.6) else ""
        return top + f'<div style="padding:{self.rng.randint(20, 150)}px 60px">{middle}</div>'
