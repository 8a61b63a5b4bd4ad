"""Are answers held to the grammar, and does thinking stay out of them?"""

from glm_backends.doctor.line import Line, Needs
from glm_backends.model import Message, Options
from glm_backends.nonce import QUESTION, Exactly, Free, Proof, prove
from glm_backends.server import Server

ADD = (Message(role="user", parts=("How much is 17 and 25? Answer with the number alone.",)),)
NO_GRAMMAR = "It takes no grammar: answers are only checked on this side, and asked for again once."


def check_direct(server: Server, needs: Needs) -> Line:
    """With thinking off."""
    if not server.dialect.has_grammar:
        return Line(verdict="cannot tell", why=NO_GRAMMAR, remedy=server.dialect.remedies.grammar)
    proof = prove(server, thinking=False, timeout_s=needs.timeout_s)
    return _line(server, proof)


def check_thinking(server: Server, needs: Needs) -> Line:
    """With thinking on: the grammar has to wait until the thinking is over."""
    if not server.capabilities.grammar or not server.capabilities.thinking:
        why = "Not asked: the model cannot think and then answer in a grammar here."
        return Line(verdict="cannot tell", why=why, remedy=server.dialect.remedies.thinking)
    return _line(server, prove(server, thinking=True, timeout_s=needs.timeout_s, max_tokens=needs.answer_tokens))


def _line(server: Server, proof: Proof) -> Line:
    remedies = server.dialect.remedies
    mends = {
        "bites": "",
        "ignored": remedies.grammar,
        "replayed": "Turn off whatever stores answers between here and the server.",
        "cut": "Look for a limit on the tokens of an answer, on the server or in a proxy.",
        "thinking_cut": "Let it think longer with GLM_AGENT_ANSWER_TOKENS, or use --think off.",
    }
    verdict = {"bites": "ok", "thinking_cut": "cannot tell"}.get(proof.finding, "wrong")
    line = Line(verdict=verdict, why=proof.why, remedy=mends.get(proof.finding, remedies.thinking))  # type: ignore[arg-type]
    return line.after(QUESTION, Exactly(text=proof.nonce), proof.reply)


def check_thinking_field(server: Server, needs: Needs) -> Line:
    """Without a grammar: thoughts belong in a field of their own."""
    remedy = server.dialect.remedies.thinking
    if not server.capabilities.thinking:
        return Line(verdict="cannot tell", why="Not asked: the model is not told to think here.", remedy=remedy)
    options = Options(thinking=True, max_tokens=min(1024, needs.answer_tokens), timeout_s=needs.timeout_s)
    reply = server.decide(ADD, Free(), options)
    if reply.thinking_leaked or "<think>" in reply.text:
        line = Line(verdict="wrong", why="The thoughts come inside of the answer.", remedy=remedy)
    elif reply.thinking:
        line = Line(verdict="ok", why="The thoughts come in a field of their own.")
    else:
        line = Line(verdict="cannot tell", why="The model was told to think, and no thoughts came.", remedy=remedy)
    return line.after(ADD, Free(), reply)
