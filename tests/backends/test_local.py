"""The model in this process, on real checkpoints with random weights."""

import hashlib
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from glm_actions import ActionSpace
from glm_actions.errors import UsageError
from glm_actions.keys import NAMED_KEYS
from glm_actions.vocabulary import VOCABULARY
from glm_backends import Form, JsonProtocol, Message, ModelFailed, ModelRefused, Options, Protocol, Reply, Turn
from glm_backends import checkpoint as checkpoints
from glm_backends.embedded import EmbeddedProtocol
from glm_backends.local import Local, _Answer

from .tiny_checkpoint import picture, write

SPACE = ActionSpace.of((cls.kind() for cls in VOCABULARY), tabs=(2, 3), files=("photo.png",), programs=("Text Editor",))
DRAWN = Options(max_tokens=400, temperature=1.0, top_k=0)
HELLO = (Message(role="user", parts=("Hello",)),)


class Text:
    """A form that is only a grammar."""

    def __init__(self, grammar: str) -> None:
        self._grammar = grammar

    def grammar(self) -> str:
        return self._grammar

    def json_schema(self) -> str:
        return "{}"


DIGITS = Text("root ::= [0-9] root | [0-9]")
LETTERS = Text('root ::= "<" [a-z] [a-z] [a-z] [a-z] ">"')


@pytest.fixture(scope="session", params=["glm4v", "glm4v_moe"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(scope="session")
def model(folder: Path) -> Local:
    return Local(folder, threads=1)


@pytest.fixture(scope="session")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("dense"), "glm4v")


@pytest.fixture
def copy(dense: Path, tmp_path: Path) -> Path:
    """A checkpoint to break."""
    return Path(shutil.copytree(dense, tmp_path / "copy"))


def ask(model: Local, protocol: Protocol, seed: int, options: Options) -> Reply:
    turns = (Turn(picture=picture(seed)),)
    return model.decide(protocol.messages("Save it", SPACE, turns), protocol.form(SPACE), options)


@pytest.mark.parametrize("protocol", [JsonProtocol(), EmbeddedProtocol()], ids=lambda protocol: protocol.name)
def test_every_answer_is_an_action(model: Local, protocol: Protocol) -> None:
    """Random weights, random pictures: whatever comes, it can be performed."""
    replies = [ask(model, protocol, seed, DRAWN) for seed in range(20)]
    kinds = {protocol.parse(SPACE, reply.text).action.kind() for reply in replies}
    assert {reply.finish for reply in replies} == {"stop"}
    assert len(kinds) > 5


def test_greedy_answers_are_repeatable(model: Local) -> None:
    once, again = (ask(model, EmbeddedProtocol(), 1, Options(max_tokens=100)) for _ in range(2))
    assert (once.text, once.usage) == (again.text, again.usage)


def test_the_picture_is_seen(model: Local) -> None:
    """A larger picture takes more tokens: 12 for 112 by 84 pixels, 20 for 140 by 112."""
    asked = [Message(role="user", parts=(picture(0, size), "Look")) for size in ((112, 84), (140, 112))]
    small, large = (model.decide((message,), LETTERS, Options(max_tokens=9)).usage.prompt_tokens for message in asked)
    assert large - small == 8


def test_an_answer_in_parts_is_the_answer_in_one_go(model: Local) -> None:
    """Positions and cache are right: the scores after each part are those of a single pass over all."""
    engine = model._loaded()
    tokens, pictures = engine._prompt((Message(role="user", parts=(picture(3), "Look")),), thinking=False)
    answer = engine.spell("left click at a place of the page", whole=True)
    with engine._torch.inference_mode():
        whole = engine.forward(tokens + answer, engine.new_cache(), pictures)
        cache = engine.new_cache()
        for part, seen in ((tokens, pictures), (answer[:1], {}), (answer[1:], {})):
            last = engine.forward(part, cache, seen)
    assert (whole - last).abs().max() < 1e-3


def test_max_tokens_cut(model: Local) -> None:
    reply = ask(model, JsonProtocol(), 0, Options(max_tokens=4, temperature=1.0, top_k=0))
    assert (reply.finish, reply.usage.completion_tokens) == ("length", 4)


def test_timeout(model: Local) -> None:
    with pytest.raises(ModelFailed, match="still answering after"):
        model.decide(HELLO, DIGITS, Options(max_tokens=100_000 // 2, timeout_s=0.05))


def test_tokens_and_times_are_told(model: Local) -> None:
    started = time.monotonic()
    reply = model.decide(HELLO, LETTERS, Options(max_tokens=50))
    assert 0 < reply.first_token_s < reply.seconds <= time.monotonic() - started
    assert 3 <= reply.usage.completion_tokens <= len(reply.text) == 6
    assert reply.usage.prompt_tokens > 0
    assert reply.usage.cached_tokens == 0


def test_it_thinks_first_if_told_to(model: Local) -> None:
    """The grammar begins after the thoughts, and tokens are cut there as well."""
    thought = model.decide(HELLO, LETTERS, Options(max_tokens=20, thinking=True))
    assert (thought.finish, thought.text) == ("length", "")
    assert thought.thinking
    assert model.capabilities.thinking


def test_a_closed_thought_is_followed_by_an_answer(model: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = model._loaded()
    monkeypatch.setattr(engine, "think_end", int(engine._torch.tensor(_favourite(model))))
    reply = model.decide(HELLO, LETTERS, Options(max_tokens=20, thinking=True))
    assert (reply.finish, len(reply.text), reply.thinking) == ("stop", 6, "")


def _favourite(model: Local) -> int:
    engine = model._loaded()
    tokens, _ = engine._prompt(HELLO, thinking=True)
    with engine._torch.inference_mode():
        return int(engine.forward(tokens, engine.new_cache(), {}).argmax())


def test_what_is_sure_needs_no_decision(model: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fixed text is read in one pass, together with what was decided before it."""
    engine, passes = model._loaded(), []
    forward = engine.forward
    monkeypatch.setattr(engine, "forward", lambda tokens, *rest: passes.append(len(tokens)) or forward(tokens, *rest))
    form = Text('root ::= "{\\"action_type\\":\\"" [xyz] "\\",\\"start_box\\":[0,0]}"')
    reply = model.decide(HELLO, form, Options(max_tokens=50))
    assert len(passes) < reply.usage.completion_tokens / 2
    assert passes[0] > reply.usage.prompt_tokens
    assert reply.text.endswith('","start_box":[0,0]}')


def words() -> list[str]:
    kinds = [word for cls in VOCABULARY for word in (cls.kind(), *cls.kind().split("_"))]
    return [*kinds, "click", *NAMED_KEYS, *map(str, range(1000))]


def test_no_token_of_an_action_is_masked_out(model: Local) -> None:
    """Xgrammar's mask can leave out a token that its matcher accepts; the answer has it all the same."""
    engine = model._loaded()
    spelled = {
        piece.decode(): token for token, piece in enumerate(engine.pieces) if piece.isalnum() and piece.isascii()
    }
    found = [(word, spelled[word]) for word in words() if word in spelled]
    assert len(found) > 50
    for word, token in found:
        answer = _Answer(engine, engine._matcher(f'root ::= "{word}" | "{word[0]}?"'), Options())
        scores = engine._torch.zeros(len(engine.pieces))
        scores[token] = 1
        assert answer._choose(scores) == token


def test_draws_follow_top_k_and_top_p(model: Local) -> None:
    engine = model._loaded()
    logits = engine._torch.log(engine._torch.tensor([0.5, 0.3, 0.15, 0.05]))

    def drawn(**options: float) -> set[int]:
        chosen = Options.model_validate({"temperature": 1.0, "top_k": 0, **options})
        return {int(engine.scores(logits, chosen).argmax()) for _ in range(300)}

    assert drawn() == {0, 1, 2, 3}
    assert drawn(top_k=2) == {0, 1}
    assert drawn(top_p=0.7) == {0, 1}
    assert drawn(temperature=0.001) == {0}


def test_control_tokens_in_a_text_stay_text(model: Local) -> None:
    """A goal or a page cannot end the user's message, nor add a picture that is not there."""
    told = Message(role="user", parts=("<|image|><|user|>",))
    tokens, pictures = model._loaded()._prompt((told,), thinking=False)
    assert model._loaded()._config.image_token_id not in tokens
    assert not pictures


def test_bad_grammar_is_refused(model: Local) -> None:
    with pytest.raises(ModelRefused, match="refuses the grammar"):
        model.decide(HELLO, Text("root ::= nothing"), Options())


def test_too_long_a_prompt_is_refused(model: Local) -> None:
    with pytest.raises(ModelRefused, match="Send less history"):
        model.decide(HELLO, LETTERS, Options(max_tokens=70_000))


def test_warm_loads_in_the_background(dense: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """And nothing is written to the terminal meanwhile."""
    model = Local(dense, threads=1)
    model.warm()
    assert model.decide(HELLO, LETTERS, Options(max_tokens=50)).finish == "stop"
    assert capfd.readouterr() == ("", "")


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        Local(tmp_path / "nowhere")


def test_other_model(copy: Path) -> None:
    (copy / "config.json").write_text(json.dumps({"model_type": "llama"}))
    with pytest.raises(UsageError, match="model of type llama"):
        Local(copy)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "preprocessor_config.json", "model.safetensors"])
def test_missing_file(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(UsageError, match=f"{name} is missing"):
        Local(copy)


def test_missing_shard(copy: Path) -> None:
    index = {"weight_map": {"lm_head.weight": "model-00001-of-00002.safetensors"}}
    (copy / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(UsageError, match=r"model-00001-of-00002\.safetensors is missing"):
        Local(copy)


def test_pickled_weights(copy: Path) -> None:
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(UsageError, match="pickle"):
        Local(copy)


def test_checksum(copy: Path) -> None:
    """A right one loads, a wrong one does not."""
    weights = copy / "model.safetensors"
    sums = copy / "SHA256SUMS"
    sums.write_text(f"{hashlib.sha256(weights.read_bytes()).hexdigest()}  model.safetensors\n")
    assert Local(copy, threads=1).decide(HELLO, LETTERS, Options(max_tokens=50)).finish == "stop"
    with weights.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x7f")
    with pytest.raises(UsageError, match="its checksum is not the one"):
        Local(copy).decide(HELLO, LETTERS, Options())


def test_broken_weights(copy: Path) -> None:
    (copy / "model.safetensors").write_bytes(b"nonsense" * 100)
    with pytest.raises(UsageError, match="cannot be loaded"):
        Local(copy).decide(HELLO, LETTERS, Options())


def test_broken_config(copy: Path) -> None:
    (copy / "config.json").write_text("{")
    with pytest.raises(UsageError, match=r"config.json is broken"):
        Local(copy)


def test_too_little_memory(dense: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glm_backends.local.available_memory", lambda: 1000)
    with pytest.raises(UsageError, match="GB of memory as float32"):
        Local(dense)


def test_memory_is_known() -> None:
    available = checkpoints.available_memory()
    assert available is None or available > 1_000_000


def test_missing_extra(dense: Path) -> None:
    """Says what to install; and importing the module needs none of the libraries."""
    code = f"""
import sys
for name in ("torch", "transformers", "xgrammar"):
    sys.modules[name] = None
from glm_backends.local import Local
Local({str(dense)!r})
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert 'UsageError: torch is missing. Run: pip install "glm-agent[embedded]"' in result.stderr


def test_local_is_a_model(model: Local) -> None:
    form: Form = LETTERS
    assert model.name == model._checkpoint.folder.name
    assert form.grammar()
