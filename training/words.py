"""What is written on the drawn pages: words, names and values, and the split that keeps some of them for evaluation."""

import hashlib
import string
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

from glm_tasks.flights.data import MONTHS

Split = Literal["train", "test"]

_SYLLABLES = (
    *("ka", "lo", "mi", "ren", "ta", "vo", "shi", "ba", "du", "el", "or", "an", "ber", "gen", "ton", "ville", "port"),
    *("mar", "san", "qui", "ix", "ny", "ja", "zu", "pe", "fra", "gla", "wen", "hol", "tri", "os", "um", "er", "ist"),
    *("al", "no", "ri", "ce", "ha", "dor", "bly", "cra", "dwe", "fjo", "gue", "hy", "ick", "jo", "kvi", "lu", "mcd"),
)
_LABELS = (
    *("Save", "Cancel", "Submit", "OK", "Close", "Delete", "Edit", "Add", "Remove", "Next", "Back", "Search"),
    *("Log in", "Sign in", "Sign up", "Log out", "Settings", "Help", "Home", "Profile", "Download", "Upload"),
    *("Share", "Print", "Send", "Reply", "Forward", "Archive", "Open", "Export", "Import", "Apply", "Reset"),
    *("Continue", "Checkout", "Buy now", "Add to cart", "View", "Details", "More", "Filter", "Sort", "Refresh"),
    *("Copy", "Paste", "Undo", "Redo", "Rename", "Move", "New", "Create", "Update", "Confirm", "Accept"),
    *("Decline", "Yes", "No", "Book", "Pay", "Subscribe", "Follow", "Like", "Comment", "Report", "Email"),
    *("Password", "Username", "First name", "Last name", "Address", "City", "Country", "Phone", "Company"),
    *("Message", "Subject", "Date", "Quantity", "Price", "Name", "Title", "Description", "Notes"),
    *("Remember me", "Save draft", "Learn more", "Contact", "About", "Pricing", "Blog", "Docs", "Support"),
    *("Terms", "Privacy", "Dashboard", "Orders", "Products", "Customers", "Reports", "Messages", "Tasks"),
    *("Calendar", "Files", "Users", "Billing", "Security", "Notifications"),
)
_ACCENTED = "éèüöäñçåøæßíóáãêôâîúýžščřłńęąğışőű"
_DOMAINS = ("com", "org", "net", "io", "example", "de", "eu")


def held_out(text: str) -> bool:
    """Whether a word belongs to evaluation; decided by its hash, so for all time."""
    return hashlib.sha256(text.lower().encode()).digest()[0] % 10 == 0


def belongs(text: str, split: Split) -> bool:
    """Whether a text may be used in this split."""
    return held_out(text) == (split == "test")


@cache
def _words(split: Split) -> tuple[str, ...]:
    lines = Path(__file__).with_name("data").joinpath("words.txt").read_text(encoding="utf-8").split()
    return tuple(word for word in lines if belongs(word, split))


@cache
def _labels(split: Split) -> tuple[str, ...]:
    return tuple(label for label in _LABELS if belongs(label, split))


class Writer:
    """Writes texts of one split.

    Args:
        rng: Where chance comes from.
        split: Which words may appear.
    """

    def __init__(self, rng: Random, split: Split) -> None:
        self.rng = rng
        self.split: Split = split

    def invented(self) -> str:
        """A word that exists nowhere."""
        while True:
            word = "".join(self.rng.choices(_SYLLABLES, k=self.rng.choice((2, 2, 3, 3, 4))))[:12]
            if belongs(word, self.split):
                return word

    def word(self) -> str:
        """A word, real or invented."""
        return self.invented() if self.rng.random() < 0.35 else self.rng.choice(_words(self.split))

    def capitalised(self, text: str) -> str:
        """The text in one of the ways in which labels are written."""
        style = self.rng.random()
        if style < 0.6:
            return text.capitalize()
        return text.title() if style < 0.75 else text if style < 0.93 else text.upper()

    def phrase(self, words: int = 0) -> str:
        """One to three words, as in a heading or on a button."""
        words = words or self.rng.choice((1, 1, 2, 2, 3))
        return self.capitalised(" ".join(self.word() for _ in range(words)))

    def label(self) -> str:
        """What stands on a control: mostly a phrase, at times one that everyone knows."""
        return self.rng.choice(_labels(self.split)) if self.rng.random() < 0.2 else self.phrase()

    def name(self) -> str:
        """A person's name."""
        return f"{self.invented().capitalize()} {self.invented().capitalize()}"

    def email(self) -> str:
        """An e-mail address."""
        joint = self.rng.choice(("", ".", "_", "-"))
        tail = self.rng.choice(("", "", str(self.rng.randint(1, 99))))
        return f"{self.invented()}{joint}{self.word()}{tail}@{self.invented()}.{self.rng.choice(_DOMAINS)}"

    def day(self) -> str:
        """A date."""
        day, month, year = self.rng.randint(1, 28), self.rng.randrange(12), self.rng.randint(2019, 2031)
        month_name = MONTHS[month] if self.rng.random() < 0.5 else MONTHS[month][:3]
        return self.rng.choice(
            (
                f"{day} {month_name} {year}",
                f"{month_name} {day}, {year}",
                f"{year}-{month + 1:02}-{day:02}",
                f"{day:02}.{month + 1:02}.{year}",
            )
        )

    def number(self) -> str:
        """A price, a time, a percentage or a plain number."""
        rng = self.rng
        return rng.choice(
            (
                f"{rng.choice('$€£')}{rng.randint(1, 999)}.{rng.randint(0, 99):02}",
                f"{rng.randint(1, 999)} {rng.choice(('€', 'kr', 'USD'))}",
                f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}",
                f"{rng.randint(1, 12)}:{rng.randint(0, 59):02} {rng.choice(('am', 'pm'))}",
                f"{rng.randint(1, 100)}%",
                f"{rng.randint(1, 99):,},{rng.randint(0, 999):03}",
                str(rng.randint(1, 99_999)),
            )
        )

    def code(self) -> str:
        """A booking code, a part number, a password."""
        letters = self.rng.choice((string.ascii_uppercase + string.digits, string.ascii_letters + string.digits + "-_"))
        return "".join(self.rng.choices(letters, k=self.rng.randint(3, 8)))

    def value(self) -> str:
        """What stands in a field or a cell of a table."""
        kinds = (self.number, self.number, self.day, self.name, self.word, self.email, self.code, self.phrase)
        return self.rng.choice(kinds)()

    def any_string(self) -> str:
        """Anything a person may want typed, down to letters at random."""
        kind = self.rng.random()
        if kind < 0.55:
            return self.value()
        if kind < 0.75:
            return "".join(self.rng.choices(string.ascii_lowercase, k=self.rng.randint(2, 12))).capitalize()
        if kind < 0.9:
            alphabet = string.ascii_letters + string.digits + "  -._@'&/+#"
            return "".join(self.rng.choices(alphabet, k=self.rng.randint(2, 16))).strip() or "x"
        word = list(self.invented().capitalize())
        for _ in range(self.rng.randint(1, 2)):
            word[self.rng.randrange(len(word))] = self.rng.choice(_ACCENTED)
        return "".join(word)
