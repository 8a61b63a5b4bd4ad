"""A run as a film: each screenshot with the action drawn on it, and a line that says what and why."""

import io
import math
import shutil
import subprocess
import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple, cast

from PIL import GifImagePlugin, Image, ImageChops, ImageDraw, ImageFont

from glm_actions.errors import UsageError
from glm_actions.geometry import Pixel
from glm_trajectory.marks import Arrow, Caption, Mark, Ring, marks, place, words
from glm_trajectory.steps import Step
from glm_trajectory.store import Run

WIDTH = 960
_BAR = 64
_SHORTEST_S, _LONGEST_S = 0.8, 2.5
_FPS = 10
_COLOURS = 128
_PINK, _WHITE, _DARK, _SOFT = "#ff2d78", "#ffffff", "#171a21", "#b9c3d8"
_FONT, _SMALL = ImageFont.load_default(20), ImageFont.load_default(16)


class Shot(NamedTuple):
    """One picture of the film."""

    image: Image.Image
    seconds: float


def gif(run: Run, out: Path, width: int = WIDTH) -> None:
    """Write an animated GIF that repeats, so many pixels wide. Each picture holds what differs from the last one.

    Raises:
        UsageError: if there is nothing to film.
    """
    before: Image.Image | None = None
    with out.open("wb") as file:
        for shot in _shots(run, width):
            box = _changed(before, shot.image) if before else (0, 0, *shot.image.size)
            part = shot.image.crop(box).quantize(_COLOURS)
            if before is None:
                file.writelines(GifImagePlugin.getheader(part.copy(), info={"loop": 0})[0])
            file.writelines(
                GifImagePlugin.getdata(part, box[:2], duration=shot.seconds * 1000, include_color_table=True)
            )
            before = shot.image
        file.write(b";")


def webm(run: Run, out: Path, width: int = WIDTH) -> None:
    """Write a WebM film with ffmpeg, so many pixels wide.

    Raises:
        UsageError: if ffmpeg is missing, or refuses, or if there is nothing to film.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        raise UsageError("ffmpeg is missing, which makes WebM. Install it, or export --to gif.")
    shots = _shots(run, width)
    first = next(shots)
    size = f"{first.image.width}x{first.image.height}"
    source = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(_FPS), "-i", "-")
    coding = ("-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p", "-crf", "34", "-b:v", "0", "-deadline", "realtime")
    command = [program, "-loglevel", "error", "-y", *source, *coding, "-cpu-used", "6", "-f", "webm", str(out)]
    with tempfile.TemporaryFile() as told:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=told) as ffmpeg:  # noqa: S603
            _feed(cast("IO[bytes]", ffmpeg.stdin), chain((first,), shots))
        if ffmpeg.returncode:
            told.seek(0)
            raise UsageError(f"ffmpeg cannot make {out}: {told.read().decode(errors='replace').strip()}")


def _feed(pipe: IO[bytes], shots: Iterable[Shot]) -> None:
    """Write picture after picture. Who no longer listens says why."""
    with suppress(BrokenPipeError), pipe:
        for shot in shots:
            pixels = shot.image.tobytes()
            for _ in range(max(1, round(shot.seconds * _FPS))):
                pipe.write(pixels)


def _changed(before: Image.Image, after: Image.Image) -> tuple[int, int, int, int]:
    """The rectangle that differs, or a single pixel if none does."""
    return ImageChops.difference(before, after).getbbox() or (0, 0, 1, 1)


def _shots(run: Run, width: int) -> Iterator[Shot]:
    """The pictures, made one at a time, so that a long run needs no more memory than a short one."""
    if not run.steps:
        raise UsageError(f"{run.folder} holds no screenshot yet, so there is nothing to film.")
    yield from _filmed(run, 2 * round(width / 2))


def _filmed(run: Run, width: int) -> Iterator[Shot]:
    focus, began, size = None, run.events[0].at, None
    for step in run.steps:
        with Image.open(io.BytesIO(run.screen(step.observed.screen))) as png:
            screen = png.convert("RGB")
        size = size or (width, 2 * round(screen.height * width / screen.width / 2))
        ends = step.events[-1].at
        yield Shot(_drawn(step, screen, size, focus), min(_LONGEST_S, max(_SHORTEST_S, ends - began)))
        began, focus = ends, place(step) or focus


def _drawn(step: Step, screen: Image.Image, size: tuple[int, int], focus: Pixel | None) -> Image.Image:
    """The screenshot at the film's size, its marks, and the line below."""
    image = Image.new("RGB", (size[0], size[1] + _BAR), _DARK)
    image.paste(screen.resize(size, Image.Resampling.LANCZOS))
    pen = ImageDraw.Draw(image)
    across, down = size[0] / screen.width, size[1] / screen.height
    for mark in marks(step, focus):
        _draw(pen, mark, across, down, size[0])
    said = words(step.action) if step.action else "No valid answer"
    pen.text((16, size[1] + 8), _cut(f"{step.observed.step}  {said}", _FONT, size[0] - 32), _WHITE, _FONT)
    pen.text((16, size[1] + 36), _cut(step.decided.reason if step.decided else "", _SMALL, size[0] - 32), _SOFT, _SMALL)
    return image


def _draw(pen: ImageDraw.ImageDraw, mark: Mark, across: float, down: float, width: int) -> None:
    if isinstance(mark, Ring):
        _ring(pen, mark.x * across, mark.y * down)
    elif isinstance(mark, Arrow):
        _arrow(pen, (mark.x * across, mark.y * down), (mark.to_x * across, mark.to_y * down))
    elif mark.x is not None and mark.y is not None:
        _label(pen, mark, mark.x * across, mark.y * down, width)


def _ring(pen: ImageDraw.ImageDraw, x: float, y: float) -> None:
    for radius, colour, width in ((17, _WHITE, 6), (16, _PINK, 3), (4, _PINK, 4)):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=width)


def _arrow(pen: ImageDraw.ImageDraw, start: tuple[float, float], end: tuple[float, float]) -> None:
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    head = [(end[0] + math.cos(angle + turn) * 14, end[1] + math.sin(angle + turn) * 14) for turn in (2.6, -2.6)]
    for colour, width in ((_WHITE, 8), (_PINK, 4)):
        pen.line((*start, *end), colour, width)
        pen.polygon([end, *head], fill=_PINK, outline=colour)


def _label(pen: ImageDraw.ImageDraw, mark: Caption, x: float, y: float, width: int) -> None:
    text = _cut(mark.text, _SMALL, width // 2)
    left, top, right, bottom = pen.textbbox((x, y + 20), text, _SMALL)
    pen.rounded_rectangle((left - 8, top - 5, right + 8, bottom + 5), 6, _PINK, _WHITE)
    pen.text((x, y + 20), text, _WHITE, _SMALL)


def _cut(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    """The first line of a text, as far as it fits."""
    line = " ".join(text.split())[:width]
    if font.getlength(line) <= width:
        return line
    fits = bisect_right(range(len(line)), float(width), key=lambda end: font.getlength(f"{line[:end]}…"))
    return f"{line[: max(0, fits - 1)]}…"
