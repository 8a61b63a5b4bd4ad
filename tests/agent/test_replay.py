"""Replaying a recorded booking on the practice site, as it was and as it is on another day."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest

from bench.drifts import DRIFTS, Drift, Recorded, record, replayed
from glm_actions import Point
from glm_actions.surface import MOVED_ON, Result
from glm_actions.surfaces.browser import Browser, Patience
from glm_actions.surfaces.drawn import Button, DrawnScreen
from glm_actions.vocabulary import Action, Done, LeftClick, Type
from glm_agent import Agent
from glm_agent.replay import Replay
from glm_backends import Scripted
from glm_tasks.flights import FlightsSite, FlightsTask
from glm_trajectory import Run, load

SAVE = Button(label="Save", left=140, top=100)
CLICK = LeftClick(start_box=Point((500, 380)), element_info="Save button")


@pytest.fixture(scope="module")
def site() -> Iterator[FlightsSite]:
    """The site on which everything happens; a recording has its address in it."""
    with FlightsSite() as site:
        yield site


@pytest.fixture(scope="module", params=[0, 3])
def booked(request: pytest.FixtureRequest, site: FlightsSite, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """A recorded booking on the site of a seed."""
    recorded = record(site, request.param, tmp_path_factory.mktemp("runs"))
    assert recorded
    return recorded


def test_the_same_again(site: FlightsSite, booked: Recorded, tmp_path: Path) -> None:
    """On the same site the same booking is made, without a model."""
    run = booked.run
    task = FlightsTask.tokyo(booked.seed, site=site)
    with Browser() as browser:
        task.setup(browser)
        outcome = Agent(browser, Replay(run), runs=tmp_path).run(task.goal)

    assert (outcome.kind, outcome.answer, outcome.usage.prompt_tokens) == ("finished", run.summary.answer, 0)
    assert (outcome.steps, site.bookings) == (run.summary.steps, booked.bookings)


@pytest.mark.parametrize(
    ("booked", "drift"),
    [(3 if drift.ends == "booked" else 0, drift) for drift in DRIFTS],
    indirect=["booked"],
    scope="module",  # so that each booking is recorded once
    ids=[drift.name for drift in DRIFTS],
)
def test_drift(drift: Drift, site: FlightsSite, booked: Recorded, tmp_path: Path) -> None:
    """A drift that changes nothing of what is meant passes; every other one stops before anything is booked.

    `bench/drifts.py` tries all of them on many seeds.
    """
    came = replayed(site, booked, drift, tmp_path)

    assert came.drifted
    assert not came.decoy
    assert came.ends == drift.ends, came.why
    assert (came.page is None) == (drift.ends == "booked")
    if came.page:
        assert json.loads((came.page.parent / "divergence.json").read_text())["kind"] == came.kind
        assert came.kind in {"gone", "different", "ambiguous"}
        assert came.page.read_text().count("data:image/png;base64,") == 4


def recording(folder: Path) -> Run:
    screen = DrawnScreen([SAVE])
    outcome = Agent(screen, Scripted([CLICK, Type(content="a"), Done(content="Saved.")]), runs=folder).run("Save it")
    assert outcome.folder
    return load(outcome.folder)


@pytest.mark.parametrize("tops", [(100, 220), (20, 220)], ids=["one in its place", "both elsewhere"])
def test_more_targets_than_there_were(tmp_path: Path, tops: tuple[int, int]) -> None:
    """Where a target is found more often than it was, nothing is clicked, and the report says why."""
    screen = DrawnScreen([SAVE.model_copy(update={"top": top}) for top in tops])
    model = Replay(recording(tmp_path))

    outcome = Agent(screen, model, runs=tmp_path).run("Save it")

    assert outcome.folder
    page = model.write_report(outcome.folder)
    assert (outcome.kind, screen.clicked["Save"]) == ("failed", 0)
    assert model.divergence
    assert model.divergence.kind == "ambiguous"
    assert page
    assert "There are more targets like this than there were." in page.read_text()


def test_as_many_targets_as_there_were(tmp_path: Path) -> None:
    """Twins that were there from the beginning do not stop a replay: the one in its place is clicked."""
    twins = [SAVE, Button(label="Save", left=140, top=220)]
    first = Agent(DrawnScreen(twins), Scripted([CLICK, Done()]), runs=tmp_path).run("Save it")
    assert first.folder
    screen = DrawnScreen([*twins, Button(label="Help", left=10, top=10, width=60)])

    assert Agent(screen, Replay(load(first.folder)), runs=tmp_path).run("Save it").ok
    assert screen.performed[0] == CLICK


BANNER = """<body style="font: 20px sans-serif"><h1>Timetable of all the ferries</h1>
<button id="down">Later boats</button>
<p id="boats">08:00 from Bergen</p><script>down.onclick = () => boats.textContent = '21:30 from Bergen';
if (WANTED) document.body.insertAdjacentHTML("beforeend",
  `<div style="position: fixed; bottom: 0; left: 0; right: 0; height: 90px; background: #ddd; padding: 20px">
  We use cookies. <button onclick="this.parentNode.remove()">LABEL</button></div>`)</script>"""


@pytest.mark.parametrize(("label", "kind"), [("Fine", "finished"), ("Confirm", "failed")])
def test_what_is_done_already_is_left_out(tmp_path: Path, label: str, kind: str) -> None:
    """A banner that does not come a second time does not stop a replay; what cannot be taken back is never left out."""
    page = BANNER.replace("LABEL", label)
    with Browser("data:text/html," + quote(page.replace("WANTED", "true"))) as browser:
        found = {
            name: browser.find(css) or Point((0, 0)) for name, css in ((label, "div > button"), ("Later", "#down"))
        }
        clicks = [LeftClick(start_box=point, element_info=name) for name, point in found.items()]
        first = Agent(browser, Scripted([*clicks, Done(content="21:30")]), runs=tmp_path).run("When is the last boat?")
    assert first.folder

    with Browser("data:text/html," + quote(page.replace("WANTED", "false")), patience=Patience(change=1.0)) as browser:
        again = Agent(browser, Replay(load(first.folder)), runs=tmp_path).run("When is the last boat?")

        assert (again.kind, "21:30" in str(browser.text("#boats"))) == (kind, kind == "finished")
    assert again.folder
    reasons = [step.decided.reason for step in load(again.folder).steps if step.decided]
    assert any("Step 1 of the recording is not needed." in reason for reason in reasons) == (kind == "finished")


BOATS = """<body style="margin: 0; font: 20px sans-serif"><h1>Boats from Bergen to the islands</h1>
<div id="news"></div><div id="boats"></div><p style="height: 500px">All times are local.</p><script>
news.style.height = "NEWSpx"; const times = "08:10 09:25 11:40 13:05 15:50 17:15 18:30 19:45 21:20".split(" ");
boats.innerHTML = times.map(time => `<p style="margin: 34px">Boat at <b>${time == "19:45" ? "LAST" : time}</b>
  <button onclick="document.title += '${time} '">Take it</button></p>`).join("")</script>"""


@pytest.mark.parametrize(("last", "taken"), [("19:45", "19:45"), ("19:50", "")], ids=["as it was", "at another time"])
def test_out_of_the_window(tmp_path: Path, last: str, taken: str) -> None:
    """What has moved out of the window is looked for with the wheel; what is not as it was is not clicked there."""

    def page(news: str, last: str) -> str:
        return "data:text/html," + quote(BOATS.replace("NEWS", news).replace("LAST", last))

    with Browser(page("0", "19:45")) as browser:
        row = browser.find("p:nth-child(8) > button") or Point((0, 0))
        take = LeftClick(start_box=row, element_info="Take the boat at 19:45")
        first = Agent(browser, Scripted([take, Done()]), runs=tmp_path).run("Take the boat at 19:45")
    assert first.folder

    with Browser(page("180", last), patience=Patience(change=0.5)) as browser:
        Agent(browser, Replay(load(first.folder)), runs=tmp_path).run("Take the boat at 19:45")

        assert browser.observe().title == taken


CALENDAR = """<body style="font: 20px sans-serif"><h1>Boats from Bergen</h1><button id="open">LABEL</button>
<p id="boats">None yet</p><div id="days" hidden><h2>May</h2><button id="day">17</button></div><p id="news"></p><script>
let opened = 0; news.textContent = "NEWS"; day.onclick = () => { boats.textContent = "On 17 May"; days.hidden = true; };
document.getElementById("open").onclick = () => {
  days.hidden = false;
  if (++opened <= CLOSES) setTimeout(() => { days.hidden = true; news.textContent = ""; }); };</script>"""


@pytest.mark.parametrize(
    ("label", "closes", "news", "booked"),
    [
        ("Departure", 1, "", True),
        ("Departure", 1, "Your answer about cookies is being saved.", True),
        ("Departure", 9, "", False),
        ("Order a boat", 1, "", False),
    ],
    ids=["closed once", "closed with what was in the way", "closed always", "cannot be taken back"],
)
def test_what_the_page_closes_is_opened_again(tmp_path: Path, label: str, closes: int, news: str, booked: bool) -> None:
    """A calendar that the page has closed by itself is opened again, once, if what opened it can be taken back."""

    def page(closes: int, news: str = "") -> str:
        filled = CALENDAR.replace("LABEL", label).replace("CLOSES", str(closes)).replace("NEWS", news)
        return "data:text/html," + quote(filled)

    with Browser(page(0)) as browser:
        opener = LeftClick(start_box=browser.find("#open") or Point((0, 0)), element_info=label)
        browser.perform(opener)
        day = LeftClick(start_box=browser.find("#day") or Point((0, 0)), element_info="17")
    with Browser(page(0)) as browser:
        first = Agent(browser, Scripted([opener, day, Done()]), runs=tmp_path).run("Take a boat")
    assert first.folder

    with Browser(page(closes, news), patience=Patience(change=0.5)) as browser:
        again = Agent(browser, Replay(load(first.folder)), runs=tmp_path).run("Take a boat")

        assert (again.ok, browser.text("#boats") == "On 17 May") == (booked, booked)


CONSENT = """<body style="font: 20px sans-serif"><p id="banner">May we use cookies? <button id="yes">Yes</button></p>
<h1>Boats from Bergen</h1><input id="to" placeholder="Where to"><p><button id="oslo" hidden>Oslo, Akershus</button></p>
<p id="boats">None yet</p><script>
let saving = false;
const saved = () => {
  saving = false; banner.textContent = "Thank you."; oslo.hidden = true; if (to.value) to.value = "Oslo, Akershus"; };
yes.onclick = () => { saving = true; setTimeout(saved, LATE); };
to.oninput = () => { oslo.hidden = false; if (saving) setTimeout(saved); };
oslo.onclick = () => { boats.textContent = "To Oslo"; };</script>"""
"""What is typed while the consent is being saved is gone once it is saved."""


def test_what_comes_late_is_waited_for(tmp_path: Path) -> None:
    """Where nothing of a step is to be seen yet, the next one waits: the late answer might undo it."""

    def page(late: str) -> str:
        return "data:text/html," + quote(CONSENT.replace("LATE", late))

    def click(selector: str, name: str) -> LeftClick:
        return LeftClick(start_box=browser.find(selector) or Point((0, 0)), element_info=name)

    with Browser(page("0")) as browser:
        browser.evaluate("() => { oslo.hidden = false; }")
        found = click("#yes", "Yes"), click("#to", "Where to"), Type(content="Oslo"), click("#oslo", "Oslo, Akershus")
        browser.evaluate("() => { oslo.hidden = true; }")
        first = Agent(browser, Scripted([*found, Done()]), runs=tmp_path).run("Take a boat to Oslo")
        assert browser.text("#boats") == "To Oslo"
    assert first.folder

    with Browser(page("2500")) as browser:
        again = Agent(browser, Replay(load(first.folder)), runs=tmp_path).run("Take a boat to Oslo")

        assert (again.ok, browser.text("#boats")) == (True, "To Oslo"), again.why


class Hesitant(DrawnScreen):
    """A screen where something has always just moved at the first try of a click."""

    def __init__(self, buttons: Sequence[Button]) -> None:
        super().__init__(buttons)
        self._tried: Action | None = None

    def perform(self, action: Action) -> Result:
        self._tried, before = action, self._tried
        return super().perform(action) if action == before else Result(ok=False, note=MOVED_ON)


def test_what_was_held_back_is_done_once(tmp_path: Path) -> None:
    """A click that was not made, since something moved, is made at the second try, and never again after that."""
    buttons = [Button(label=name, left=20, top=20 + 60 * row) for row, name in enumerate(("First", "Second", "Third"))]
    clicks = [
        LeftClick(start_box=Point((150, 100 + 200 * row)), element_info=button.label)
        for row, button in enumerate(buttons)
    ]
    first = Agent(DrawnScreen(buttons), Scripted([*clicks, Done()]), runs=tmp_path).run("Click all")
    assert first.folder

    screen = Hesitant(buttons)
    assert Agent(screen, Replay(load(first.folder)), runs=tmp_path).run("Click all").ok
    assert screen.performed == clicks


@pytest.mark.parametrize(("answer", "kind", "clicks"), [("y", "finished", 1), ("n", "failed", 0)])
def test_a_person_may_decide(tmp_path: Path, answer: str, kind: str, clicks: int) -> None:
    """With `ask`, a person says whether to act although the screen has changed."""
    questions = []

    def ask(question: str) -> str:
        questions.append(question)
        return answer

    screen = DrawnScreen([SAVE.model_copy(update={"label": "Erase"})])
    outcome = Agent(screen, Replay(recording(tmp_path), ask=ask), runs=tmp_path).run("Save it")

    assert (outcome.kind, screen.clicked["Erase"]) == (kind, clicks)
    assert "Do it all the same: left_click" in questions[0]


def test_a_model_may_take_over(tmp_path: Path) -> None:
    """With a successor, it gets the goal and the history at the step where the screen has changed."""
    screen = DrawnScreen([SAVE.model_copy(update={"label": "Erase"})])
    successor = Scripted([Done(content="I see another button.")])
    model = Replay(recording(tmp_path), successor=successor)

    outcome = Agent(screen, model, runs=tmp_path).run("Save it")

    assert (outcome.answer, model.asked, screen.clicked["Erase"]) == ("I see another button.", 1, 0)
    assert "# Goal\nSave it" in str(successor.asked[0][1].parts[0])
