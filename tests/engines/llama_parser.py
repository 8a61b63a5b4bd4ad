"""Have llama-server's own parser read commands from stdin, and print what it understood. Runs in its environment.

llama-server itself is in no package registry; its parser is a function of the library that xllamacpp carries.
"""

# ruff: noqa: T201  a script prints

import ctypes
import json
import sys

from xllamacpp import xllamacpp

SERVER = 12
"""Which program the parser is for: its flags differ from those of the others."""
HEAD = 16
"""Bytes before the parameters in a Python object of theirs."""
PARSE = ctypes.CDLL(xllamacpp.__file__)["_Z19common_params_parseiPPcR13common_params13llama_examplePFviS0_E"]
PARSE.argtypes = [ctypes.c_int, ctypes.POINTER(ctypes.c_char_p), ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
PARSE.restype = ctypes.c_bool


def main() -> None:
    """Print a line for each command; end with 1 at the first that is refused."""
    for command in json.load(sys.stdin):
        words = [word.encode() for word in command]
        taken = xllamacpp.CommonParams()
        if not PARSE(len(words), (ctypes.c_char_p * len(words))(*words), id(taken) + HEAD, SERVER, None):
            sys.exit(1)
        print(taken.model.path, taken.mmproj.path, *taken.model_alias, taken.n_ctx, taken.n_parallel, taken.port)


if __name__ == "__main__":
    main()
