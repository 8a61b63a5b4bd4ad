"""What servers leave around an answer: GLM's boxes, and thoughts when nobody has taken them out."""

import re

_BOX = re.compile(r" ?<\|(?:begin|end)_of_box\|> ?")
_END = "</think>"


def cleaned(text: str, answer: re.Pattern[str]) -> str:
    """The text without boxes, and without thoughts if an answer follows them.

    Args:
        text: What came from the server.
        answer: What an answer has in it. Without it, `</think>` is something the model wants to type.
    """
    text = _BOX.sub("", text)
    _, end, rest = text.rpartition(_END)
    return rest if end and answer.search(rest) else text
