"""Descriptors as Python objects, their closure, and the stripped descriptor set."""

import re
from dataclasses import dataclass, field

import wire

TYPES = {
    1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 6: "fixed64", 7: "fixed32", 8: "bool", 9: "string",
    10: "group", 11: "message", 12: "bytes", 13: "uint32", 14: "enum", 15: "sfixed32", 16: "sfixed64", 17: "sint32",
    18: "sint64",
}  # fmt: skip
REPEATED = 3


@dataclass
class Field:
    name: str = ""
    number: int = 0
    label: int = 1
    kind: str = ""
    type_name: str = ""  # with package, without the leading dot
    default: bytes | None = None
    json_name: str = ""
    oneof: int | None = None
    optional: bool = False  # proto3 `optional`
    packed: bool | None = None
    deprecated: bool = False

    @property
    def repeated(self):
        return self.label == REPEATED


@dataclass
class Enum:
    name: str = ""
    full_name: str = ""
    values: list = field(default_factory=list)  # (name, number)
    alias: bool = False


@dataclass
class Message:
    name: str = ""
    full_name: str = ""
    fields: list = field(default_factory=list)
    messages: list = field(default_factory=list)
    enums: list = field(default_factory=list)
    oneofs: list = field(default_factory=list)
    map_entry: bool = False

    def field(self, number):
        return next(f for f in self.fields if f.number == number)


@dataclass
class File:
    name: str = ""
    package: str = ""
    syntax: str = ""
    dependencies: list = field(default_factory=list)
    messages: list = field(default_factory=list)
    enums: list = field(default_factory=list)


def json_name(name):
    """protoc's rule: drop each underscore and upcase what follows it."""
    return re.sub(r"_+(.?)", lambda m: m.group(1).upper(), name)


def options(data):
    return {number: value for number, kind, value in wire.fields(data) if kind == wire.VARINT}


def parse_field(data):
    result = Field()
    for number, _, value in wire.fields(data):
        match number:
            case 1: result.name = value.decode()
            case 3: result.number = value
            case 4: result.label = value
            case 5: result.kind = TYPES[value]
            case 6: result.type_name = value.decode().lstrip(".")
            case 7: result.default = value
            case 8:
                found = options(value)
                result.packed = bool(found[2]) if 2 in found else None
                result.deprecated = bool(found.get(3))
            case 9: result.oneof = value
            case 10: result.json_name = value.decode()
            case 17: result.optional = bool(value)
    result.json_name = result.json_name or json_name(result.name)
    return result


def parse_enum(data, scope):
    result = Enum()
    for number, _, value in wire.fields(data):
        match number:
            case 1: result.name = value.decode()
            case 2:
                parts = {n: v for n, _, v in wire.fields(value)}
                raw = parts.get(2, 0)
                result.values.append((parts[1].decode(), raw - (1 << 64) if raw >> 63 else raw))
            case 3: result.alias = bool(options(value).get(2))
    result.full_name = f"{scope}.{result.name}"
    return result


def parse_message(data, scope):
    result = Message()
    parts = list(wire.fields(data))
    result.name = next(value.decode() for number, _, value in parts if number == 1)
    result.full_name = f"{scope}.{result.name}"
    for number, _, value in parts:
        match number:
            case 2: result.fields.append(parse_field(value))
            case 3: result.messages.append(parse_message(value, result.full_name))
            case 4: result.enums.append(parse_enum(value, result.full_name))
            case 7: result.map_entry = bool(options(value).get(7))
            case 8: result.oneofs.append(next(v.decode() for n, _, v in wire.fields(value) if n == 1))
    return result


def parse_file(data):
    result = File()
    parts = list(wire.fields(data))
    result.package = next((value.decode() for number, _, value in parts if number == 2), "")
    for number, _, value in parts:
        match number:
            case 1: result.name = value.decode()
            case 3: result.dependencies.append(value.decode())
            case 4: result.messages.append(parse_message(value, result.package))
            case 5: result.enums.append(parse_enum(value, result.package))
            case 12: result.syntax = value.decode()
    return result


def all_messages(messages):
    for message in messages:
        yield message
        yield from all_messages(message.messages)


class Pool:
    """Files and what they define, by name; `closure` keeps a set of files and all they use."""

    def __init__(self, files):
        self.files = {file.name: file for file in files}
        self.messages, self.enums, self.file_of = {}, {}, {}
        for file in files:
            for enum in file.enums:
                self.enums[enum.full_name] = enum
                self.file_of[enum.full_name] = file
            for message in all_messages(file.messages):
                self.messages[message.full_name] = message
                self.file_of[message.full_name] = file
                for enum in message.enums:
                    self.enums[enum.full_name] = enum
                    self.file_of[enum.full_name] = file

    def uses(self, file):
        """Names of the files that define the types of this file's fields."""
        names = {
            self.file_of[f.type_name].name for m in all_messages(file.messages) for f in m.fields if f.type_name
        }
        return sorted(names - {file.name})

    def closure(self, is_root):
        """Files for which `is_root` holds and all they use, each after what it depends on."""
        order, seen = [], set()

        def visit(name):
            if name in seen:
                return
            seen.add(name)
            for used in self.uses(self.files[name]):
                visit(used)
            order.append(self.files[name])

        for name in sorted(self.files):
            if is_root(self.files[name]):
                visit(name)
        return order


def write_field(f):
    numbers = {name: number for number, name in TYPES.items()}
    out = wire.field_bytes(1, f.name) + wire.field_varint(3, f.number) + wire.field_varint(4, f.label)
    out += wire.field_varint(5, numbers[f.kind])
    if f.type_name:
        out += wire.field_bytes(6, "." + f.type_name)
    if f.default is not None:
        out += wire.field_bytes(7, f.default)
    flags = b""
    if f.packed is not None:
        flags += wire.field_varint(2, int(f.packed))
    if f.deprecated:
        flags += wire.field_varint(3, 1)
    if flags:
        out += wire.field_bytes(8, flags)
    if f.oneof is not None:
        out += wire.field_varint(9, f.oneof)
    # json_name follows from the name by protoc's rule; only an exception is written.
    if f.json_name != json_name(f.name):
        out += wire.field_bytes(10, f.json_name)
    if f.optional:
        out += wire.field_varint(17, 1)
    return out


def write_enum(enum):
    out = wire.field_bytes(1, enum.name)
    for name, number in enum.values:
        out += wire.field_bytes(2, wire.field_bytes(1, name) + wire.field_varint(2, number))
    if enum.alias:
        out += wire.field_bytes(3, wire.field_varint(2, 1))
    return out


def write_message(message):
    out = wire.field_bytes(1, message.name)
    for f in message.fields:
        out += wire.field_bytes(2, write_field(f))
    for nested in message.messages:
        out += wire.field_bytes(3, write_message(nested))
    for enum in message.enums:
        out += wire.field_bytes(4, write_enum(enum))
    if message.map_entry:
        out += wire.field_bytes(7, wire.field_varint(7, 1))
    for name in message.oneofs:
        out += wire.field_bytes(8, wire.field_bytes(1, name))
    return out


def write_file(file, uses):
    out = wire.field_bytes(1, file.name) + wire.field_bytes(2, file.package)
    for name in uses:
        out += wire.field_bytes(3, name)
    for message in file.messages:
        out += wire.field_bytes(4, write_message(message))
    for enum in file.enums:
        out += wire.field_bytes(5, write_enum(enum))
    if file.syntax:
        out += wire.field_bytes(12, file.syntax)
    return out


def write_set(pool, files):
    """A FileDescriptorSet, without options (but packed, map_entry, allow_alias and deprecated), services and comments."""
    return b"".join(wire.field_bytes(1, write_file(file, pool.uses(file))) for file in files)
