# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks in this folder share: the files of the project, C without its comments and strings, and TAP."""
import os
import re
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))

TOLD_MAX = 20 # of one check

COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def tracked():
    """Files of the repository, or all files where there is none (a tarball)."""
    try:
        listed = subprocess.run(["git", "-c", f"safe.directory={ROOT}", "ls-files", "-co", "--exclude-standard"], cwd=ROOT,
                                capture_output=True, text=True, check=True).stdout.split("\n")
        return sorted(name for name in listed if name and os.path.exists(os.path.join(ROOT, name)))
    except (OSError, subprocess.CalledProcessError):
        return sorted(walk())


def walk():
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not name.startswith((".git", "build"))]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), ROOT)


def sources(*folders, suffixes=(".c", ".h")):
    return [name for name in tracked() if name.startswith(folders) and name.endswith(suffixes)]


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def code(name):
    """The text of a C file with comments and strings blanked; lines keep their numbers."""
    return COMMENT_OR_STRING.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), read(name))


def find(pattern, text, name):
    """'FILE:LINE: matched text' of each match."""
    return [f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match.group().strip()}"
            for match in re.finditer(pattern, text, re.MULTILINE)]


class Tap:
    def __init__(self):
        self.count = 0

    def check(self, title, problems, expected=False):
        """`expected`: known to fail for now; told, but not counted against us."""
        self.count += 1
        todo = f" # TODO {len(problems)} known" if problems and expected else ""
        print(f"{'not ok' if problems else 'ok'} {self.count} - {title}{todo}")
        for problem in problems[:TOLD_MAX]:
            print(f"#   {problem}")
        if len(problems) > TOLD_MAX:
            print(f"#   and {len(problems) - TOLD_MAX} more")

    def end(self):
        print(f"1..{self.count}")
        sys.exit(0)
