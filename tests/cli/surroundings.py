"""The surroundings that a command line is tried in: terminals of several widths, none, locales; and what it prints there,
without times and ids."""
import os
import pty
import re
import select
import struct
import subprocess
import termios
import fcntl

# A line that moves while something is waited for, up to where it is taken away again.
FRAME = re.compile(r"[|/\\-] \d+:\d\d  [^\r\n]*\r(\x1b\[\d+A)?\x1b\[J")
VARYING = [
    (re.compile(r"prices of \d{4}-\d\d-\d\d"), "prices of DATE"),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?"), "TIME"),
    (re.compile(r"\b20\d\d-[\d :-]*(\u2026|\.\.\.)"), "TIME"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "SHA256"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b"), "UUID"),
    (re.compile(r"\bheroes-[0-9a-f]{32}\b"), "heroes-ID"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "ID"),
    (re.compile(r"\b\d+ kB"), "N kB"),
    (re.compile(r"\b\d+ bytes"), "N bytes"),
    (re.compile(r"ThumbHash \S+"), "ThumbHash HASH"),
    (re.compile(r'(seed"?:?) *"?\d+"?'), r"\1 N"),
    (re.compile(r"worker +\S+-\d+-\S+"), "worker   NAME"),
]


class Surroundings:
    """`columns` of a terminal, or None without one; `environment` is all there is beside PATH."""

    def __init__(self, name, columns, **environment):
        self.name, self.columns = name, columns
        # glibc keeps the path of locales until the process has ended, which a leak checker would count.
        self.environment = {"PATH": os.environ["PATH"], "ASAN_OPTIONS": "detect_leaks=0", **environment}

    def run(self, command, folder, given=None):
        """The exit code, and what came on both outputs together."""
        if self.columns is None:
            ended = subprocess.run(command, cwd=folder, env=self.environment, input=given or b"", stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, timeout=120, check=False)
            return ended.returncode, ended.stdout.decode()
        return self.run_on_terminal(command, folder)

    def run_on_terminal(self, command, folder):
        main, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, self.columns, 0, 0))
        child = subprocess.Popen(command, cwd=folder, env=self.environment, stdin=terminal, stdout=terminal,
                                 stderr=terminal, start_new_session=True)
        os.close(terminal)
        written = b"".join(iter(lambda: read_some(main), b""))
        os.close(main)
        return child.wait(timeout=120), written.decode().replace("\r\n", "\n")


def read_some(descriptor):
    select.select([descriptor], [], [], 120)
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux tells that nobody has the terminal any more
        return b""


def normalised(text):
    text = FRAME.sub("", text)
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text
