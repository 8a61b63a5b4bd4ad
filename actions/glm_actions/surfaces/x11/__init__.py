"""What X11 knows beyond pixels and pointers: windows, the keyboard's layout, the clipboard, displays of our own."""
