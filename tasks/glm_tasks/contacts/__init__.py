"""An address book to practise on: a program on the desktop, kept in a file."""

from glm_tasks.contacts.task import ContactsTask

__all__ = ["ContactsTask"]
