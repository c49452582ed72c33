"""Finds the serialized FileDescriptorProtos that protoc's C++ code leaves, uncompressed, in the Envoy binary.

A FileDescriptorProto begins with its name: 0a <length> "some/file.proto". From there its top-level fields are walked, in
ascending order of their numbers as protoc writes them, until something that cannot belong to it; `syntax`, which proto3 files
have, is the last.
"""

import mmap
import re

import wire

NAME = re.compile(rb"\x0a([\x08-\x7f])([A-Za-z0-9_\-./]{4,126}\.proto)")

# Wire type of each field of FileDescriptorProto.
TYPES = {1: 2, 2: 2, 3: 2, 4: 2, 5: 2, 6: 2, 7: 2, 8: 2, 9: 2, 10: 0, 11: 0, 12: 2, 14: 0}


def extent(data, start):
    """The end of the FileDescriptorProto that begins at `start`."""
    at, last, limit = start, 0, min(len(data), start + (4 << 20))
    while at < limit:
        try:
            key, body = wire.read_varint(data, at)
        except (ValueError, IndexError):
            break
        number, kind = key >> 3, key & 7
        if number < last or TYPES.get(number) != kind or (number == 1 and last == 1):
            break
        if kind == wire.BYTES:
            length, body = wire.read_varint(data, body)
            if body + length > limit:
                break
            at = body + length
        else:
            _, at = wire.read_varint(data, body)
        last = number
        if number == 12:
            break
    return at


def files(path):
    """Serialized FileDescriptorProtos of the binary at `path`, by file name."""
    found = {}
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for match in NAME.finditer(data):
            if match.group(1)[0] != len(match.group(2)):
                continue
            start = match.start()
            # A name alone, or followed by anything but package or dependency, is no descriptor.
            if data[match.end()] not in (0x12, 0x1A, 0x22, 0x2A):
                continue
            serialized = data[start : extent(data, start)]
            try:
                for _, kind, value in wire.fields(serialized):
                    if kind != wire.BYTES and kind != wire.VARINT:
                        raise ValueError
            except (ValueError, IndexError):
                continue
            name = match.group(2).decode()
            if len(serialized) > len(found.get(name, b"")):
                found[name] = serialized
    return found
