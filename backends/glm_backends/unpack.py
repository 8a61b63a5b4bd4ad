"""Writes a checkpoint with packed weights as bfloat16: `python -m glm_backends.unpack FOLDER OUT`.

That is for vLLM, and everything else that does not know the packed form.
"""

import argparse
import shutil
from pathlib import Path

from glm_backends.packed import WEIGHTS, mark, unpacked, write_sums


def unpack(folder: Path, out: Path) -> None:
    """Write a packed checkpoint as bfloat16."""
    from safetensors.torch import load_file, save_file

    weights = {name: weight.bfloat16() for name, weight in unpacked(load_file(folder / WEIGHTS)).items()}
    shutil.copytree(folder, out, dirs_exist_ok=True)
    save_file(weights, out / WEIGHTS, metadata={"format": "pt"})
    mark(out, as_packed=False)
    write_sums(out)


def main() -> None:
    """Write the other folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    unpack(options.folder, options.out)
    print(f"{options.out}: {(options.out / WEIGHTS).stat().st_size / 1e6:.2f} MB of weights")  # noqa: T201


if __name__ == "__main__":
    main()
