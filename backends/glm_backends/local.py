"""A model in this process: any GLM-4.1V or GLM-4.5V checkpoint, run by transformers under xgrammar's masks."""

import contextlib
import gc
import importlib
import importlib.util
import inspect
import io
import math
import threading
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self

from glm_actions.errors import UsageError
from glm_backends.checkpoint import ARCHITECTURES, Checkpoint, available_memory
from glm_backends.errors import ModelFailed, ModelRefused
from glm_backends.model import Capabilities, Form, Message, Options, Picture, Reply, Usage
from glm_backends.packed import unpacked

Dtype = Literal["float32", "bfloat16", "float16"]

EMBEDDED = "glm-agent-embedded"
"""What a packed checkpoint is called unless it is named: only this project's own are packed."""
_LIBRARIES = ("torch", "transformers", "xgrammar")
_GREEDY = 0.01
"""Below this temperature the best token is taken."""
_TRIES = 32
"""How many of the model's favourite tokens are offered to the grammar before its mask is computed."""


class Local:
    """Runs a checkpoint on the CPU, one answer at a time.

    Args:
        folder: Where the checkpoint lies.
        threads: How many threads to compute with; without it, torch decides.
        dtype: What to compute in. On a CPU without bfloat16 instructions, float32 is many times faster.
        name: What it is called in recordings; without it, the folder's name.

    Raises:
        UsageError: if there is no such checkpoint, it does not fit into memory, or a library is missing.
    """

    def __init__(
        self, folder: str | Path, *, threads: int | None = None, dtype: Dtype = "float32", name: str | None = None
    ) -> None:
        for library in _LIBRARIES:
            if importlib.util.find_spec(library) is None:
                raise UsageError(f'{library} is missing. Run: pip install "glm-agent[embedded]"')
        self._checkpoint = Checkpoint(Path(folder))
        self._checkpoint.check_memory(dtype, available_memory())
        self.name = name or (EMBEDDED if self._checkpoint.packed else self._checkpoint.folder.resolve().name)
        self.capabilities = Capabilities(thinking=self._checkpoint.thinks, grammar=True)
        self._threads = threads
        self._dtype = dtype
        self._engine: _Engine | None = None
        self._busy = threading.Lock()

    def warm(self) -> None:
        """Begin to load, in the background. `decide` waits until that is done."""
        threading.Thread(target=self._warm, name="load-model", daemon=True).start()

    def close(self) -> None:
        """Let go of the weights. May be called twice."""
        self._engine = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def decide(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:
        """Answer a conversation. See `glm_backends.model.Model.decide`."""
        with self._busy:
            return self._loaded().reply(messages, form.grammar(), options)

    def _warm(self) -> None:
        # What fails here fails again, and is told, when the first decision is asked for.
        with contextlib.suppress(Exception), self._busy:
            hello = Message(role="user", parts=("Hello",))
            self._loaded().reply((hello,), 'root ::= "{" [a-z] "}"', Options(max_tokens=2))

    def _loaded(self) -> "_Engine":
        if self._engine is None:
            self._engine = _Engine(self._checkpoint, self._dtype, self._threads)
        return self._engine


class _Engine:
    """A loaded checkpoint."""

    def __init__(self, checkpoint: Checkpoint, dtype: Dtype, threads: int | None) -> None:
        checkpoint.check_sums()
        with _collector_paused():
            import torch
            import transformers
            import xgrammar

            with _quiet(transformers):
                self._model, self._tokenizer, self._images = _load(checkpoint, getattr(torch, dtype))
        self._torch, self._transformers, self._xgrammar = torch, transformers, xgrammar
        self._threads, self._thinks = threads, checkpoint.thinks
        self._config = self._model.config
        # transformers 5.24 renamed it.
        self._cache = "cache" if "cache" in inspect.signature(self._model.forward).parameters else "past_key_values"
        eos = self._model.generation_config.eos_token_id
        self.stops = frozenset([eos] if isinstance(eos, int) else eos or ())
        self.think_end = self._tokenizer.convert_tokens_to_ids("</think>")
        info = self._xgrammar.TokenizerInfo.from_huggingface(
            self._tokenizer, vocab_size=self._config.text_config.vocab_size, stop_token_ids=sorted(self.stops)
        )
        self.pieces: list[bytes] = info.decoded_vocab
        self._compile = lru_cache(maxsize=32)(self._xgrammar.GrammarCompiler(info, max_threads=2).compile_grammar)
        self._mask = self._xgrammar.allocate_token_bitmask(1, len(self.pieces))
        self._random = self._torch.Generator().manual_seed(0)

    def reply(self, messages: tuple[Message, ...], grammar: str, options: Options) -> Reply:
        """One answer."""
        if self._threads:
            self._torch.set_num_threads(self._threads)
        answer = _Answer(self, self._matcher(grammar), options)
        thinking = options.thinking and self._thinks
        tokens, pictures = self._prompt(messages, thinking=thinking)
        self._check_length(len(tokens) + options.max_tokens)
        with self._torch.inference_mode():
            answer.run(tokens, pictures, thinking=thinking)
        return answer.reply(prompt_tokens=len(tokens))

    def new_cache(self) -> Any:
        """Room for the keys and values of one conversation."""
        self._model.model.rope_deltas = None
        return self._transformers.DynamicCache(config=self._config)

    def forward(self, tokens: list[int], cache: Any, pictures: dict[str, Any]) -> Any:
        """The scores of what comes after these tokens, which follow those in the cache."""
        ids, more = self._torch.tensor([tokens]), {**pictures, self._cache: cache}
        if pictures:
            more["mm_token_type_ids"] = (ids == self._config.image_token_id).int()
        elif past := cache.get_seq_length():
            places = self._torch.arange(past, past + len(tokens)).expand(3, 1, -1)
            shift = self._model.model.rope_deltas
            more["position_ids"] = places if shift is None else places + shift
        return self._model(input_ids=ids, use_cache=True, logits_to_keep=1, **more).logits[0, -1].float()

    def scores(self, logits: Any, options: Options) -> Any:
        """The tokens' scores: the highest one is the one to take."""
        if options.temperature < _GREEDY or options.top_k == 1:
            return logits
        scaled = logits / options.temperature
        ordered, order = scaled.sort(descending=True)
        chances = ordered.softmax(-1)
        # What is kept reaches top_p together with what is more likely; the likeliest is always kept.
        dropped = chances.cumsum(-1) - chances >= options.top_p
        if options.top_k > 0:
            dropped[options.top_k :] = True
        scaled[order[dropped]] = -math.inf
        # The highest of scores with this noise is a draw from their softmax, and their order one without replacement.
        return scaled - self._torch.empty_like(scaled).exponential_(generator=self._random).log()

    def allowed(self, matcher: Any) -> Any:
        """Which tokens the grammar's mask lets pass."""
        matcher.fill_next_token_bitmask(self._mask)
        passing = self._torch.zeros(1, len(self.pieces))
        self._xgrammar.apply_token_bitmask_inplace(passing, self._mask)
        return passing[0] == 0

    def spell(self, text: str, *, whole: bool) -> list[int]:
        """The tokens of a text; unless it is whole, without the last word, whose tokens depend on what follows."""
        spelled = self._tokenizer.backend_tokenizer.encode(text, add_special_tokens=False)
        words = spelled.word_ids
        return [token for token, word in zip(spelled.ids, words, strict=True) if whole or word != words[-1]]

    def _matcher(self, grammar: str) -> Any:
        try:
            return self._xgrammar.GrammarMatcher(self._compile(grammar))
        except RuntimeError as error:
            raise ModelRefused(f"xgrammar refuses the grammar: {error}") from error

    def _prompt(self, messages: tuple[Message, ...], *, thinking: bool) -> tuple[list[int], dict[str, Any]]:
        """The tokens of a conversation, and its pictures as the model takes them."""
        rendered = self._tokenizer.apply_chat_template(
            [_told(message) for message in messages],
            tokenize=False,
            add_generation_prompt=True,
            enable_thinking=thinking,
        )
        tokens = self._tokenizer.backend_tokenizer.encode(rendered, add_special_tokens=False).ids
        pictures = [part for message in messages for part in message.parts if isinstance(part, Picture)]
        if not pictures:
            return tokens, {}
        seen = self._images([_opened(picture) for picture in pictures], return_tensors="pt")
        sizes = iter((seen["image_grid_thw"].prod(-1) // self._images.merge_size**2).tolist())
        image = self._config.image_token_id
        return [copy for token in tokens for copy in [token] * (next(sizes) if token == image else 1)], dict(seen)

    def _check_length(self, length: int) -> None:
        most = self._config.text_config.max_position_embeddings
        if length > most:
            raise ModelRefused(f"Prompt and answer take {length} tokens; the model reads {most}. Send less history.")


class _Answer:
    """An answer while it is decoded."""

    def __init__(self, engine: _Engine, matcher: Any, options: Options) -> None:
        self._engine = engine
        self._matcher = matcher
        self._options = options
        self._started = time.monotonic()
        self._first = 0.0
        self._cache = engine.new_cache()
        self._text, self._thought = bytearray(), bytearray()
        self._count = 0

    def run(self, tokens: list[int], pictures: dict[str, Any], *, thinking: bool) -> None:
        """Decode until the grammar is complete or the tokens are used up."""
        logits = self._forward(tokens if thinking else tokens + self._forced(), pictures)
        if thinking:
            logits = self._think(logits)
        while not self._complete() and self._left():
            token = self._choose(logits)
            if token in self._engine.stops:
                return
            following = [self._taken(token, self._text), *self._forced()]
            if not self._complete():
                logits = self._forward(following)

    def reply(self, prompt_tokens: int) -> Reply:
        """What has been decoded."""
        return Reply(
            text=self._text.decode(errors="ignore"),
            thinking=self._thought.decode(errors="ignore").strip().removeprefix("<think>").strip(),
            finish="stop" if self._matcher.is_completed() else "length",
            usage=Usage(prompt_tokens=prompt_tokens, completion_tokens=self._count),
            first_token_s=self._first,
            seconds=time.monotonic() - self._started,
        )

    def _think(self, logits: Any) -> Any:
        """Decode freely up to the end of the thoughts; the grammar begins after it."""
        end = self._engine.think_end
        while self._left():
            token = int(self._engine.scores(logits, self._options).argmax())
            if token == end or token in self._engine.stops:
                # A thought that just stops is closed here, so that an answer follows.
                self._count += 1
                return self._forward([end, *self._forced()])
            logits = self._forward([self._taken(token, self._thought)])
        return logits

    def _forward(self, tokens: list[int], pictures: dict[str, Any] | None = None) -> Any:
        """What the model thinks comes after these tokens, which follow those it has had."""
        logits = self._engine.forward(tokens, self._cache, pictures or {})
        self._first = self._first or time.monotonic() - self._started
        return logits

    def _choose(self, logits: Any) -> int:
        """The best token, or one drawn at random, among those that the grammar allows."""
        # xgrammar's mask can leave out a token that its matcher accepts (`click`, in one vocabulary, up to 0.2.8), so
        # the favourites are tried; that is quicker than the mask, too. The first one allowed in an order drawn at
        # random is distributed as if the mask had been applied before.
        scores, order = self._engine.scores(logits, self._options).topk(min(_TRIES, len(logits)))
        for score, token in zip(scores.tolist(), order.tolist(), strict=True):
            # Unused ids have no text, and the matcher complains of them on the terminal.
            if score > -math.inf and self._engine.pieces[token] and self._matcher.accept_token(token):
                return int(token)
        allowed = logits.masked_fill(~self._engine.allowed(self._matcher), -math.inf)
        token = int(self._engine.scores(allowed, self._options).argmax())
        if not self._matcher.accept_token(token):
            raise ModelFailed("The grammar allows no token at all. Report it, with the recording.")
        return token

    def _forced(self) -> list[int]:
        """The tokens that are sure to come next: they need no decision, and one pass for all of them."""
        text = self._matcher.find_jump_forward_string()
        if not text:
            return []
        end = self._matcher.fork()
        tokens = self._engine.spell(text, whole=bool(end.accept_string(text)) and self._complete(end))
        tokens = tokens[: self._options.max_tokens - self._count]
        return [self._taken(token, self._text) for token in tokens if self._matcher.accept_token(token)]

    def _taken(self, token: int, into: bytearray) -> int:
        into += self._engine.pieces[token]
        self._count += 1
        return token

    def _complete(self, matcher: Any = None) -> bool:
        """Whether the answer is whole and nothing may follow."""
        matcher = matcher or self._matcher
        return matcher.is_completed() and int(self._engine.allowed(matcher).sum()) <= len(self._engine.stops)

    def _left(self) -> bool:
        """Whether tokens are left to answer with."""
        if time.monotonic() - self._started > self._options.timeout_s:
            raise ModelFailed(
                f"The model was still answering after {self._options.timeout_s:g} s. Raise --model-timeout."
            )
        return self._count < self._options.max_tokens


def _load(checkpoint: Checkpoint, dtype: Any) -> tuple[Any, Any, Any]:
    """The model, the tokenizer and the picture processor, each by its own class: the Auto classes import hundreds."""
    folder, kind = checkpoint.folder, checkpoint.model_type
    from transformers import PreTrainedTokenizerFast
    from transformers.models.glm4v.image_processing_pil_glm4v import Glm4vImageProcessorPil

    modeling = importlib.import_module(f"transformers.models.{kind}.modeling_{kind}")
    try:
        source = _unpacked(checkpoint) if checkpoint.packed else {"pretrained_model_name_or_path": folder}
        model, told = getattr(modeling, ARCHITECTURES[kind]).from_pretrained(
            **source, dtype=dtype, use_safetensors=True, local_files_only=True, output_loading_info=True
        )
        tokenizer = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
        processor = Glm4vImageProcessorPil.from_pretrained(folder, local_files_only=True)
    except Exception as error:
        # These libraries have no common error: safetensors, tokenizers and the config each raise their own.
        raise UsageError(f"{folder} cannot be loaded: {error}. Get it again.") from error
    if missing := told["missing_keys"]:
        raise UsageError(f"{folder} lacks {len(missing)} weights, such as {min(missing)}. Get it again.")
    return model.eval(), tokenizer, processor


def _unpacked(checkpoint: Checkpoint) -> dict[str, Any]:
    """What `from_pretrained` needs instead of a folder when the weights are packed."""
    from safetensors.torch import load_file
    from transformers.generation import GenerationConfig
    from transformers.models.glm4v.configuration_glm4v import Glm4vConfig

    settings = {name: value for name, value in checkpoint.config.items() if name != "quantization_config"}
    return {
        "pretrained_model_name_or_path": None,
        "config": Glm4vConfig.from_dict(settings),
        "state_dict": unpacked(load_file(checkpoint.weights[0])),
        "generation_config": GenerationConfig.from_pretrained(checkpoint.folder, local_files_only=True),
    }


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Importing torch and transformers makes a million objects that stay; looking for garbage in them takes 1 s."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextlib.contextmanager
def _quiet(transformers: Any) -> Iterator[None]:
    """No progress bars and no advice on the terminal."""
    logging = transformers.utils.logging
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


def _told(message: Message) -> dict[str, Any]:
    # What stands in a text must not become one of the model's control tokens.
    return {
        "role": message.role,
        "content": [
            {"type": "image"} if isinstance(part, Picture) else {"type": "text", "text": part.replace("<|", "< |")}
            for part in message.parts
        ],
    }


def _opened(picture: Picture) -> Any:
    from PIL import Image

    return Image.open(io.BytesIO(picture.png)).convert("RGB")
