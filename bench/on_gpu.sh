#!/usr/bin/env bash
# Serves GLM-4.5V's shape with random weights and times the agent against it: the tables of docs/performance.md.
#
#   python -m bench.shape FOLDER      anywhere: everything but the weights
#   bench/on_gpu.sh FOLDER [RUN]      where the GPUs are; needs vLLM. RUN is a recorded booking, where there is no Chromium
#
# PYTHON, GPUS (1), PORT (8000), MORE (for vLLM) change what it does. FP8 takes one GPU of 141 GB, or two of 80 GB.
set -euo pipefail
folder=${1:?the folder that bench.shape wrote} run=${2:+--run $2}
python=${PYTHON:-python} port=${PORT:-8000}
# As vLLM sets it itself where several GPUs serve: with more threads, masks for seven or more requests wait for the
# slowest processor.
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}
log=$folder/serve.log url=http://127.0.0.1:$port

"$python" -m vllm.entrypoints.openai.api_server --model "$folder" --served-model-name glm-4.5v --load-format dummy \
  --tensor-parallel-size "${GPUS:-1}" --max-model-len 65536 --gpu-memory-utilization 0.93 --reasoning-parser glm45 \
  --structured-outputs-config '{"backend": "xgrammar", "disable_any_whitespace": true}' --enable-prompt-tokens-details \
  --limit-mm-per-prompt '{"image": 32, "video": 0}' --host 127.0.0.1 --port "$port" ${MORE:-} >"$log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
until "$python" -c "import urllib.request as u; u.urlopen('$url/health', timeout=2)" 2>/dev/null; do
  kill -0 $server 2>/dev/null || { tail -n 40 "$log"; echo "bench/on_gpu.sh: the server ended; its log is $log" >&2; exit 1; }
  sleep 2
done
echo "the server is up after $SECONDS s"

# The first requests compile kernels and fill caches: once for nothing.
"$python" bench/served_grammar.py --model-url "$url/v1" --at-once 1 --rounds 2 >/dev/null || true
"$python" bench/served_grammar.py --model-url "$url/v1" || true
# shellcheck disable=SC2086
"$python" bench/model_steps.py --model-url "$url/v1" --markdown $run
