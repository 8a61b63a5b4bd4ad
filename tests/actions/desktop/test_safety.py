"""The person at the desktop has the last word, and nothing is touched beyond what was asked for."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from glm_actions import SurfaceError, UsageError
from glm_actions.geometry import Point
from glm_actions.surface import Observation
from glm_actions.surfaces.areas import Monitor, Window
from glm_actions.surfaces.box import Box
from glm_actions.surfaces.desktop import Desktop, Patience
from glm_actions.surfaces.session_keys import ends_session
from glm_actions.surfaces.x11.connection import connect
from glm_actions.vocabulary import Action, Done, Key, LeftClick, LeftDrag, Type, Wait
from glm_agent import Agent, Limits
from glm_backends import Scripted
from glm_trajectory import Performed, load
from tests.actions.desktop.conftest import Program, eventually

MIDDLE = LeftClick(start_box=Point((500, 500)))
DRAG = LeftDrag(start_box=Point((100, 100)), end_box=Point((300, 300)))


class Hand:
    """A person's hand on the mouse."""

    def __init__(self) -> None:
        self._display = connect()

    def move(self, x: int, y: int) -> None:
        from Xlib import X
        from Xlib.ext import xtest

        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        self._display.sync()

    @property
    def pressed(self) -> bool:
        """Whether a button of the mouse is down."""
        from Xlib import X

        return bool(self._display.screen().root.query_pointer().mask & X.Button1Mask)

    def close(self) -> None:
        self._display.close()


@pytest.fixture
def hand(display: object) -> Iterator[Hand]:  # noqa: ARG001
    hand = Hand()
    hand.move(640, 400)
    yield hand
    hand.move(640, 400)
    hand.close()


def just_before(do: Callable[[], None], times: int = 1) -> Callable[[Action, Observation], Action]:
    """An approver that lets something happen between the look and the action, a number of times."""
    left = [do] * times

    def approve(action: Action, seen: Observation) -> Action:  # noqa: ARG001
        if left:
            left.pop()()
        return action

    return approve


@pytest.mark.parametrize("corner", [(0, 0), (1279, 0), (0, 799), (1279, 799)])
def test_a_corner_stops_the_run(hand: Hand, desktop: Desktop, form: Program, tmp_path: Path, corner: Any) -> None:
    """Whoever pushes the mouse into a corner ends the run before anything else is done, and the recording is whole."""
    agent = Agent(
        desktop,
        Scripted([Type(content="never"), Done()]),
        approve=just_before(lambda: hand.move(*corner)),
        runs=tmp_path,
    )

    outcome = agent.run("Type")

    assert (outcome.kind, outcome.why) == ("stopped", "You pushed the mouse into a corner of the screen.")
    assert load(outcome.folder).summary.outcome == "stopped"
    assert not form.told()


def test_a_corner_stops_a_drag(hand: Hand, desktop: Desktop, tmp_path: Path) -> None:
    """A drag that is broken off lets go of the button."""
    done = threading.Event()

    def push() -> None:
        while not done.is_set():
            if hand.pressed:
                hand.move(0, 0)
            time.sleep(0.001)

    pushing = threading.Thread(target=push)
    pushing.start()
    outcome = Agent(desktop, Scripted([DRAG, Done()]), runs=tmp_path).run("Drag")
    done.set()
    pushing.join()

    assert outcome.kind == "stopped"
    assert not hand.pressed


@pytest.mark.parametrize("corner", [(0, 0), (999, 0), (0, 999), (999, 999)])
def test_the_agents_own_clicks_in_corners_stop_nothing(desktop: Desktop, corner: tuple[int, int]) -> None:
    """A click on the outermost point is performed, and so is the next action."""
    assert desktop.perform(LeftClick(start_box=Point(corner))).ok
    assert desktop.perform(MIDDLE).ok


def test_a_person_moves_the_mouse(hand: Hand, display: object, form: Program, tmp_path: Path) -> None:  # noqa: ARG001
    """An action that a person came before is not performed; the model is told, looks again, and goes on."""
    with Desktop(patience=Patience(rest=0.2)) as desktop:
        script = [Type(content="a"), Type(content="b"), Done()]
        agent = Agent(desktop, Scripted(script), approve=just_before(lambda: hand.move(600, 100)), runs=tmp_path)
        outcome = agent.run("Type")

    first, second, _ = (event for event in load(outcome.folder).events if isinstance(event, Performed))
    assert (first.ok, second.ok) == (False, True)
    assert "person moved the mouse" in first.note
    assert form.text("b")


def test_a_person_goes_on_moving(hand: Hand, display: object) -> None:  # noqa: ARG001
    """The agent waits until the mouse has rested for a while."""
    with Desktop(patience=Patience(rest=0.4)) as desktop:
        desktop.observe()
        stop = time.monotonic() + 0.6

        def move() -> None:
            while time.monotonic() < stop:
                hand.move(400 + int(time.monotonic() * 1000) % 100, 300)
                time.sleep(0.02)

        moving = threading.Thread(target=move)
        moving.start()
        time.sleep(0.1)
        result = desktop.perform(MIDDLE)
        moving.join()

        assert not result.ok
        assert time.monotonic() - stop >= 0.3


@pytest.mark.parametrize(
    ("keys", "ends"),
    [
        *((keys, True) for keys in ("ctrl+alt+backspace", "ctrl+alt+delete", "ctrl+alt+f1", "ctrl+alt+shift+f12")),
        *((keys, True) for keys in ("meta+l", "ctrl+alt+l", "shift+meta+q", "ctrl+alt+end")),
        *((keys, False) for keys in ("ctrl+c", "alt+f4", "ctrl+shift+delete", "l", "meta+e", "ctrl+alt+t", "alt+tab")),
    ],
)
def test_keys_that_end_the_session(keys: str, ends: bool) -> None:
    """Chords that log out, lock, switch or kill the display are known."""
    assert ends_session(keys) is ends


def test_session_keys_are_refused(desktop: Desktop, form: Program) -> None:
    """They are not pressed, and the model is told why."""
    result = desktop.perform(Key(keys="ctrl+alt+delete"))

    assert (result.ok, result.note) == (False, "ctrl+alt+delete may end or leave the session, so it was not pressed.")
    assert not form.told()


def test_session_keys_may_be_allowed(display: object, form: Program) -> None:  # noqa: ARG001
    """Whoever allows them gets them."""
    with Desktop(session_keys=True) as desktop:
        assert desktop.perform(Key(keys="ctrl+alt+delete")).ok
    assert {"down": "Delete"} in form.told()


@pytest.mark.usefixtures("display")
def test_a_region_is_a_limit() -> None:
    """Nothing outside can be named or hit, and no program can be opened."""
    box = Box(left=300, top=200, width=100, height=50)
    with Desktop(box) as desktop:
        desktop.observe()
        for point in ((0, 0), (999, 0), (0, 999), (999, 999)):
            assert desktop.perform(LeftClick(start_box=Point(point))).ok
            x, y = desktop._mouse.position()
            assert 300 <= x < 400
            assert 200 <= y < 250
        assert "open" not in desktop.kinds


@pytest.fixture
def window(form: Program, display: object) -> Iterator[Desktop]:  # noqa: ARG001
    """The window of the form, and nothing else."""
    with Desktop(Window(title="form"), patience=Patience(reaction=0.01)) as desktop:
        yield desktop


def test_a_window(window: Desktop, form: Program) -> None:
    """Only the window is seen, without its frame, and what is typed goes there."""
    seen = window.observe()

    assert (seen.frame.image.width, seen.frame.image.height, seen.title) == (420, 200, "Form")
    assert window.perform(Type(content="in the form")).ok
    assert form.text("in the form")
    assert "open" not in window.kinds


def test_a_window_is_brought_to_the_front(window: Desktop, form: Program) -> None:
    """Another window that came over it is not in the picture, and not typed into."""
    before = window.observe()
    with Program.ours("form.py", "Other", 80, 80) as other:
        assert eventually(lambda: window.observe().title == before.title == "Form")
        assert window.perform(Type(content="x")).ok
        assert form.text("x")
        assert not [line for line in other.told() if "text" in line]


def test_another_window_comes_between(window: Desktop, form: Program) -> None:
    """A click that would hit another program's window is not made."""
    window.observe()
    with Program.ours("form.py", "Other", 80, 80) as other:
        result = window.perform(MIDDLE)

        assert (result.ok, result.note) == (
            False,
            "Another program's window lies over that place, so nothing was done.",
        )
        assert not [line for line in (*other.told(), *form.told()) if "event" in line]


def test_another_window_takes_the_focus(window: Desktop, form: Program) -> None:
    """What was meant for the window is not typed into another one."""
    window.observe()
    with Program.ours("form.py", "Other", 80, 80) as other:
        assert eventually(lambda: window.text("other") is not None and not window._area.focused)
        result = window.perform(Type(content="x"))

        assert (result.ok, "has the focus" in result.note) == (False, True)
        assert not [line for line in (*other.told(), *form.told()) if "text" in line]


def test_a_window_that_moves(window: Desktop) -> None:
    """After the window has moved, nothing is done on the strength of the old picture."""
    window.observe()
    display = connect()
    display.create_resource_object("window", window._area._window).configure(x=500, y=300)
    display.sync()
    time.sleep(0.3)

    result = window.perform(MIDDLE)
    assert (result.ok, "moved or resized" in result.note) == (False, True)
    assert window.observe().frame.origin.x > 400
    assert window.perform(MIDDLE).ok
    display.close()


def test_a_window_that_closes(window: Desktop, form: Program) -> None:
    """Once the window is gone, the run ends with what to do."""
    form.close()
    time.sleep(0.3)

    with pytest.raises(SurfaceError, match="closed or out of sight"):
        window.observe()


@pytest.mark.usefixtures("display")
@pytest.mark.parametrize(
    ("aim", "complaint"),
    [
        (Monitor(number=7), r"There is no monitor 7. There are: 1 \(1280 by 800 at 0, 0\); 0 is all of them."),
        (Box(left=1200, top=0, width=100, height=10), "does not lie on the display, which is 1280 by 800 at 0, 0"),
    ],
)
def test_places_that_do_not_exist(aim: Any, complaint: str) -> None:
    """A monitor or a region that is not there is refused with those that are."""
    with pytest.raises(UsageError, match=complaint):
        Desktop(aim)


def test_a_window_that_does_not_exist(display: object, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """A window that does not come is missed after a while."""
    monkeypatch.setattr("glm_actions.surfaces.areas._APPEAR_S", 0.2)
    with pytest.raises(UsageError, match="No window has 'nowhere' in its title"):
        Desktop(Window(title="nowhere"))


def test_waiting(hand: Hand, display: object, form: Program, tmp_path: Path) -> None:  # noqa: ARG001
    """Waiting ends when the screen changes, and a person may move the mouse meanwhile."""
    with Desktop(patience=Patience(change=0.3)) as desktop:
        hand.move(700, 500)

        def wait() -> str:
            desktop.observe()
            return desktop.perform(Wait()).note

        assert eventually(lambda: wait() == "The screen did not change.")
    with Desktop(patience=Patience(change=60)) as desktop:
        timer = threading.Timer(0.1, form.close)
        timer.start()
        assert desktop.perform(Wait()).ok
        timer.join()


def test_budgets_hold_when_a_person_does_not_stop(hand: Hand, display: object, tmp_path: Path) -> None:  # noqa: ARG001
    """A person who moves the mouse before every action ends the run as too many mistakes in a row."""
    places = iter(range(100, 1000))
    with Desktop(patience=Patience(rest=0.05)) as desktop:
        approve = just_before(lambda: hand.move(next(places), 300), times=10)
        limits = Limits(mistakes=3)
        outcome = Agent(desktop, Scripted([MIDDLE] * 10), approve=approve, limits=limits, runs=tmp_path).run("Click")

    assert (outcome.kind, outcome.steps) == ("failed", 3)
