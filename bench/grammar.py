"""What the grammar costs with a vocabulary of GLM-4.5V's size: compile time, and the mask before each token.

"Again" is the compile time of the same form for another step, which offers another file, where the first is known:
servers keep rules that do not change.

Run `python bench/grammar.py`. It ends with 1 if the grammar that the agent sends misses its targets.
The vocabulary is made here, of the words in Python's own sources, so that nothing has to be downloaded.
"""

import json
import multiprocessing
import random
import re
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from glm_actions import ebnf
from glm_actions.grammar import Grammar, xgrammar
from glm_actions.space import ActionSpace
from glm_actions.vocabulary import VOCABULARY

ORDINARY, TOTAL = 151_329, 151_552
"""GLM-4.5's ordinary tokens, and all that its masks cover: control tokens and padding follow."""
CONTROL = (
    *("<|endoftext|>", "[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>", "<|system|>", "<|user|>", "<|assistant|>"),
    *("<|observation|>", "<|begin_of_image|>", "<|end_of_image|>", "<|begin_of_video|>", "<|end_of_video|>"),
    *("<|begin_of_audio|>", "<|end_of_audio|>", "<|begin_of_transcription|>", "<|end_of_transcription|>"),
    *("<|code_prefix|>", "<|code_middle|>", "<|code_suffix|>", "<think>", "</think>", "<tool_call>", "</tool_call>"),
    *("<tool_response>", "</tool_response>", "<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>", "/nothink"),
    *("<|begin_of_box|>", "<|end_of_box|>", "<|image|>", "<|video|>"),
)
PIECES = re.compile(r" ?[^\W\d_]+| ?\d{1,3}| ?[^\s\w]+|\s+")
ANSWER = (
    '{"reason":"The form is complete, and the Search flights button below it is enabled now.","action":'
    '{"action_type":"left_click","start_box":[586,446],"element_info":"Search flights"},"memory":"compare the prices"}'
)
LIMIT_S = 60
COMPILE_TARGET_S, MASK_TARGET_S = 0.1, 0.0001


class Cost(NamedTuple):
    """What one grammar costs."""

    compile_s: float
    again_s: float
    masks_s: list[float]

    @property
    def mean_s(self) -> float:
        """The mean time of a mask."""
        return sum(self.masks_s) / len(self.masks_s)


def source_pieces() -> Counter[str]:
    """Words, numbers, punctuation and spaces of Python's standard library, counted."""
    library = Path(sysconfig.get_path("stdlib"))
    pieces: Counter[str] = Counter()
    for path in sorted(library.rglob("*.py")):
        if "site-packages" not in path.parts:
            pieces.update(PIECES.findall(path.read_text(encoding="utf-8", errors="replace")))
    return pieces


def chinese() -> Iterator[str]:
    """Words of one to four ideographs without end, as more than a third of GLM's tokens are."""
    rng = random.Random(0)
    while True:
        yield "".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(rng.randint(1, 4)))


def vocabulary() -> list[bytes]:
    """All bytes, words by frequency with their beginnings, Chinese, GLM's control tokens, padding."""
    tokens = dict.fromkeys(bytes([byte]) for byte in range(256))
    for piece, _ in sorted(source_pieces().items(), key=lambda item: (-item[1], item[0])):
        tokens |= dict.fromkeys(piece[:end].encode() for end in range(2, min(len(piece), 16) + 1))
        if len(tokens) >= ORDINARY * 2 // 3:
            break
    for word in chinese():
        tokens[word.encode()] = None
        if len(tokens) >= ORDINARY:
            break
    whole = [*list(tokens)[:ORDINARY], *(word.encode() for word in CONTROL)]
    return whole + [b""] * (TOTAL - len(whole))


def tokenize(text: str, tokens: list[bytes]) -> list[int]:
    """The text's tokens, each as long as it can be."""
    numbers = {token: number for number, token in enumerate(tokens)}
    left, answer = text.encode(), []
    while left:
        longest = next(end for end in range(32, 0, -1) if left[:end] in numbers)
        answer.append(numbers[left[:longest]])
        left = left[longest:]
    return answer


def space(file: str) -> ActionSpace:
    """All actions, with files, programs and tabs to choose from."""
    kinds = (cls.kind() for cls in VOCABULARY)
    return ActionSpace.of(kinds, tabs=range(1, 6), files=(file, "report.pdf"), programs=("Text Editor",))


def ours(space: ActionSpace) -> str:
    """What the agent sends: strings that recurse to the right."""
    return space.grammar()


def repeated(space: ActionSpace) -> str:
    """The same with strings as a repeated character, which may be an escape."""
    plain = ebnf.SHARED_RULES["text_rest"].split(" | ")[1].removesuffix(" text_rest")
    string = {
        "string": r'"\"" string_char* "\""',
        "string_char": f"{plain} | string_escape",
        "string_escape": r'"\\" (["\\/nt] | "u" [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F])',
    }
    root = ebnf.fields([("reason", "text"), ("action", "action")], last=("memory", "text"))
    rules = {name: re.sub(r"\btext\b", "string", body) for name, body in {"root": root, **space.rules()}.items()}
    return ebnf.render({**rules, **string})


def schema(space: ActionSpace) -> str:
    """What xgrammar makes of the JSON schema, without free whitespace."""
    return _translated(json.loads(space.json_schema()))


def bounded_schema(space: ActionSpace) -> str:
    """The same with a maxLength of 200 for every string."""
    return _translated(_bounded(json.loads(space.json_schema())))


def _translated(schema: Any) -> str:
    return str(xgrammar().Grammar.from_json_schema(json.dumps(schema), any_whitespace=False, separators=(",", ":")))


def _bounded(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_bounded(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    free = schema.get("type") == "string" and not {"const", "enum"} & set(schema)
    return {name: _bounded(part) for name, part in schema.items()} | ({"maxLength": 200} if free else {})


def anything(_: ActionSpace) -> str:
    """One rule, which matches every line: the least that a mask can cost."""
    return r'root ::= "\n" | [\x20-\U0010ffff] root'


FORMS: dict[str, Callable[[ActionSpace], str]] = {
    "EBNF, right recursion (ours)": ours,
    "JSON schema, plain strings": schema,
    "JSON schema, maxLength 200": bounded_schema,
    "EBNF, strings as ch*": repeated,
    "one rule, any text": anything,
}


def measure(form: Callable[[ActionSpace], str], tokens: list[bytes], answer: list[int]) -> Cost:
    """Compile one form and compute the mask before each token of the answer: the best of three, as others run too."""
    text, other = form(space("photo.png")), form(space("other.png"))
    grammars = [Grammar(text, tokens, ORDINARY) for _ in range(1 if form is bounded_schema else 3)]
    masks = [grammars[0].mask_seconds(answer) for _ in range(3)]
    compile_s = min(grammar.compile_s for grammar in grammars)
    return Cost(compile_s, again_s(text, other, tokens), min(masks, key=sum))


def again_s(text: str, other: str, tokens: list[bytes]) -> float:
    """How long the other grammar takes to compile after the first."""
    compiler = xgrammar().GrammarCompiler(xgrammar().TokenizerInfo(tokens, stop_token_ids=[ORDINARY]))
    compiler.compile_grammar(text)
    started = time.perf_counter()
    compiler.compile_grammar(other)
    return time.perf_counter() - started


def _report(pipe: Connection, *job: Any) -> None:
    pipe.send(measure(*job))


def within_limit(*job: Any) -> Cost | None:
    """Measure in a process of its own, because a compilation cannot be interrupted; None after the time limit."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(sending, *job))
    process.start()
    sending.close()
    try:
        return receiving.recv() if receiving.poll(LIMIT_S) else None
    finally:
        process.kill()
        process.join()


def line(name: str, cost: Cost | None) -> str:
    """One line of the table."""
    if cost is None:
        return f"{name:30} not done after {LIMIT_S} s"
    masks = [1000 * mask for mask in (cost.mean_s, max(cost.masks_s), sum(cost.masks_s))]
    return f"{name:30} {cost.compile_s:9.3f} {cost.again_s:9.3f} {masks[0]:11.3f} {masks[1]:9.3f} {masks[2]:11.1f}"


def main() -> int:
    """Print the table."""
    tokens = vocabulary()
    answer = tokenize(ANSWER, tokens)
    print(f"{len(tokens)} tokens, {len(VOCABULARY)} actions, an answer of {len(answer)} tokens")
    print(f"{'':30} {'compile s':>9} {'again s':>9} {'mean mask ms':>11} {'max ms':>9} {'answer ms':>11}")
    costs = {name: within_limit(form, tokens, answer) for name, form in FORMS.items()}
    for name, cost in costs.items():
        print(line(name, cost))
    own = next(iter(costs.values()))
    met = own is not None and own.compile_s <= COMPILE_TARGET_S and own.mean_s <= MASK_TARGET_S
    print(f"targets (compile {COMPILE_TARGET_S} s, mask {MASK_TARGET_S * 1000} ms): {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
