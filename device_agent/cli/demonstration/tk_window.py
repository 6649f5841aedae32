"""A window with one line to type into; each line that is entered is printed. Run as a program."""

import sys

WIDTH, HEIGHT = 860, 160


def main(title: str) -> None:
    """Show the window until it is closed."""
    # Only whoever shows the window needs tkinter, which a Python may well lack.
    import tkinter

    root = tkinter.Tk()
    root.title(title)
    root.geometry(f"{WIDTH}x{HEIGHT}+60+60")
    content = tkinter.StringVar()
    tkinter.Label(root, text="The agent types here:", font=("", 14)).pack(pady=16)
    entry = tkinter.Entry(root, textvariable=content, font=("", 14))
    entry.pack(fill="x", padx=16)

    def entered(_: object) -> None:
        tell(content.get())

    entry.bind("<Return>", entered)
    entry.focus_set()
    root.after_idle(tell, "ready")
    root.mainloop()


def tell(line: str) -> None:
    """Print a line for the demo, in UTF-8 whatever the console speaks."""
    sys.stdout.buffer.write(f"{line}\n".encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1])
