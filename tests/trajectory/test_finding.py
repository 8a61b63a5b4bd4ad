"""What counts as the same on another screen, tried on pictures: a card with a button, drawn in two themes."""

import io

import pytest
from PIL import Image, ImageDraw, ImageFont

from glm_actions import Point
from glm_trajectory.alike import unchanged
from glm_trajectory.finding import find

BUTTON = Point((500, 500))
LIGHT, DARK = ("#f3f4f8", "white", "#d5d9e2", "#171a21"), ("#12151c", "#1c222c", "#2d3542", "#e8eaf0")


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def card(theme: tuple[str, str, str, str], price: str = "CHF 860.50", radius: int = 16, left: int = 60) -> bytes:
    """A card with a faint border, a picture that every theme shares, a price and a button."""
    page, paper, border, ink = theme
    image = Image.new("RGB", (2400, 960), page)  # four times as large, so that curves are smooth
    draw, font, x = ImageDraw.Draw(image), ImageFont.load_default(64), 4 * left
    draw.rounded_rectangle((x, 280, x + 1920, 680), 4 * radius, paper, border, 4)
    draw.polygon(((x + 160, 280), (x + 320, 280), (x + 480, 680), (x + 80, 680)), "#54627c")
    draw.rounded_rectangle((x + 760, 400, x + 1160, 560), 80, "#0f766e")
    draw.text((x + 960, 480), "Select", "white", font, "mm", stroke_width=1)
    draw.text((x + 1320, 440), price, ink, font, stroke_width=1)
    return png(image.reduce(4))


@pytest.mark.parametrize("radius", [0, 4, 8, 12, 16, 20])
def test_another_theme(radius: int) -> None:
    """Round corners, borders and the tips of pictures look different under another theme, and mean nothing."""
    found = find(card(LIGHT, radius=radius), card(DARK, radius=radius), BUTTON, strict=False)

    assert found.kind == "same", found.differences


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["the same theme", "another theme"])
@pytest.mark.parametrize("price", ["CHF 861.50", "CHF 86050", "CHF 8600.5", "CHF", "CHF 860.50 +"])
def test_another_price(theme: tuple[str, str, str, str], price: str) -> None:
    """A digit, a point or a sign beside the target keeps it from being clicked, under any theme."""
    assert not find(card(LIGHT), card(theme, price), BUTTON, strict=False).found


def badge(theme: tuple[str, str, str, str], price: str, colours: tuple[str, str]) -> bytes:
    """A button on a card, and a price in a badge that has the same colours under every theme."""
    page, paper, border, _ = theme
    image = Image.new("RGB", (2400, 960), page)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((240, 280, 2160, 680), 64, paper, border, 4)
    draw.rounded_rectangle((1000, 400, 1400, 560), 80, "#0f766e")
    draw.text((1200, 480), "Select", "white", ImageFont.load_default(64), "mm", stroke_width=1)
    draw.rectangle((1480, 430, 1780, 530), colours[0])
    draw.text((1528, 480), price, colours[1], ImageFont.load_default(48), "lm", stroke_width=1)
    return png(image.reduce(4))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["the same theme", "another theme"])
@pytest.mark.parametrize("colours", [("#fde68a", "#7c2d12"), ("#0f172a", "white"), ("#16a34a", "white")])
@pytest.mark.parametrize("price", ["CHF 880", "CHF 800", "CHF 360"])
def test_a_digit_in_a_badge(theme: tuple[str, str, str, str], colours: tuple[str, str], price: str) -> None:
    """One digit of twelve pixels is seen to be another, also where only the page round it has other colours."""
    recorded = badge(LIGHT, "CHF 860", colours)

    assert find(recorded, badge(theme, "CHF 860", colours), BUTTON, strict=False).found
    assert not find(recorded, badge(theme, price, colours), BUTTON, strict=False).found


def test_unchanged() -> None:
    """What looks pressed shows the same; another digit does not, nor does another page or another size."""
    before = badge(LIGHT, "CHF 860", ("#16a34a", "white"))

    assert unchanged(before, badge(LIGHT, "CHF 860", ("#15803d", "white")))
    assert not unchanged(before, badge(LIGHT, "CHF 880", ("#16a34a", "white")))
    assert not unchanged(before, badge(DARK, "CHF 860", ("#16a34a", "white")))
    assert not unchanged(before, png(Image.new("RGB", (300, 200))))


def test_elsewhere() -> None:
    """A card that has moved as a whole is found again."""
    found = find(card(LIGHT), card(LIGHT, left=83), BUTTON, strict=False)

    assert (found.kind, found.x, found.y) == ("moved", 23, 0)


def picture(theme: tuple[str, str, str, str], radius: int, *, name: str = "Cusco") -> bytes:
    """A card that begins with a picture of its own colour up to the faint border, and a name beside it."""
    page, paper, border, ink = theme
    image = Image.new("RGB", (2400, 960), page)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(64)
    draw.rounded_rectangle((600, 280, 1100, 700), 4 * radius, "#2d6b4f", border, 4)
    draw.arc((604, 284, 604 + 8 * radius, 284 + 8 * radius), 180, 270, "#9fb5ab", 2)  # as browsers smooth it
    draw.rectangle((600, 520, 1100, 700), paper)
    draw.text((1200, 480), name, ink, font, "lm", stroke_width=1)
    return png(image.reduce(4))


@pytest.mark.parametrize("radius", [6, 10, 16])
def test_the_corner_of_a_picture(radius: int) -> None:
    """A border that is lighter than both page and picture in one theme is nothing written; what is beside it is."""
    name = Point((560, 500))

    found = find(picture(DARK, radius), picture(LIGHT, radius), name, strict=False)
    assert found.kind == "same", found.differences
    assert not find(picture(DARK, radius), picture(LIGHT, radius, name="Cusca"), name, strict=False).found


def under_a_veil(theme: tuple[str, str, str, str], veil: int) -> bytes:
    """The card, dimmed by so many hundredths, below a dialog that leaves the button free."""
    with Image.open(io.BytesIO(card(theme))) as image:
        dim = Image.blend(image, Image.new("RGB", image.size, "#080c14"), veil / 100)
    draw, font = ImageDraw.Draw(dim), ImageFont.load_default(16)
    draw.rectangle((120, 180, 480, 232), "white")
    draw.text((300, 206), "Subscribe to our letter? Yes No", "black", font, "mm", stroke_width=1)
    return png(dim)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("veil", [35, 55, 75])
def test_a_dialog(theme: tuple[str, str, str, str], veil: int) -> None:
    """What lies under the veil of a dialog is not clicked, although it is to be seen."""
    assert not find(card(theme), under_a_veil(theme, veil), BUTTON, strict=False).found


def choice(fill: str, *, twice: bool = False) -> bytes:
    """Two buttons in one faint frame on a dark page, the second one filled; below it once more, if twice."""
    image = Image.new("RGB", (600, 240), "#1c222c")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(16)
    for top in (60, 120) if twice else (60,):
        draw.rectangle((256, top, 372, top + 38), fill)
        draw.rectangle((160, top, 372, top + 38), outline="#3b4351")
        draw.text((208, top + 19), "One-way", "#9aa4b2", font, "mm")
        draw.text((314, top + 19), "Round trip", "white", font, "mm")
    return png(image)


def test_a_border_of_what_has_another_colour() -> None:
    """It is lighter than one fill and darker than the other, and means nothing; another such block does."""
    one_way = Point((347, 330))
    red, purple = "#b91c1c", "#7c3aed"

    assert find(choice(red), choice(purple), one_way, strict=True).kind == "same"
    assert find(choice(red), choice(purple, twice=True), one_way, strict=True).kind == "different"


def offers(*prices: str, stripe: str = "white") -> bytes:
    """A list, each row with a price close to its button, every other row in another colour."""
    image = Image.new("RGB", (640, 320), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(16)
    for top, price in enumerate(prices):
        draw.rectangle((0, 50 * top + 12, 640, 50 * top + 61), "white" if top % 2 else stripe)
        draw.text((40, 50 * top + 28), f"Flight for {price}", "black", font)
        draw.text((555, 50 * top + 37), price, "black", font, "rm")
        draw.rounded_rectangle((560, 50 * top + 20, 620, 50 * top + 54), 6, "#b91c1c")
        draw.text((590, 50 * top + 37), "Pick", "white", font, "mm")
    return png(image)


@pytest.mark.parametrize("stripe", ["white", "#eef0f4", "#dbe3f4"])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_another_order(stripe: str, place: int) -> None:
    """In a list, the neighbours of a row do not matter, nor its colour if rows are striped; what stands in it does."""
    first, others = Point((922, 117)), ["$592", "$458", "$447"]
    recorded = offers("$585", *others, stripe=stripe)

    found = find(recorded, offers(*others[:place], "$585", *others[place:], stripe=stripe), first, strict=False)
    assert (found.kind, found.y) == ("moved", 50 * place)
    assert not find(
        recorded, offers(*others[:place], "$586", *others[place:], stripe=stripe), first, strict=False
    ).found


def departures(*flights: tuple[str, str], above: int = 0) -> bytes:
    """A wide list, each row with an airline far from its button, beside a bar that does not scroll."""
    image = Image.new("RGB", (1280, 400), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(16)
    for row, (airline, price) in enumerate(flights):
        top = 60 * row + 30 + above
        draw.text((180, top), airline, "black", font)
        draw.text((1120, top), price, "black", font, "ra")
        draw.text((1200, top), "Choose", "#b91c1c", font, stroke_width=1)
    draw.rectangle((0, 0, 150, 400), "#eef0f4")
    for row in range(6):
        draw.text((20, 70 * row + 20), f"Menu {row}", "black", font)
    return png(image)


def test_what_was_out_of_the_window() -> None:
    """What comes into the window by scrolling is the target only if all of its row is the same, however wide."""
    others = (("Red Kite", "$640"), ("Vela", "$731"), ("Dune Crane", "$480"), ("Westerly", "$418"))
    target = Point((957, 846))
    recorded = departures(("Juniper", "$390"), *others, ("Pacifica", "$512"))

    found = find(recorded, departures(*others, ("Pacifica", "$512"), above=20), target, strict=False, sought=True)
    assert (found.kind, found.y) == ("moved", -40)
    other = departures(*others, ("Skyway", "$512"), above=20)
    assert not find(recorded, other, target, strict=False, sought=True).found


def choices(ink: str, *, above: int = 0, footer: int = 0, words: str = "Data protection") -> bytes:
    """A page with a footer, and before it a banner with two buttons, the right one of them dark."""
    image = Image.new("RGB", (1280, 720), "#f3f4f8")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(16)
    draw.rectangle((0, 60 + above, 1280, 360 + above), "#92400e")
    draw.text((80, 120 + above), "The world is waiting", "white", ImageFont.load_default(28))
    for row, city in enumerate(("Bilbao", "Seattle", "Lima", "Oslo", "Cairo", "Hanoi")):
        draw.text((80, 180 + 24 * row + above), f"{city}, from {97 + 31 * row}", "white", font)
    draw.text((760, 682 + footer), words, "#475569", font)
    draw.rectangle((920, 560, 1260, 700), "white", "#d5d9e2")
    draw.text((1000, 650), "No, thanks", ink, font)
    draw.rectangle((1130, 634, 1244, 682), "#7c2d12")
    draw.text((1160, 650), "I agree", "white", font)
    return png(image)


AGREE, INK = Point((929, 914)), "#334155"


@pytest.mark.parametrize("ink", ["#7c3aed", "#0f766e", "#be123c"])
def test_a_word_in_another_colour(ink: str) -> None:
    """Its strokes differ clearly and what is between them not at all, and still it says the same."""
    assert find(choices(INK), choices(ink), AGREE, strict=False).kind == "same"


def test_a_line_that_has_slid_a_little() -> None:
    """It is still beside the target; one that has other words, or has moved by a line, is not."""
    assert find(choices(INK), choices(INK, footer=6), AGREE, strict=False).kind == "same"
    for seen in (choices(INK, footer=6, words="Data collection"), choices(INK, footer=14)):
        assert find(choices(INK), seen, AGREE, strict=False).kind == "different"


def test_a_line_that_has_left_the_window_with_the_page() -> None:
    """The page behind a banner has moved down, and its footer with it; another line in its place counts."""
    assert find(choices(INK), choices(INK, above=50, footer=50), AGREE, strict=False).kind == "same"
    other = choices(INK, above=50, words="Data collection")
    assert find(choices(INK), other, AGREE, strict=False).kind == "different"
