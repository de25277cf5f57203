# SPDX-License-Identifier: Apache-2.0
"""SHA-256 of files on the machine, for app/transfer/remote_hasher.h: questions on standard input, answers on standard output.

A question is 512 words, each closed by a zero byte: "f" or "s", the number of empty words that follow, those, and then for "f"
paths, for "s" a path, the offset and the length in MiB. "f" is answered like sha256sum -z answers, "s" by one digest.
"""
import hashlib
import os

WORDS = 512
MIB = 1 << 20
ROOM = memoryview(bytearray(256 * 1024))


def digest(path, offset=0, length=1 << 62):
    """In hexadecimal; of what there is of the range. None: it cannot be read."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if offset:
            os.lseek(file, offset, os.SEEK_SET)
        total = hashlib.sha256()
        while length > 0:
            count = os.readv(file, [ROOM[:min(length, len(ROOM))]])
            if count == 0:
                break
            total.update(ROOM[:count])
            length -= count
        return total.hexdigest().encode()
    except OSError:
        return None
    finally:
        os.close(file)


def answer(words):
    asked = words[2 + int(words[1]):]
    if words[0] == b"s":
        return (digest(asked[0], int(asked[1]) * MIB, int(asked[2]) * MIB) or b"") + b"\0"
    lines = []
    for path in asked + [b"/dev/null"]:
        found = digest(path)
        if found:
            lines.append(found + b"  " + path + b"\0")
    return b"".join(lines)


def say(text):
    while text:
        text = text[os.write(1, text):]


def main():
    words, rest = [], b""
    while True:
        got = os.read(0, 65536)
        if not got:
            return
        *complete, rest = (rest + got).split(b"\0")
        words += complete
        while len(words) >= WORDS:
            say(answer(words[:WORDS]))
            del words[:WORDS]


main()
