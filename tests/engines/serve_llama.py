"""Serve a model with llama.cpp's own HTTP server: `python serve_llama.py FILE NAME PORT`. Runs in its environment."""

import signal
import sys

import xllamacpp


def main() -> None:
    parameters = xllamacpp.CommonParams()
    parameters.model.path, parameters.model_alias, parameters.port = sys.argv[1], {sys.argv[2]}, int(sys.argv[3])
    parameters.n_ctx, parameters.n_parallel = 8192 * 4, 4
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.warmup = False
    server = xllamacpp.Server(parameters)
    signal.pause()
    del server


if __name__ == "__main__":
    main()
