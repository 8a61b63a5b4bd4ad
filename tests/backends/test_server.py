"""The server backend against a real HTTP server that can be told what goes wrong."""

import socket
import time

import pytest

from glm_actions import ActionSpace, Decision
from glm_actions.vocabulary import Wait
from glm_backends import (
    Message,
    ModelFailed,
    ModelRefused,
    ModelUnreachable,
    Options,
    Picture,
    Reply,
    Server,
    Usage,
)
from glm_backends.fake_server import FakeAnswer, FakeServer

SPACE = ActionSpace.of(["wait", "done"])
ANSWER = Decision(reason="Loading.", action=Wait(), memory="").model_dump_json()
MESSAGES = (
    Message(role="system", parts=("Be brief.",)),
    Message(role="user", parts=("Look: ", Picture(png=b"not really a picture"))),
)


def ask(server: FakeServer, *, attempts: int = 1, **options: object) -> Reply:
    with Server(server.url, attempts=attempts) as model:
        return model.decide(MESSAGES, SPACE, Options(**options))  # type: ignore[arg-type]


def test_request_says_everything() -> None:
    """The grammar, the thinking switch and all sampling parameters are sent, and pictures as data, in order."""
    with FakeServer([ANSWER]) as server:
        ask(server, thinking=True, max_tokens=77, temperature=0.5, top_p=0.8, top_k=3)
        request = server.requests[0]

    sent = {key: request[key] for key in ("model", "max_tokens", "temperature", "top_p", "top_k", "stream")}
    assert sent == {
        "model": "glm-4.5v",
        "max_tokens": 77,
        "temperature": 0.5,
        "top_p": 0.8,
        "top_k": 3,
        "stream": True,
    }
    assert request["structured_outputs"] == {"grammar": SPACE.grammar()}
    assert request["chat_template_kwargs"] == {"enable_thinking": True}
    assert [part["type"] for part in request["messages"][1]["content"]] == ["text", "image_url"]
    assert request["messages"][1]["content"][1]["image_url"]["url"].startswith("data:image/png;base64,")


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_thinking_is_found_in_either_field(field: str) -> None:
    """VLLM and SGLang put the thinking in fields of different names; it never ends up in the answer."""
    with FakeServer([FakeAnswer(text=ANSWER, thinking="Hm. A page.", thinking_field=field)]) as server:  # type: ignore[arg-type]
        reply = ask(server, thinking=True)

    assert (reply.text, reply.thinking, reply.finish) == (ANSWER, "Hm. A page.", "stop")
    assert reply.usage == Usage(prompt_tokens=9, completion_tokens=4, cache_told=True)
    assert 0 < reply.first_token_s <= reply.seconds


@pytest.mark.parametrize(
    "text",
    [
        f"<|begin_of_box|>{ANSWER}<|end_of_box|>",
        f"\n{ANSWER}\n",
        f"I see a page.</think>{ANSWER}",
    ],
)
def test_wrapping_is_stripped(text: str) -> None:
    """Box tokens, blank lines and leftover thinking round an answer do not reach the parser."""
    with FakeServer([text]) as server:
        assert ask(server).text == ANSWER


def test_answer_cut_off_while_thinking() -> None:
    """When the tokens run out while the model thinks, the content is null; that is a cut answer, not a crash."""
    with FakeServer([FakeAnswer(thinking="On and on", finish="length")]) as server:
        reply = ask(server, thinking=True)

    assert (reply.text, reply.finish) == ("", "length")


@pytest.mark.parametrize(
    "trouble",
    [
        FakeAnswer(status=500),
        FakeAnswer(status=429),
        FakeAnswer(text="{", fault="hang_up"),
        FakeAnswer(fault="error_in_stream", code=500),
    ],
)
def test_passing_trouble_is_retried(trouble: FakeAnswer) -> None:
    """A server that is overloaded, breaks, or hangs up in the middle is asked again."""
    with FakeServer([trouble, ANSWER]) as server:
        assert ask(server, attempts=2).text == ANSWER
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (FakeAnswer(status=400, message="bad grammar"), ModelRefused, "bad grammar"),
        (FakeAnswer(status=400, message="maximum context length is 8192"), ModelRefused, "history_pictures"),
        (FakeAnswer(status=401, message="no key"), ModelRefused, "GLM_AGENT_API_KEY"),
        (FakeAnswer(fault="error_in_stream", message="bad grammar"), ModelRefused, "bad grammar"),
        (FakeAnswer(fault="web_page"), ModelFailed, "no model server"),
    ],
)
def test_lasting_trouble_is_told_at_once(answer: FakeAnswer, error: type[Exception], says: str) -> None:
    """What asking again cannot mend is not asked again, and the error says what to do."""
    with FakeServer([answer]) as server:
        with pytest.raises(error, match=says):
            ask(server, attempts=3)
        assert len(server.requests) == 1


def test_unknown_model() -> None:
    """A model that the server does not know is named, with the flags to check."""
    refusal = pytest.raises(ModelRefused, match=r"`nope` does not exist.*--model")
    with FakeServer([ANSWER]) as server, Server(server.url, "nope") as model, refusal:
        model.decide(MESSAGES, SPACE, Options())


def test_stalling_server() -> None:
    """An answer that stops in the middle ends in time with an error that names the setting."""
    started = time.monotonic()
    with (
        FakeServer([FakeAnswer(text=ANSWER, fault="stall")]) as server,
        pytest.raises(ModelFailed, match="--model-timeout"),
    ):
        ask(server, timeout_s=0.5)

    assert time.monotonic() - started < 10


def test_no_server() -> None:
    """Nothing at the address: the error names it, after a few tries."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]

    refusal = pytest.raises(ModelUnreachable, match=f"http://127.0.0.1:{port}/v1")
    with Server(f"http://127.0.0.1:{port}", attempts=2) as model, refusal:
        model.decide(MESSAGES, SPACE, Options())


def test_the_first_model_is_taken() -> None:
    """Without a name the first model that the server lists is used."""
    with FakeServer([ANSWER], model="glm-4.6v") as server, Server(server.url) as model:
        assert model.name == "glm-4.6v"
