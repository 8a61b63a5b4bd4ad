"""The practice program: contacts in a window, kept in a file.

Only the standard library, so that any Python with tkinter runs it: program.py FOLDER

FOLDER/contacts.json holds the contacts and is written after each change, FOLDER/look.json says what it looks like,
and FOLDER/where is a socket that tells solvers where things are.
"""

import csv
import json
import socket
import sys
import tkinter as tk
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tkinter import font, ttk

FIELDS = {"name": "Name", "phone": "Phone", "email": "E-mail", "city": "City"}
Contact = dict[str, str]


class Book:
    """The contacts of a folder by their numbers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.contacts: dict[str, Contact] = json.loads((folder / "contacts.json").read_text())

    def put(self, number: str | None, contact: Contact) -> str:
        """Change a contact, or add one; gives its number."""
        number = number or str(max(map(int, self.contacts), default=0) + 1)
        self.contacts[number] = contact
        self._save()
        return number

    def delete(self, number: str) -> None:
        """Forget a contact."""
        del self.contacts[number]
        self._save()

    def found(self, text: str) -> list[str]:
        """The numbers of the contacts that hold a text somewhere, by name."""
        wanted = text.casefold()
        hits = [n for n, contact in self.contacts.items() if wanted in " ".join(contact.values()).casefold()]
        return sorted(hits, key=lambda number: (self.contacts[number]["name"], int(number)))

    def export(self, name: str, numbers: list[str]) -> None:
        """Write some contacts as a table into the folder."""
        with (self._folder / Path(name).name).open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(FIELDS.values())
            writer.writerows([self.contacts[number][field] for field in FIELDS] for number in numbers)

    def _save(self) -> None:
        part = self._folder / "contacts.json.part"
        part.write_text(json.dumps(self.contacts, ensure_ascii=False))
        part.rename(self._folder / "contacts.json")


class Dialog(tk.Toplevel):
    """A window that must be answered first. What solvers may ask for is in `things`."""

    def __init__(self, parent: tk.Misc, title: str) -> None:
        super().__init__(parent, padx=16, pady=12)
        self.title(title)
        self.transient(parent.winfo_toplevel())
        self.things: dict[str, ttk.Widget] = {}
        self.bind("<Escape>", lambda _: self.destroy())

    def field(self, row: int, name: str, label: str, text: str = "") -> ttk.Entry:
        """A line with a label and a field."""
        ttk.Label(self, text=label).grid(row=row, column=0, sticky="w", pady=4, padx=(0, 12))
        entry = ttk.Entry(self, width=34)
        entry.insert(0, text)
        entry.grid(row=row, column=1, columnspan=2, sticky="ew")
        entry.bind("<Control-a>", select_all)
        self.things[name] = entry
        return entry

    def ask(self, row: int, choices: dict[str, tuple[str, Callable[[], object]]]) -> None:
        """The buttons below; return presses the first one."""
        for column, (name, (label, command)) in enumerate(choices.items(), start=1):
            button = ttk.Button(self, text=label, command=command)
            button.grid(row=row, column=column, sticky="e", pady=(12, 0), padx=4)
            self.things[name] = button
        self.bind("<Return>", lambda _: next(iter(choices.values()))[1]())
        self.wait_visibility()
        self.grab_set()


class Form(Dialog):
    """Asks for the fields of one contact."""

    def __init__(self, parent: tk.Misc, title: str, contact: Contact, save: Callable[[Contact], object]) -> None:
        super().__init__(parent, title)
        self._save = save
        self._entries = {
            name: self.field(row, name, label, contact.get(name, ""))
            for row, (name, label) in enumerate(FIELDS.items())
        }
        self._problem = ttk.Label(self, foreground="#b00020")
        self._problem.grid(row=4, column=0, columnspan=3, sticky="w")
        self._entries["name"].focus_set()
        self.ask(5, {"save": ("Save", self._done), "cancel": ("Cancel", self.destroy)})

    def _done(self) -> None:
        contact = {name: entry.get().strip() for name, entry in self._entries.items()}
        if not contact["name"]:
            self._problem["text"] = "A contact needs a name."
        elif contact["email"] and "@" not in contact["email"]:
            self._problem["text"] = "That is no e-mail address."
        else:
            self.destroy()
            self._save(contact)


class Question(Dialog):
    """Asks before something is deleted."""

    def __init__(self, parent: tk.Misc, text: str, sure: Callable[[], object]) -> None:
        super().__init__(parent, "Please confirm")
        ttk.Label(self, text=text).grid(row=0, column=0, columnspan=3)

        def done() -> None:
            self.destroy()
            sure()

        self.ask(1, {"keep": ("Keep", self.destroy), "delete-it": ("Delete", done)})


class SaveAs(Dialog):
    """Asks for a file name."""

    def __init__(self, parent: tk.Misc, save: Callable[[str], object]) -> None:
        super().__init__(parent, "Save as")
        self._save = save
        self._name = self.field(0, "file", "File name", "contacts.csv")
        self._name.focus_set()
        self.ask(1, {"save-file": ("Save", self._done), "cancel": ("Cancel", self.destroy)})

    def _done(self) -> None:
        if name := self._name.get().strip():
            self.destroy()
            self._save(name)


class Window(ttk.Frame):
    """The main window: a search field, the list, and what can be done with a contact."""

    def __init__(self, root: tk.Tk, book: Book, order: list[str]) -> None:
        super().__init__(root, padding=10)
        self._book = book
        self.pack(fill="both", expand=True)
        self._searched = tk.StringVar()
        self._search = ttk.Entry(self, width=30, textvariable=self._searched)
        self._search.bind("<Control-a>", select_all)
        ttk.Label(self, text="Search").grid(row=0, column=0, sticky="w")
        self._search.grid(row=0, column=1, columnspan=3, sticky="ew", pady=(0, 8))
        self._list = self._make_list()
        self._status = ttk.Label(self)
        self._status.grid(row=2, column=0, columnspan=4, sticky="w", pady=6)
        self.things: dict[str, ttk.Widget] = {"search": self._search}
        commands = {"new": self._new, "edit": self._edit, "delete": self._delete, "export": self._export}
        labels = {"new": "New…", "edit": "Edit…", "delete": "Delete", "export": "Save as…"}
        for column, name in enumerate(order):
            self.things[name] = ttk.Button(self, text=labels[name], command=partial(self._alone, commands[name]))
            self.things[name].grid(row=3, column=column, padx=3)
        self._searched.trace_add("write", lambda *_: self.show())
        self.show()

    def show(self, status: str = "") -> None:
        """List the contacts that are searched for."""
        chosen = self._list.selection()
        self._list.delete(*self._list.get_children())
        for number in self._book.found(self._searched.get()):
            values = [self._book.contacts[number][field] for field in FIELDS]
            self._list.insert("", "end", iid=number, values=values)
        self._list.selection_set([number for number in chosen if self._list.exists(number)])
        self._status["text"] = status or f"{len(self._list.get_children())} of {len(self._book.contacts)} contacts"

    def rows(self) -> Iterator[tuple[str, tuple[int, int, int, int], bool]]:
        """Number, place in the list, and whether it is selected, of each contact that can be seen."""
        for number in self._list.get_children():
            if box := self._list.bbox(number):
                left, top = self._list.winfo_rootx(), self._list.winfo_rooty()
                place = (left + box[0], top + box[1], box[2], box[3])
                yield number, place, number in self._list.selection()

    def _make_list(self) -> ttk.Treeview:
        table = ttk.Treeview(self, columns=list(FIELDS), show="headings", height=9, selectmode="browse")
        for name, label in FIELDS.items():
            table.heading(name, text=label)
            table.column(name, width=210 if name == "email" else 150)
        bar = ttk.Scrollbar(self, command=table.yview)
        table.configure(yscrollcommand=bar.set)
        table.grid(row=1, column=0, columnspan=4, sticky="nsew")
        bar.grid(row=1, column=4, sticky="ns")
        table.bind("<Double-1>", lambda _: self._alone(self._edit))
        return table

    def _alone(self, command: Callable[[], object]) -> None:
        """Do what opens a dialog, unless one is open: until it is seen, it cannot keep clicks from this window."""
        if not any(isinstance(child, Dialog) for child in self.winfo_children()):
            command()

    def _chosen(self) -> str | None:
        chosen = self._list.selection()
        if not chosen:
            self._status["text"] = "Choose a contact in the list first."
        return chosen[0] if chosen else None

    def _new(self) -> None:
        Form(self, "New contact", {}, lambda contact: self._put(None, contact))

    def _edit(self) -> None:
        if number := self._chosen():
            Form(self, "Edit contact", self._book.contacts[number], lambda contact: self._put(number, contact))

    def _put(self, number: str | None, contact: Contact) -> None:
        self._book.put(number, contact)
        self.show(f"{contact['name']} was saved.")

    def _delete(self) -> None:
        if number := self._chosen():
            contact = self._book.contacts[number]

            def sure() -> None:
                self._book.delete(number)
                self.show(f"{contact['name']} was deleted.")

            Question(self, f"Delete {contact['name']}, {contact['city']}?", sure)

    def _export(self) -> None:
        numbers = [str(number) for number in self._list.get_children()]

        def save(name: str) -> None:
            self._book.export(name, numbers)
            self.show(f"{len(numbers)} contacts were saved as {name}.")

        SaveAs(self, save)


class Guide:
    """Tells whoever connects to a socket where things are, as one line of JSON."""

    def __init__(self, root: tk.Tk, window: Window, path: Path) -> None:
        self._root = root
        self._window = window
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen()
        root.createfilehandler(self._socket, tk.READABLE, self._answer)

    def _answer(self, *_: object) -> None:
        connection, _address = self._socket.accept()
        self._root.update()  # what was typed and clicked before comes first
        with connection:
            connection.sendall(json.dumps(self._told()).encode())

    def _told(self) -> dict[str, object]:
        dialogs = [child for child in self._window.winfo_children() if isinstance(child, Dialog)]
        things = dialogs[-1].things if dialogs else self._window.things
        told: dict[str, object] = {name: self._thing(widget) for name, widget in things.items()}
        if not dialogs:
            told |= {f"row-{number}": _place(*box, chosen=chosen) for number, box, chosen in self._window.rows()}
        return told

    def _thing(self, widget: ttk.Widget) -> dict[str, object]:
        box = (widget.winfo_rootx(), widget.winfo_rooty(), widget.winfo_width(), widget.winfo_height())
        if not isinstance(widget, ttk.Entry):
            return _place(*box)
        focus = self._root.focus_get() is widget
        return _place(*box, text=widget.get(), focus=focus, chosen=bool(widget.selection_present()))


def _place(left: int, top: int, width: int, height: int, **more: object) -> dict[str, object]:
    return {"x": left + width / 2, "y": top + height / 2, **more}


def select_all(event: "tk.Event[tk.Entry]") -> str:
    """Select a field's text, as ctrl+a does everywhere else."""
    event.widget.selection_range(0, "end")
    return "break"


def main() -> None:
    """Show the contacts of a folder until the window is closed."""
    folder = Path(sys.argv[1])
    look = json.loads((folder / "look.json").read_text())
    root = tk.Tk(className="Contacts")
    root.title("Contacts")
    root.geometry(f"+{look['left']}+{look['top']}")
    ttk.Style().theme_use(look["theme"])
    for name in ("TkDefaultFont", "TkTextFont", "TkHeadingFont"):
        font.nametofont(name).configure(size=look["font"])
    ttk.Style().configure("Treeview", rowheight=2 * look["font"] + 8)
    window = Window(root, Book(folder), look["order"])
    root.wait_visibility()
    root.update()
    Guide(root, window, folder / "where.part")
    (folder / "where.part").rename(folder / "where")  # now it can be asked
    root.mainloop()


if __name__ == "__main__":
    main()
