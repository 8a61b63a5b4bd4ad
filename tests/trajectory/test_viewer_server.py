"""Who may read what through the viewer: only who has the address, only runs, and only their files."""

import http.client
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from glm_actions import UsageError
from glm_trajectory import Run
from glm_trajectory.viewer import Viewer


@pytest.fixture(scope="module")
def viewer(shelf: Path) -> Iterator[Viewer]:
    with Viewer(shelf) as viewer:
        yield viewer


def get(viewer: Viewer, path: str, *, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """Ask without any client's ideas about paths and hosts; `{}` stands for the token."""
    address = urlsplit(viewer.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port or 0, timeout=20)
    connection.request(method, path.replace("{}", address.path.strip("/")), headers=headers)
    answer = connection.getresponse()
    answer.text = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


def test_the_token_is_long_and_new_each_time(shelf: Path) -> None:
    """Nobody guesses an address, and an old one is worth nothing."""
    with Viewer(shelf) as one, Viewer(shelf) as two:
        tokens = {urlsplit(viewer.url).path.strip("/") for viewer in (one, two)}

    assert len(tokens) == 2
    assert min(map(len, tokens)) >= 32


@pytest.mark.parametrize("path", ["/", "/api/runs", "/app.js", "/wrong-token/", "/wrong-token/api/runs", "//{}/"])
def test_without_the_token_there_is_nothing(viewer: Viewer, path: str) -> None:
    """Without the token not even the program's own files are given."""
    assert get(viewer, path).status == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1.evil.example", ""])
def test_another_host_is_refused(viewer: Viewer, host: str) -> None:
    """A name that was rebound to this machine opens nothing, even with the token."""
    assert get(viewer, "/{}/api/runs", Host=host).status == 403
    assert get(viewer, "/{}/api/runs").status == 200


@pytest.mark.parametrize("path", ["/{}/", "/{}/app.js", "/{}/api/runs", "/nothing"])
def test_every_answer_is_locked_down(viewer: Viewer, path: str) -> None:
    """No answer lets the browser run, load, embed, guess or keep anything else."""
    headers = get(viewer, path).headers
    policy = headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed(viewer: Viewer, method: str) -> None:
    """There is nothing but reading."""
    assert get(viewer, "/{}/api/runs", method=method).status == 405


def test_files_of_a_run(viewer: Viewer, run: Run) -> None:
    """Screens, small screens, texts, events and the newest screen are given as what they are."""
    base = f"/{{}}/api/runs/{run.folder.name}"
    screen = next((run.folder / "screens").iterdir())
    text = next((run.folder / "texts").iterdir())
    given = {
        f"screen/{screen.stem}": ("image/png", screen.read_bytes()),
        f"thumb/{screen.stem}": ("image/jpeg", None),
        "poster": ("image/jpeg", None),
        f"text/{text.stem}": ("text/plain; charset=utf-8", text.read_bytes()),
        "events.jsonl": ("application/x-ndjson", (run.folder / "events.jsonl").read_bytes()),
    }
    for path, (kind, content) in given.items():
        answer = get(viewer, f"{base}/{path}")
        assert (answer.status, answer.headers["content-type"]) == (200, kind)
        assert content in (None, answer.text)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "path",
    [
        "screen/{secret}",
        "screen/..%2F..%2Fsecret",
        "screen/../../../secret",
        "text/%2e%2e%2f%2e%2e%2fsecret",
        "screen/" + "A" * 64,
        "screen/" + "a" * 63,
        "screen/" + "a" * 64 + "%0A",
        "screen/" + "a" * 64,
        "text/" + "a" * 64 + ".txt",
        "steps/9999",
    ],
)
def test_nothing_outside_a_run(viewer: Viewer, run: Run, path: str) -> None:
    """Names that are no SHA-256, files that are not there, and links that lead out give nothing."""
    outside = run.folder.parent.parent / "secret"
    outside.write_text("secret")
    link = run.folder / "screens" / f"{'e' * 64}.png"
    link.symlink_to(outside)
    try:
        answer = get(viewer, f"/{{}}/api/runs/{run.folder.name}/{path.replace('{secret}', 'e' * 64)}")
    finally:
        link.unlink()

    assert answer.status == 404
    assert b"secret" not in answer.text.replace(b"secret/", b"")  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["..", "%2e%2e", "..%2F..", "nothing", ".", "%00"])
def test_nothing_but_runs(viewer: Viewer, name: str) -> None:
    """What is no run in the folder cannot be asked for."""
    assert get(viewer, f"/{{}}/api/runs/{name}").status == 404
    assert get(viewer, f"/{{}}/api/runs/{name}/events.jsonl").status == 404


def test_a_damaged_run_says_so(tmp_path: Path, run: Run) -> None:
    """A run that cannot be read gives the text that the command line gives."""
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "events.jsonl").write_bytes((run.folder / "events.jsonl").read_bytes().replace(b"{", b"[", 5))

    with Viewer(tmp_path) as viewer:
        answer = get(viewer, "/{}/api/runs/bad")

    assert answer.status == 404
    assert "does not begin with the version" in json.loads(answer.text)["error"]  # type: ignore[attr-defined]


def test_a_damaged_screenshot_says_so(tmp_path: Path, run: Run) -> None:
    """A screenshot that is no picture is named, where a small one is asked for."""
    folder = shutil.copytree(run.folder, tmp_path / "bad")
    screen = folder / "screens" / f"{run.steps[0].observed.screen}.png"
    screen.write_bytes(screen.read_bytes()[:100])

    with Viewer(tmp_path) as viewer:
        answer = get(viewer, f"/{{}}/api/runs/bad/thumb/{screen.stem}")

    assert answer.status == 404
    assert f"damaged file {screen.stem}" in json.loads(answer.text)["error"]  # type: ignore[attr-defined]


def test_a_taken_port(shelf: Path, viewer: Viewer) -> None:
    """A port that is in use is named, with the flag that chooses another one."""
    port = urlsplit(viewer.url).port or 0

    with pytest.raises(UsageError, match=rf"Port {port} cannot be used: .* Choose another --port\."):
        Viewer(shelf, port).start()
