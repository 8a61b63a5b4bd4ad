#!/usr/bin/env bash
# The next spell of training, from what the last one left to a folder with scores. Each part alone, in this order:
#
#   training/spell.sh prepare WORK [WEIGHTS TOKENIZER]   here, before the GPU is paid for: tokenizer, checks, browser
#   training/spell.sh train WORK                         on the machine with the GPU; FOLDERS in WORK have been carried there
#   training/spell.sh finish WORK                        here: int8 folder with a card, and all scores
#
# WEIGHTS and TOKENIZER are those of an earlier spell, to go on from. The tokenizer has to be that spell's own: an action
# more in the vocabulary changes the numbers of most tokens.
# PYTHON, SECONDS_TRAINED (1150), VIEWPORTS (672x448), SEED (4), GPUS (1), BEGIN (0.15 if there are earlier weights), MORE (for
# the trainer, such as "--device cpu --tiny --batch 8 --steps 30 --memory 0.01 --least 32"), BOOKINGS (100), PICTURES (96), SHARDS (3)
# change what it does. Goes on where it was cut off: `train` saves weights every two minutes, and begins from them.
set -euo pipefail
part=${1:?prepare, train or finish} work=$(realpath -m "${2:?a folder}")
root=$(realpath "$(dirname "$0")/..")
cd "$root"
export PYTHONPATH=$root:$root/actions:$root/agent:$root/backends:$root/tasks:$root/trajectory${PYTHONPATH:+:$PYTHONPATH}
python=${PYTHON:-python} viewports=${VIEWPORTS:-672x448} shards=${SHARDS:-3}
size=${viewports%% *}

draw_checks() { # what, folder, first seed, more
  for seed in $(seq "$3" $(($3 + shards - 1))); do
    "$python" -m training.draw --out "$work/$2" --tokenizer "$work/tokenizer" --split test --copies 1 --shards 1 \
      --what "$1" --seed "$seed" --viewport "$size" "${@:4}"
  done
}

case $part in
prepare)
  mkdir -p "$work"
  if [ $# -ge 4 ]; then
    cp "$3" "$work/before.safetensors"
    cp -r "$4" "$work/tokenizer"
  elif [ ! -d "$work/tokenizer" ]; then
    "$python" -m training.tokens "$work/tokenizer"
  fi
  draw_checks generic checks 81
  draw_checks practice checks 71
  draw_checks calendar checks 61
  draw_checks generic unseen 91 --unseen
  [ -n "${NO_BROWSER:-}" ] || training/pack_browser.sh "$work"
  ;;
train)
  browser=()
  if [ -f "$work/browser.tar.xz" ]; then
    mkdir -p "$work/root"
    if ! mountpoint -q "$work/root/dev"; then
      tar -xJf "$work/browser.tar.xz" -C "$work/root"
      mount -t proc proc "$work/root/proc"
      mount --bind /dev "$work/root/dev"
    fi
    browser=(--browser "chroot $work/root /usr/lib/chromium/chromium-headless-shell")
  fi
  before=()
  for weights in "$work/before.safetensors" "$work/spell/weights.safetensors"; do
    [ ! -f "$weights" ] || before=(--resume "$weights" --begin "${BEGIN:-0.15}")
  done
  "$python" -m training.spell --work "$work/spell" --shards "${IN_MEMORY:-/dev/shm}/shards" --seed "${SEED:-4}" \
    --tokenizer "$work/tokenizer" --checks "$work/checks" --seconds "${SECONDS_TRAINED:-1150}" \
    --gpus "${GPUS:-1}" --viewports $viewports "${browser[@]}" "${before[@]}" ${MORE:-}
  ;;
finish)
  made="$work/model"
  "$python" -m training.export "$work/spell/weights.safetensors" --tokenizer "$work/tokenizer" --out "$made"
  "$python" -m training.evaluate "$made" --checks "$work/checks" --unseen "$work/unseen" --viewport "$size" --pictures "${PICTURES:-96}" \
    --bookings "${BOOKINGS:-100}" --guided "$((${BOOKINGS:-100} / 5))" --out "$work/scores.md"
  "$python" -m training.export "$work/spell/weights.safetensors" --tokenizer "$work/tokenizer" --out "$made" \
    --scores "$work/scores.md" --fact "trained by=training/spell.sh" --fact "seed=${SEED:-4}" \
    --fact "seconds=${SECONDS_TRAINED:-1150}" --fact "bookings=${BOOKINGS:-100} unseen seeds"
  ;;
*) echo "training/spell.sh: there is no part $part; prepare, train or finish" >&2; exit 2 ;;
esac
