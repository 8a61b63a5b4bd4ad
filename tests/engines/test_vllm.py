"""A real engine obeys the agent's grammar, and fails the way the agent expects."""

import base64
import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletion
from PIL import Image, ImageDraw

from glm_actions.grammar import Grammar
from glm_actions.space import ActionSpace, Unparseable
from glm_actions.vocabulary import VOCABULARY

from .engine import AT_ONCE, CONTEXT, IMAGES, Engine
from .promises import thoughts_then_actions, two_hundred_valid

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

SPACE = ActionSpace.of((cls.kind() for cls in VOCABULARY), tabs=(1, 2), files=("photo.png", "naïve 😀.txt"))
ANSWERS = 40


@pytest.fixture
def client(vllm: Engine) -> Iterator[openai.OpenAI]:
    with _client(vllm) as client:
        yield client


def _client(engine: Engine) -> openai.OpenAI:
    return openai.OpenAI(base_url=engine.url, api_key="none", max_retries=0, timeout=300)


def _picture(number: int = 0) -> dict[str, Any]:
    image = Image.new("RGB", (1280, 720), "white")
    ImageDraw.Draw(image).rectangle((90 * number, 40 * number, 90 * number + 400, 40 * number + 300), fill="navy")
    encoded = io.BytesIO()
    image.save(encoded, "PNG")
    address = f"data:image/png;base64,{base64.b64encode(encoded.getvalue()).decode()}"
    return {"type": "image_url", "image_url": {"url": address}}


def _ask(
    client: openai.OpenAI,
    *content: dict[str, Any],
    thinking: bool = False,
    max_tokens: int = 600,
    text: str = f"What next?\n{SPACE.prompt()}",
    **fields: Any,
) -> ChatCompletion:
    parts = [*content, {"type": "text", "text": text}]
    answer: ChatCompletion = client.chat.completions.create(
        model=Engine.model,
        messages=[{"role": "user", "content": parts}],  # type: ignore[list-item,misc]
        max_tokens=max_tokens,
        temperature=fields.pop("temperature", 1.0),
        seed=fields.pop("seed", None),
        extra_body={"chat_template_kwargs": {"enable_thinking": thinking}, **fields},
    )
    return answer


def _many(ask: Callable[[int], ChatCompletion], count: int = ANSWERS) -> list[ChatCompletion]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, range(count)))


def _constrained(space: ActionSpace = SPACE) -> dict[str, Any]:
    return {"structured_outputs": {"grammar": space.grammar()}}


def _parses(answer: ChatCompletion) -> bool:
    try:
        SPACE.parse(answer.choices[0].message.content or "")
    except Unparseable:
        return False
    return True


def test_it_serves_the_model(vllm: Engine, client: openai.OpenAI) -> None:
    """The server lists one model, under the name the agent asks for."""
    assert [model.id for model in client.models.list()] == [vllm.model]


def test_a_screenshot_costs_what_it_costs_the_real_model(client: openai.OpenAI) -> None:
    """Pictures take the real model's way: one of 1280 by 720 pixels is 1196 tokens, and is cached when sent again."""
    without = _ask(client, max_tokens=1).usage
    first, second = (_ask(client, _picture(7), max_tokens=1).usage for _ in range(2))
    assert without
    assert first
    assert second
    assert second.prompt_tokens_details
    assert first.prompt_tokens - without.prompt_tokens == 1196 + 2
    assert (second.prompt_tokens_details.cached_tokens or 0) > 1196 - 32


def test_the_picture_changes_the_answer(client: openai.OpenAI) -> None:
    """The model looks at what it is sent: without chance, other screens lead to other answers, the same to the same."""
    # A long text drowns a picture in two million random weights.
    greedy: dict[str, Any] = {"temperature": 0.0, "max_tokens": 40, "text": "Next?", **_constrained()}
    answers = [_ask(client, _picture(number), **greedy).choices[0].message.content for number in (0, 2, 4, 6, 0)]
    assert len(set(answers[:4])) > 1
    assert answers[0] == answers[4]


@pytest.mark.parametrize("thinking", [False, True], ids=["direct", "thinking"])
def test_every_answer_can_be_performed(
    client: openai.OpenAI, steering: dict[str, Any], thinking: bool, record_property: Callable[[str, object], None]
) -> None:
    """Random weights, sampled freely, can say nothing but an action; only `max_tokens` can cut one short."""
    answers = _many(lambda seed: _ask(client, _picture(), thinking=thinking, seed=seed, **steering, **_constrained()))
    finished = [answer for answer in answers if answer.choices[0].finish_reason == "stop"]
    cut = [answer for answer in answers if answer.choices[0].finish_reason == "length"]
    record_property("finished", len(finished))
    record_property("cut", len(cut))
    assert len(finished) + len(cut) == ANSWERS
    assert [answer.choices[0].message.content for answer in finished if not _parses(answer)] == []
    assert all(_may_go_on(answer.choices[0].message.content or "") for answer in cut)
    assert len(finished) >= ANSWERS / 2
    thoughtful = [answer for answer in finished if (answer.choices[0].message.model_extra or {}).get("reasoning")]
    # Random weights may also end their thoughts before the first.
    assert len(thoughtful) > ANSWERS / 2 if thinking else not thoughtful


def _may_go_on(text: str) -> bool:
    """Whether a cut answer was right as far as it goes. The cut may go through a character."""
    return bool(Grammar(SPACE.grammar())._matcher().accept_string(text.rstrip("\ufffd")))


@pytest.mark.parametrize(
    "fields",
    [{}, {"guided_grammar": SPACE.grammar()}, {"grammar": SPACE.grammar()}],
    ids=["nothing", "vLLM's old field", "a field vLLM does not know"],
)
def test_without_the_grammar_nothing_parses(
    client: openai.OpenAI, steering: dict[str, Any], fields: dict[str, Any]
) -> None:
    """The test above can fail: unconstrained answers are no actions, and unknown fields are ignored without a word."""
    free: dict[str, Any] = {"logit_bias": {token: bias for token, bias in steering["logit_bias"].items() if bias > 0}}
    answers = _many(lambda seed: _ask(client, seed=seed, max_tokens=100, **free, **fields), 10)
    assert not any(map(_parses, answers))


def test_the_grammar_can_be_new_at_every_step(client: openai.OpenAI, steering: dict[str, Any]) -> None:
    """A masked action is gone from the next answer on."""
    for kinds in (["wait"], ["back"], ["switch_tab"], ["upload"]):
        space = ActionSpace.of(kinds, tabs=(7,), files=SPACE.files)
        answer = _ask(client, **steering, **_constrained(space)).choices[0].message.content or ""
        assert space.parse(answer).action.kind() == kinds[0]


def test_200_actions(vllm: Engine, record_property: Callable[[str, object], None]) -> None:
    """What the agent's own client asks for is an action, 200 times of 200."""
    two_hundred_valid(vllm, record_property)


def test_actions_after_thoughts(vllm: Engine, record_property: Callable[[str, object], None]) -> None:
    """With thinking on, the grammar waits for the end of the thoughts, and then holds."""
    thoughts_then_actions(vllm, record_property)


def test_a_cut_answer_says_so(client: openai.OpenAI) -> None:
    """An answer cut short is told from a finished one by its finish_reason."""
    choice = _ask(client, max_tokens=5, **_constrained()).choices[0]
    assert choice.finish_reason == "length"
    text = choice.message.content or ""
    assert text.startswith('{"')
    with pytest.raises(Unparseable):
        SPACE.parse(text)


def test_an_unknown_model_is_not_found(client: openai.OpenAI) -> None:
    """The server names the models it has."""
    with pytest.raises(openai.NotFoundError, match="does not exist"):
        client.chat.completions.create(model="nope", messages=[{"role": "user", "content": "hello"}])


def test_a_prompt_that_is_too_long_is_refused(client: openai.OpenAI) -> None:
    """The server says how much it could have read."""
    with pytest.raises(openai.BadRequestError, match=f"maximum context length is {CONTEXT} tokens"):
        _ask(client, {"type": "text", "text": "word " * CONTEXT})


def test_too_many_pictures_are_refused(client: openai.OpenAI) -> None:
    """The server says how many it could have taken."""
    with pytest.raises(openai.BadRequestError, match=rf"At most {IMAGES} image\(s\)"):
        _ask(client, *[_picture(number) for number in range(IMAGES + 1)])
    assert _ask(client, *[_picture(number) for number in range(IMAGES)], max_tokens=1).usage


def test_a_bad_grammar_is_refused(client: openai.OpenAI) -> None:
    """A grammar that does not compile is an error, not an unconstrained answer."""
    with pytest.raises(openai.BadRequestError, match=r"[Gg]rammar"):
        _ask(client, structured_outputs={"grammar": "root ::= nothing_of_that_name"})


def test_a_tool_call_among_the_thoughts_breaks_the_request(vllm: Engine, client: openai.OpenAI) -> None:
    """The engine takes one for the end of thinking, where the grammar does not allow it; asking again is right."""
    bias = {str(vllm.tokenize("<tool_call>")[0]): 100}
    with pytest.raises(openai.InternalServerError):
        _ask(client, thinking=True, logit_bias=bias, **_constrained())
    assert _ask(client, max_tokens=1).choices


@pytest.mark.parametrize("thinking", [False, True], ids=["direct", "thinking"])
def test_thoughts_inside_of_an_answer(
    vllm: Engine, client: openai.OpenAI, steering: dict[str, Any], thinking: bool
) -> None:
    """With thinking on, the engine moves what follows `<think>` out of the answer, wherever it stands; else not."""
    likely = {**steering["logit_bias"], str(vllm.tokenize("<think>")[0]): 5}
    answers = _many(lambda seed: _ask(client, thinking=thinking, seed=seed, logit_bias=likely, **_constrained()), 16)
    broken = [answer for answer in answers if answer.choices[0].finish_reason == "stop" and not _parses(answer)]
    assert bool(broken) is thinking


def test_steering_fits_into_a_request(steering: dict[str, Any]) -> None:
    """The helper's fields are JSON, so that any client can pass them on."""
    assert json.loads(json.dumps(steering)) == steering
    assert len(steering["logit_bias"]) >= 6
