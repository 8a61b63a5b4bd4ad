"""Exports are what other programs read: each is opened by a program that is not ours, or checked by its schema."""

import base64
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import atif as schema
import pytest
from PIL import Image

from glm_actions import Point, UsageError
from glm_actions.surfaces.drawn import DrawnScreen
from glm_actions.vocabulary import Fail, LeftClick
from glm_agent import Agent
from glm_agent.exporting import FORMS
from glm_backends import Scripted
from glm_trajectory import Decided, Journal, Run, RunStarted, load
from glm_trajectory.exports import EXPORTS, atif, export, gif, sft, webm
from tests.trajectory.conftest import ANSWERS

FFMPEG = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="WebM needs ffmpeg")


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_gif_shows_every_step(run: Run, tmp_path: Path) -> None:
    """A GIF has a picture for each step, with the ring where the click was and long enough to see."""
    gif(run, tmp_path / "run.gif")

    with Image.open(tmp_path / "run.gif") as film:
        assert film.n_frames == len(ANSWERS)  # type: ignore[attr-defined]
        assert film.info["duration"] >= 800
        red, green, blue = film.convert("RGB").getpixel((480 + 15, 274))  # type: ignore[misc]
    assert red > 200
    assert green < 120
    assert blue < 200


@FFMPEG
def test_a_webm_is_a_film(run: Run, tmp_path: Path) -> None:
    """Ffmpeg reads back a film of the right size that lasts as long as its steps are shown."""
    webm(run, tmp_path / "run.webm")
    read = subprocess.run(
        ["ffmpeg", "-i", str(tmp_path / "run.webm"), "-f", "null", "-"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )

    assert read.returncode == 0
    assert "vp9" in read.stderr
    assert "960x784" in read.stderr
    seconds = re.search(r"Duration: 00:00:(\d+\.\d+)", read.stderr)
    assert seconds
    assert float(seconds[1]) >= 0.79 * len(ANSWERS)


@pytest.mark.parametrize("form", ["gif", pytest.param("webm", marks=FFMPEG)])
def test_a_film_of_a_long_run_needs_no_more_memory(run: Run, tmp_path: Path, form: str) -> None:
    """Pictures are written one at a time: 28 of them, 2 MB each, take no more memory than 7 do."""
    code = """
import resource, sys
from pathlib import Path
from glm_trajectory import load
from glm_trajectory.exports import export

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

run, form, out = load(Path(sys.argv[1])), sys.argv[2], Path(sys.argv[3])
long = run.model_copy(update={"events": run.events[:1] + 4 * run.events[1:-1]})
export(run, form, out)
short = peak()
export(long, form, out)
print(peak() - short)
"""
    command = [sys.executable, "-c", code, str(run.folder), form, str(tmp_path / "film")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert int(done.stdout) < 20


@FFMPEG
@pytest.mark.parametrize("form", ["gif", "webm"])
def test_a_film_of_another_width(run: Run, tmp_path: Path, form: str) -> None:
    """A film is as wide as it is told to be; where that is odd, a pixel less, which every player can show."""
    export(run, form, tmp_path / "film", width=321)
    command = ["ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", "film"]
    read = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)

    assert read.stdout.strip() == "320,304"


def test_a_width_is_for_pictures_alone(run: Run, tmp_path: Path) -> None:
    """A form that other programs read keeps screenshots as they are, and says so."""
    with pytest.raises(UsageError, match="gif, html, webm: sft keeps"):
        export(run, "sft", tmp_path / "out", width=400)


def test_a_page_with_small_screenshots(run: Run, tmp_path: Path) -> None:
    """Screenshots in a page are no wider than they are allowed to be, and never made larger."""
    for width, expected in ((200, 200), (2000, 400)):
        export(run, "html", tmp_path / "page.html", width=width)
        (found, *_) = re.findall(r"data:image/webp;base64,([^\"]+)", (tmp_path / "page.html").read_text())
        with Image.open(io.BytesIO(base64.b64decode(found))) as picture:
            assert picture.width == expected


def test_without_ffmpeg(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ffmpeg the error names it, and what works without it."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UsageError, match=r"ffmpeg is missing.*--to gif"):
        webm(run, tmp_path / "run.webm")


def test_atif_is_valid(run: Run, tmp_path: Path) -> None:
    """The trajectory passes the format's own models, and says what the run says."""
    atif(run, tmp_path)
    text = (tmp_path / "trajectory.json").read_text()
    read = schema.Trajectory.model_validate_json(text)
    agent = [step for step in read.steps if step.source == "agent"]
    calls = [step.tool_calls[0] if step.tool_calls else None for step in agent]

    assert [step.step_id for step in read.steps] == list(range(1, len(ANSWERS) + 2))
    assert [call and call.function_name for call in calls] == [
        "left_click", "type", "key", None, "scroll", "left_drag", "done",
    ]  # fmt: skip
    assert calls[0]
    assert calls[0].arguments == {"start_box": [500, 380], "element_info": "Save"}
    assert agent[2].observation
    assert "Nothing happened." in agent[2].observation.model_dump_json()
    assert read.final_metrics
    assert read.final_metrics.total_cached_tokens == run.summary.cached_tokens
    for path in re.findall(r'"path": "([^"]+)"', text):
        with Image.open(tmp_path / path) as picture:
            picture.verify()


def test_sft_has_what_was_sent_and_said(run: Run, tmp_path: Path) -> None:
    """An example is a step that worked: its messages, its pictures in their places, its answer."""
    sft(run, tmp_path)
    swift, axolotl = lines(tmp_path / "swift.jsonl"), lines(tmp_path / "axolotl.jsonl")
    worked = [event for event in run.events if isinstance(event, Decided) and event.step not in {3, 4}]

    assert len(swift) == len(axolotl) == len(worked) == 5
    for example, parts, event in zip(swift, axolotl, worked, strict=True):
        messages: list[dict[str, str]] = example["messages"]  # type: ignore[assignment]
        images: list[str] = example["images"]  # type: ignore[assignment]
        assert messages[-1] == {"role": "assistant", "content": event.text}
        assert sum(message["content"].count("<image>") for message in messages) == len(images)
        assert images[-1] == f"images/{event.messages[-1].parts[-1].sha256}.png"
        assert all((tmp_path / image).is_file() for image in images)
        assert json.dumps(parts).count('"type": "image"') == len(images)


def test_sft_leaves_out_what_failed(tmp_path: Path) -> None:
    """A run that was not finished is no example."""
    script = Scripted([LeftClick(start_box=Point((1, 1))), Fail(content="No.")])
    failed = Agent(DrawnScreen(), script, runs=tmp_path).run("Try")
    assert failed.folder

    with pytest.raises(UsageError, match="is failed, so it is no example"):
        sft(load(failed.folder), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_run_without_a_step(tmp_path: Path, run: Run) -> None:
    """A run that saw nothing cannot be filmed, and says so."""
    journal = Journal.create(tmp_path, "Nothing")
    assert isinstance(run.events[0], RunStarted)
    journal.append(run.events[0])
    journal.close()

    with pytest.raises(UsageError, match="nothing to film"):
        gif(load(journal.folder), tmp_path / "run.gif")


def test_the_command(run: Run, tmp_path: Path) -> None:
    """The command finds a run by its name, names the file itself, and takes every form there is."""
    command = [sys.executable, "-m", "glm_agent", "export", run.folder.name, "--runs", str(run.folder.parent)]
    done = subprocess.run([*command, "--to", "gif"], capture_output=True, text=True, cwd=tmp_path, check=True)
    missing = subprocess.run(
        [*command, "--to", "html", "--out", "no/such.html"], capture_output=True, text=True, cwd=tmp_path, check=False
    )

    assert done.stdout == f"Saved as {run.folder.name}.gif\n"
    assert Image.open(io.BytesIO((tmp_path / f"{run.folder.name}.gif").read_bytes())).format == "GIF"
    assert missing.returncode == 2
    assert (
        missing.stderr == "glm-agent: no/such.html cannot be written: No such file or directory. Name another file.\n"
    )
    assert tuple(EXPORTS) == FORMS
