"""Our names of keys in Playwright's words."""

_PLAYWRIGHT = {
    "ctrl": "Control",
    "alt": "Alt",
    "shift": "Shift",
    "meta": "Meta",
    "up": "ArrowUp",
    "down": "ArrowDown",
    "left": "ArrowLeft",
    "right": "ArrowRight",
    "pageup": "PageUp",
    "pagedown": "PageDown",
    "volumeup": "AudioVolumeUp",
    "volumedown": "AudioVolumeDown",
    "volumemute": "AudioVolumeMute",
    "playpause": "MediaPlayPause",
    "nexttrack": "MediaTrackNext",
    "prevtrack": "MediaTrackPrevious",
    "printscreen": "PrintScreen",
}


def chord(keys: str) -> str:
    """`ctrl+pageup` as `Control+PageUp`."""
    return "+".join(_named(part) for part in keys.split("+"))


def _named(key: str) -> str:
    if len(key) == 1:
        return key
    return _PLAYWRIGHT.get(key, key.capitalize())
