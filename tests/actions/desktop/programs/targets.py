"""Draws 9 by 9 targets of a colour each over a part of the display, and prints the row and column of each click.

Only the standard library, so that any Python with tkinter runs it: targets.py LEFT TOP WIDTH HEIGHT SIDE
"""

import sys
import tkinter as tk


def main() -> None:
    left, top, width, height, side = map(int, sys.argv[1:])
    root = tk.Tk()
    root.overrideredirect(True)
    root.geometry(f"{width}x{height}+{left}+{top}")
    canvas = tk.Canvas(root, width=width, height=height, background="white", highlightthickness=0)
    canvas.pack()
    for row in range(9):
        for column in range(9):
            x, y = round((column + 0.5) * width / 9 - side / 2), round((row + 0.5) * height / 9 - side / 2)
            colour = f"#{row * 20:02x}{column * 20:02x}ff"
            target = canvas.create_rectangle(x, y, x + side, y + side, fill=colour, width=0)
            canvas.tag_bind(target, "<Button-1>", lambda _, place=(row, column): print(*place, flush=True))
    canvas.bind("<Button-3>", lambda _: root.destroy())
    root.update()
    print("ready", flush=True)
    root.mainloop()


main()
