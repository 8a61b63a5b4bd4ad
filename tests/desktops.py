"""What the tests of the desktop need of the machine, said once and clearly."""

import shutil

import pytest

_PACKAGES = {
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus-daemon",
    "galculator": "galculator",
    "mousepad": "mousepad",
    "openbox": "openbox",
    "pcmanfm": "pcmanfm",
    "setxkbmap": "x11-xkb-utils",
    "xclip": "xclip",
    "xrandr": "x11-xserver-utils",
}


def need_programs() -> None:
    """Fail the test with what to install."""
    missing = [package for program, package in _PACKAGES.items() if not shutil.which(program)]
    if missing:
        pytest.fail(f"The tests of the desktop need programs. Run: apt-get install {' '.join(missing)}", pytrace=False)
