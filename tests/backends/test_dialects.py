"""Every kind of server is recognised, gets the same grammar in its own words, and its errors say what to do."""

import random
from collections.abc import Iterator

import pytest

from glm_actions import ActionSpace, ebnf
from glm_actions.grammar import Grammar
from glm_actions.vocabulary import VOCABULARY
from glm_backends import Message, ModelError, ModelFailed, ModelRefused, ModelUnreachable, Options, Server
from glm_backends.dialect import DIALECTS, HOSTED, OTHER, Dialect
from glm_backends.fake_server import FakeServer
from glm_backends.identity import identify
from glm_backends.nonce import Free
from tests.answering import CERTIFICATE, GATEWAY, PAGE, answering

SPACE = ActionSpace.of(
    (cls.kind() for cls in VOCABULARY),
    tabs=(1, 12),
    files=("photo.png", "naïve_日本 😀.txt"),
    programs=("Text Editor",),
)
ASK = (Message(role="user", parts=("What next?",)),)
WITH_GRAMMAR = [one for one in DIALECTS.values() if one.has_grammar]
KNOWN = [one for one in DIALECTS.values() if one is not OTHER]


def named(dialect: Dialect) -> str:
    return dialect.name


@pytest.mark.parametrize("dialect", KNOWN, ids=named)
def test_a_server_is_recognised_by_its_list_of_models(dialect: Dialect) -> None:
    """Nobody has to say what kind of server it is, and what the server tells of itself is known."""
    with FakeServer(engine=dialect) as fake, Server(fake.url) as server:
        assert server.dialect == dialect
        assert server.identity.context == 65536
        assert server.identity.version == ("1.0" if dialect.version_path else "")


@pytest.mark.parametrize("dialect", WITH_GRAMMAR, ids=named)
def test_a_server_behind_a_proxy_is_recognised_by_its_own_pages(dialect: Dialect) -> None:
    """A proxy that writes a list of models of its own does not hide the engine."""
    disguised = dialect.model_copy(update={"owner": "a-proxy"})
    with FakeServer(engine=disguised) as fake, Server(fake.url) as server:
        assert server.dialect == dialect


def test_an_unknown_server_is_asked_in_the_words_all_have() -> None:
    """What nobody recognises is another OpenAI-compatible server, or a hosted GLM if it has a model of that name."""
    assert identify({"id": "llava"}, lambda _: None).dialect == OTHER
    assert identify({"id": "GLM-4.5V"}, lambda _: None).dialect == HOSTED


def test_starts_are_told_apart() -> None:
    """A server that was started again is known to be another one; the same one stays the same."""
    for dialect in WITH_GRAMMAR:
        with FakeServer(engine=dialect) as one, FakeServer(engine=dialect) as other:
            urls = (one.url, one.url, other.url)
            first, again, second = (Server(url).identity.started for url in urls)
        assert first == again != second


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=named)
def test_what_is_sent(dialect: Dialect) -> None:
    """Each kind of server gets the grammar, or what stands for it, and the thinking switch in its own fields."""
    body = dialect.extra_body(SPACE, Options(thinking=True, top_k=3))

    drawn = {"top_k": 3, "repetition_penalty": 1.0}
    expected: dict[str, dict[str, object]] = {
        "vllm": {"structured_outputs": {"grammar": SPACE.grammar()}, **drawn},
        "sglang": {"ebnf": SPACE.grammar(), **drawn},
        "llama.cpp": {"grammar": ebnf.gbnf(SPACE.grammar()), **drawn},
        "hosted": {"response_format": {"type": "json_object"}, "thinking": {"type": "enabled"}},
    }
    if dialect is OTHER:
        assert body["response_format"]["json_schema"]["schema"]["required"] == ["reason", "action"]
        return
    switch = {"chat_template_kwargs": {"enable_thinking": True}} if dialect is not HOSTED else {}
    assert body == {**expected[dialect.name], **switch}


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=named)
def test_a_free_answer_is_not_constrained(dialect: Dialect) -> None:
    """A form without a grammar leaves no trace in the request."""
    sent = dialect.extra_body(Free(), Options())

    assert set(sent) <= {"top_k", "repetition_penalty", "chat_template_kwargs", "thinking"}


def spelled(count: int) -> Iterator[str]:
    """Texts that the grammar of the whole vocabulary allows."""
    tokens = [bytes([byte]) for byte in range(256)] + [b'"'] * 60 + [b"<stop>"]
    grammar, rng = Grammar(SPACE.grammar(), tokens, len(tokens) - 1), random.Random(1)
    for _ in range(count):
        text = grammar.draw(rng)
        assert text
        yield text


def damaged(text: str, rng: random.Random) -> str:
    """The text with one character lost, doubled, or replaced."""
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(["", text[at] * 2, rng.choice('"\\{}[],:<|x0_- \n')]) + text[at + 1 :]


@pytest.mark.parametrize("dialect", WITH_GRAMMAR, ids=named)
def test_the_grammar_means_the_same_everywhere(dialect: Dialect) -> None:
    """The text that a server gets allows what the one source allows, and refuses what it refuses."""
    source, sent = (
        Grammar(text) for text in (SPACE.grammar(), dialect.grammar_of(dialect.extra_body(SPACE, Options())))
    )
    rng = random.Random(2)
    right = list(spelled(150))
    wrong = [damaged(text, rng) for text in right for _ in range(3)]

    assert all(map(sent.accepts, right))
    assert [sent.accepts(text) for text in wrong] == [source.accepts(text) for text in wrong]
    assert not all(map(source.accepts, wrong))


def test_llama_cpp_gets_names_it_can_read() -> None:
    """llama.cpp takes letters, digits and hyphens in names of rules; what is quoted stays as it is."""
    text = ebnf.gbnf(SPACE.grammar())
    names = [line.split(" ::= ")[0] for line in text.splitlines()]

    assert all(name.replace("-", "").isalnum() for name in names)
    assert len(set(names)) == len(names)
    assert '"left_click\\"' in text
    assert "naïve_日本" in text
    assert ebnf.gbnf('a_b ::= "c_d" [_e] a_b') == 'a-b ::= "c_d" [_e] a-b'


def test_a_drawn_answer_in_every_dialect() -> None:
    """The fake server obeys the grammar of each dialect: what it draws is an action."""
    for dialect in WITH_GRAMMAR:
        with FakeServer(engine=dialect, seed=3) as fake, Server(fake.url) as server:
            for _ in range(5):
                SPACE.parse(server.decide(ASK, SPACE, Options()).text)


# What can go wrong on the way


def refusal(url: str, model: str | None = None) -> ModelError:
    """The error of listing the models and then asking."""
    with Server(url, model, attempts=2) as server, pytest.raises(ModelError) as error:
        assert server.models() and server.decide(ASK, SPACE, Options(timeout_s=5))  # noqa: PT018
    assert "\n" not in str(error.value)
    return error.value


def test_a_web_page() -> None:
    """HTML with status 200 is no list of models."""
    with answering(200, PAGE) as url:
        error = refusal(url)

    assert isinstance(error, ModelFailed)
    assert "no model server" in str(error)
    assert "--model-url" in str(error)


def test_a_proxy_that_gives_up() -> None:
    """A gateway time-out says whose patience ended, without the HTML round it."""
    with answering(504, GATEWAY) as url:
        error = refusal(url)

    assert isinstance(error, ModelUnreachable)
    assert "A proxy before the model server gave up waiting (504" in str(error)
    assert "504 Gateway Time-out nginx" in str(error)
    assert "<" not in str(error)


def test_a_wrong_key() -> None:
    """A server that wants another key says which setting to mend; with the right one it answers."""
    with FakeServer(api_key="right") as fake:
        assert isinstance(refusal(fake.url), ModelRefused)
        assert "GLM_AGENT_API_KEY" in str(refusal(fake.url))
        with Server(fake.url, api_key="right") as server:
            assert SPACE.parse(server.decide(ASK, SPACE, Options()).text)


def test_a_wrong_model() -> None:
    """A name that the server does not know is named, with the flag to mend it."""
    with FakeServer() as fake:
        assert "`nope` does not exist" in str(refusal(fake.url, "nope"))
        assert "--model" in str(refusal(fake.url, "nope"))


def test_a_hosted_model_needs_no_list() -> None:
    """Some hosts have no list of models; then the name that is set is believed."""
    with answering(404, b'{"error":{"message":"no such path"}}', "application/json") as url:
        with Server(url, "glm-4.5v", dialect=HOSTED) as server:
            assert server.models() == ["glm-4.5v"]
        with Server(url) as server, pytest.raises(ModelRefused, match="--model"):
            server.models()


def test_a_self_signed_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not trusted until it is named, and the error says how to name it."""
    listed = b'{"object":"list","data":[{"id":"m","owned_by":"vllm"}]}'
    with answering(200, listed, "application/json", CERTIFICATE) as url:
        error = refusal(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        with Server(url) as server:
            assert server.models() == ["m"]

    assert isinstance(error, ModelUnreachable)
    assert "self-signed certificate" in str(error)
    assert "SSL_CERT_FILE" in str(error)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://gpu:8000", "http://gpu:8000/v1"),
        ("http://gpu:8000/v1/", "http://gpu:8000/v1"),
        ("https://example.org/api/paas/v4", "https://example.org/api/paas/v4"),
    ],
)
def test_addresses(given: str, used: str) -> None:
    """`/v1` may be left out, and hosts with a version of their own keep it."""
    assert Server(given).url == used
