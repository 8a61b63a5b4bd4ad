"""How a drawn page looks: colours, fonts, corners. Some looks are kept for evaluation."""

import colorsys
from random import Random

COMMON_FONTS = (
    *("DejaVu Sans", "DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono"),
    *("Liberation Sans", "Liberation Serif", "Roboto", "Open Sans"),
)
"""Three pages in four, since letters are learnt sooner from few shapes."""
RARE_FONTS = (
    *(
        "DejaVu Sans Condensed",
        "Liberation Mono",
        "Roboto Slab",
        "Lato",
        "Cantarell",
        "Carlito",
        "FreeSans",
        "FreeSerif",
    ),
    *("Quicksand", "JetBrains Mono", "EB Garamond", "Cabin", "Play", "Inter", "Fira Code", "Hack"),
    *("Nimbus Sans", "Nimbus Roman", "URW Gothic", "C059"),
)
UNSEEN_FONTS = ("P052", "Comfortaa")
_UNSEEN_HUES = (0.42, 0.56)
_UNSEEN_RADIUS = 11

CSS = """
*{box-sizing:border-box}body{margin:0;background:#888}
.cell{position:absolute;overflow:hidden;background:var(--bg);color:var(--fg);font-size:var(--fs);line-height:1.3}
.cell *{white-space:nowrap}
.btn{display:inline-block;background:var(--pri);color:var(--on);border:1px solid var(--pri);border-radius:var(--rad);
 padding:var(--pad) 12px;margin:3px}
.btn.o{background:var(--card);color:var(--fg);border-color:var(--line)}
.btn.g{background:#0000;color:var(--link);border-color:#0000}
.lnk{color:var(--link);text-decoration:underline}.lnk.n{text-decoration:none}
.card{background:var(--card);border:1px solid var(--line);border-radius:var(--rad);padding:10px;overflow:hidden}
.bar{background:var(--pri);color:var(--on);padding:6px 10px;display:flex;gap:14px;align-items:center}
.bar.l{background:var(--card);color:var(--fg);border-bottom:1px solid var(--line)}
.m{color:var(--soft)}.s{font-size:.86em}.b{font-weight:bold}.h{font-size:1.45em;font-weight:bold}
.h2{font-size:1.2em;font-weight:bold}.row{display:flex;gap:8px;align-items:center}
.col{display:flex;flex-direction:column;gap:4px;align-items:flex-start}
.inp{display:inline-block;background:var(--bg);border:1px solid var(--line);border-radius:min(var(--rad),6px);
 padding:5px 8px;height:30px;min-width:60px;overflow:hidden}
.inp.f{border:2px solid var(--pri);padding:4px 7px}.inp.f.u{outline:2px solid var(--link);border-color:var(--line)}
.inp .ph{color:var(--soft)}.inp .mk{background:#38f;color:#fff}
.ck{display:inline-block;width:14px;height:14px;border:1.5px solid var(--soft);border-radius:2px;vertical-align:-2px;
 margin-right:6px;background:var(--card)}.ck.r{border-radius:50%}.ck.on{background:var(--pri);border-color:var(--pri)}
.tg{display:inline-block;width:30px;height:16px;border-radius:8px;background:var(--line);position:relative;
 vertical-align:-3px;margin-left:8px}.tg.on{background:var(--pri)}.tg.on:after{left:16px}
.tg:after{content:'';position:absolute;width:12px;height:12px;border-radius:6px;background:#fff;left:2px;top:2px}
.tab{padding:6px 12px;border-bottom:2px solid #0000;display:inline-block}
.tab.on{border-color:var(--pri);color:var(--link)}
.pop{position:absolute;background:var(--card);border:1px solid var(--line);box-shadow:0 3px 10px #0005;
 border-radius:4px;padding:4px 0}.mi{padding:4px 16px;display:block}
table{border-collapse:collapse}td,th{border-bottom:1px solid var(--line);padding:4px 10px;text-align:left}
svg{width:18px;height:18px;fill:none;stroke:currentColor;stroke-width:2;vertical-align:-4px}
.ic{display:inline-block;padding:4px;margin:1px}
.grid{display:grid;grid-template-columns:repeat(7,var(--day))}
.day{height:calc(var(--day)*.8);line-height:calc(var(--day)*.8);text-align:center}
.day.sel{background:var(--pri);color:var(--on);border-radius:4px}.day.off{color:var(--line)}
.veil{position:absolute;inset:0;background:#0007}
.spin{width:34px;height:34px;border-radius:50%;border:4px solid var(--line);border-top-color:var(--pri);margin:8px auto}
.bone{background:var(--line);border-radius:4px;margin:8px 0;opacity:.6}
"""


def style(rng: Random, *, unseen: bool = False) -> str:
    """CSS declarations of one look; `unseen` draws from what training never shows."""
    font = rng.choice(UNSEEN_FONTS if unseen else COMMON_FONTS if rng.random() < 0.75 else RARE_FONTS)
    radius = _UNSEEN_RADIUS if unseen else rng.choice((0, 2, 3, 4, 6, 8, 16))
    sizes = {
        "rad": f"{radius}px",
        "fs": f"{rng.choice((12, 12.5, 13, 13, 14, 14, 15, 16))}px",
        "pad": f"{rng.choice((3, 4, 5, 6, 8))}px",
        "day": f"{rng.choice((26, 30, 34, 38))}px",
    }
    variables = _colours(rng, unseen=unseen) | sizes
    return "".join(f"--{name}:{value};" for name, value in variables.items()) + f"font-family:'{font}',sans-serif;"


def _colours(rng: Random, *, unseen: bool) -> dict[str, str]:
    main, tint, dark = _hue(rng, unseen=unseen), _hue(rng, unseen=unseen), rng.random() < 0.3
    bright = rng.random() < 0.2
    accent = _hex(main, rng.uniform(0.4, 1), rng.uniform(0.68, 0.85) if bright else rng.uniform(0.25, 0.5))
    ground = _dark(rng, tint) if dark else _light(rng, tint)
    link = _hex(main, 0.8, 0.68 if dark else 0.36)
    return ground | {"pri": accent, "on": "#111" if bright else "#fff", "link": link}


def _dark(rng: Random, tint: float) -> dict[str, str]:
    return {
        "bg": _hex(tint, rng.uniform(0, 0.3), rng.uniform(0.06, 0.18)),
        "fg": _hex(tint, 0.1, rng.uniform(0.82, 0.97)),
        "card": _hex(tint, rng.uniform(0, 0.3), rng.uniform(0.12, 0.24)),
        "line": _hex(tint, 0.1, 0.38),
        "soft": _hex(tint, 0.1, 0.66),
    }


def _light(rng: Random, tint: float) -> dict[str, str]:
    return {
        "bg": _hex(tint, rng.uniform(0, 0.5), rng.uniform(0.93, 1)),
        "fg": _hex(tint, rng.uniform(0, 0.4), rng.uniform(0, 0.24)),
        "card": _hex(tint, rng.uniform(0, 0.3), rng.uniform(0.96, 1)),
        "line": _hex(tint, rng.uniform(0, 0.3), rng.uniform(0.6, 0.85)),
        "soft": _hex(tint, 0.1, 0.42),
    }


def _hue(rng: Random, *, unseen: bool) -> float:
    low, high = _UNSEEN_HUES
    if unseen:
        return rng.uniform(low, high)
    hue = rng.random() * (1 - (high - low))
    return hue if hue < low else hue + high - low


def _hex(hue: float, saturation: float, lightness: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue % 1, lightness, saturation))
