"""Swift names for protobuf names. Deterministic: a name depends on the descriptors alone.

Namespaces. A package becomes a caseless enum: the words `envoy` or `google` in front are dropped, then the word `config`,
`extensions` or `api` if something follows, then the version; the rest is joined in CamelCase.

    envoy.config.route.v3                      Route
    envoy.extensions.filters.http.cors.v3      FiltersHttpCors
    envoy.type.matcher.v3                      TypeMatcher
    google.protobuf                            Protobuf
    xds.core.v3                                XdsCore

If two packages come to one name, the one of `config` keeps it, and every other keeps the word that was dropped
(`ExtensionsFoo`). A name that Swift reserves gets `Envoy` in front (envoy.type.v3 is `EnvoyType`).

Messages and enums keep their names and their nesting; `Type` and `Protocol`, which Swift does not allow inside a type, become
`TypeMessage`, `TypeEnum`, `ProtocolEnum`. Methods are the JSON names of the fields. The values of enums lose the trailing words of the
enum's own name if all of them begin with these, and become lowerCamel: SocketState.STATE_BOUND is `.bound`.
"""

import re

KEYWORDS = set(
    "associatedtype class deinit enum extension fileprivate func import init inout internal let open operator private "
    "precedencegroup protocol public rethrows static struct subscript typealias var break case catch continue default defer "
    "do else fallthrough for guard if in repeat return throw switch where while any as await catch false is nil self super "
    "throws true try Any Self Type Protocol".split()
)
RESERVED_NAMESPACES = {"Type", "Protocol", "Any", "Self", "Swift", "EnvoyWire"}


def escape(name):
    """`self` and `init` mean something even in backticks."""
    if name in ("self", "init", "Type", "Self"):
        return name + "_"
    return f"`{name}`" if name in KEYWORDS else name


def camel(word):
    return "".join(part[:1].upper() + part[1:] for part in word.split("_"))


def words(package):
    """The words of a namespace, and the one that was dropped after `envoy`."""
    parts = [part for part in package.split(".") if not re.fullmatch(r"v\d+(alpha\d*)?", part)]
    dropped = ""
    if parts[0] in ("envoy", "google") and len(parts) > 1:
        parts = parts[1:]
    if parts[0] in ("config", "extensions", "api") and len(parts) > 1:
        dropped, parts = parts[0], parts[1:]
    return parts, dropped


def namespaces(packages):
    """The namespace of each package."""
    short = {}
    for package in sorted(packages):
        parts, _ = words(package)
        short.setdefault("".join(map(camel, parts)), []).append(package)
    result = {}
    for name, sharing in short.items():
        for package in sharing:
            parts, dropped = words(package)
            if len(sharing) > 1 and dropped != "config":
                parts = [dropped or package.split(".")[0]] + parts
            chosen = "".join(map(camel, parts))
            result[package] = "Envoy" + chosen if chosen in RESERVED_NAMESPACES else chosen
    if len(set(result.values())) != len(result):
        raise SystemExit(f"two packages share a namespace: {sorted(result.values())}")
    return result


def type_name(name, kind):
    """The Swift name of a message or an enum."""
    if name in ("Type", "Protocol"):
        return name + kind
    return f"`{name}`" if name in KEYWORDS else name


def method(f):
    return escape(f.json_name)


def upper_snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).upper()


def case_name(value):
    """UPPER_SNAKE to lowerCamel; an underscore between digits stays, so that TLSv1_2 is tlsv1_2."""
    parts = value.split("_")
    result = parts[0].lower()
    for part in parts[1:]:
        if part[:1].isdigit() and result[-1:].isdigit():
            result += "_"
        result += part[:1].upper() + part[1:].lower()
    return result


def cases(enum):
    """(case, number) of each value of an enum, in order."""
    own = upper_snake(enum.name).split("_")
    names = [name for name, _ in enum.values]
    for start in range(len(own)):
        prefix = "_".join(own[start:]) + "_"
        rest = [name[len(prefix) :] for name in names]
        if all(name.startswith(prefix) for name in names) and all(r[:1].isalpha() for r in rest):
            names = rest
            break
    result = [escape(case_name(name)) for name in names]
    if len(set(result)) != len(result):
        result = [escape(case_name(name)) for name, _ in enum.values]
    return [(case, number) for case, (_, number) in zip(result, enum.values)]
