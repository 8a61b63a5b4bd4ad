"""A text field and a button; prints all that reaches it, and every change, as lines of JSON.

Only the standard library, so that any Python with tkinter runs it: form.py TITLE LEFT TOP
"""

import json
import sys
import tkinter as tk


def tell(**what: object) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    title, left, top = [*sys.argv[1:], "Form", "60", "60"][:3] if len(sys.argv) < 4 else sys.argv[1:4]
    root = tk.Tk()
    root.title(title)
    root.geometry(f"420x200+{left}+{top}")
    text = tk.Text(root, height=5, width=40, insertofftime=0)  # a caret that blinks is a screen that changes
    text.pack()
    button = tk.Button(root, text="Press", command=lambda: tell(pressed=True))
    button.pack()
    for name in ("Button", "B1-Motion", "ButtonRelease", "Double-Button-1"):
        root.bind(
            f"<{name}>", lambda event, name=name: tell(event=name, number=event.num, x=event.x_root, y=event.y_root)
        )
    root.bind("<KeyPress>", lambda event: tell(down=event.keysym))
    root.bind("<KeyRelease>", lambda event: tell(up=event.keysym))

    def changed(_: object) -> None:
        text.edit_modified(False)
        tell(text=text.get("1.0", "end-1c"))

    text.bind("<<Modified>>", changed)

    def focused() -> None:
        if root.focus_get() == text:
            tell(ready=True)
        else:  # the window is not on the screen yet, or the window manager has given the focus to all of it
            text.focus_force()
            root.after(20, focused)

    focused()
    root.mainloop()


main()
