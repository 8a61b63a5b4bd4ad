"""The desktop's own time per step, capture, settling and click, beside bare mss and pyautogui in the same run.

Both click the same rows of a real program in turn, on the same virtual display, with pyautogui's pauses off. The bare
loop takes a picture at once, whether the last click shows yet or not; ours waits until it does and nothing moves.

    python bench/desktop_step.py [--steps 60] [--rounds 4]
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable

import mss
import mss.tools
from PIL import Image

from glm_actions.geometry import Pixel, Point, Size
from glm_actions.surfaces.desktop import Desktop
from glm_actions.surfaces.x11.virtual import VirtualDisplay
from glm_actions.vocabulary import LeftClick
from glm_tasks.contacts import ContactsTask

SIZE = Size(width=1280, height=800)
NOWHERE = Point((980, 950))
"""The bare background: a click there shows nothing."""
Encode = Callable[[mss.ScreenShot], bytes]


def main() -> None:
    """Measure in turns, so that all loops meet the same machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=4)
    arguments = parser.parse_args()
    took: dict[str, list[float]] = {}
    with VirtualDisplay(SIZE), Desktop() as desktop, ContactsTask(0) as task:
        task.setup(desktop)
        told = task._told()  # noqa: SLF001
        rows = [Pixel(x=told[name]["x"], y=told[name]["y"]) for name in list(told) if name.startswith("row-")][:4]
        points = [desktop.frame.point(row) for row in rows]
        for _ in range(arguments.rounds):
            for name, encode in (("bare, mss.tools", by_mss), ("bare, Pillow level 1", by_pillow)):
                took.setdefault(name, []).extend(bare(rows, encode, arguments.steps))
            took.setdefault("glm-agent", []).extend(ours(desktop, points, arguments.steps))
            took.setdefault("glm-agent, nothing shows", []).extend(ours(desktop, [NOWHERE], arguments.steps // 6))
    report(took)


def ours(desktop: Desktop, points: list[Point], steps: int) -> list[float]:
    """Seconds of each step of ours."""
    seconds = []
    for number in range(steps):
        started = time.perf_counter()
        desktop.observe()
        desktop.perform(LeftClick(start_box=points[number % len(points)]))
        seconds.append(time.perf_counter() - started)
    return seconds[2:]


def bare(rows: list[Pixel], encode: Encode, steps: int) -> list[float]:
    """Seconds of each step of the loop that one writes without a framework."""
    import pyautogui

    pyautogui.PAUSE = 0
    seconds = []
    with mss.MSS() as screen:
        for number in range(steps):
            started = time.perf_counter()
            encode(screen.grab(screen.monitors[1]))
            pyautogui.click(rows[number % len(rows)].x, rows[number % len(rows)].y)
            seconds.append(time.perf_counter() - started)
    return seconds[2:]


def by_mss(shot: mss.ScreenShot) -> bytes:
    """As mss's own documentation encodes it."""
    return mss.tools.to_png(shot.rgb, shot.size) or b""


def by_pillow(shot: mss.ScreenShot) -> bytes:
    """As quickly as Pillow can."""
    encoded = io.BytesIO()
    Image.frombuffer("RGB", tuple(shot.size), shot.bgra, "raw", "BGRX", 0, 1).save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()


def report(took: dict[str, list[float]]) -> None:
    """Print a line for each loop, and how ours compares."""
    for name, seconds in took.items():
        tenths = statistics.quantiles(seconds, n=10)
        median = statistics.median(seconds)
        print(f"{name:<26} {len(seconds):>4} steps  median {median * 1000:.1f} ms  p90 {tenths[-1] * 1000:.1f} ms")
    for name in ("bare, mss.tools", "bare, Pillow level 1"):
        ratio = statistics.median(took["glm-agent"]) / statistics.median(took[name])
        print(f"ratio of the medians, to {name}: {ratio:.2f}")


if __name__ == "__main__":
    main()
