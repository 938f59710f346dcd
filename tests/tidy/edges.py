"""Who may include whom: the include edges between folders, as docs/architecture.md
has them. CMake refuses the same edges between libraries; this looks at the text, so
that a header cannot be reached past its library.

A zone is a set of folders with the same rights. What is not named is forbidden."""
import re

PURE_FOLDERS = ("libs/merkle/", "libs/warrant/", "libs/evidence/", "libs/disclosure/",
                "libs/separation/", "libs/yaml/")
RUNTIME_FOLDERS = ("libs/transport/", "libs/http/", "libs/server/", "libs/client/",
                   "libs/follow/")
PROTOS = ("protobuf", "proto_google", "proto_options", "proto_type", "proto_api")

# The path of an included header -> the group that the zones speak of.
GROUPS = (
    (r"absl/", "absl"),
    (r"grpcpp/|grpc/|.*\.grpc\.pb\.h$", "grpc"),
    (r"google/protobuf/", "protobuf"),
    (r"google/(rpc|type)/", "proto_google"),
    (r"safehaven/options/", "proto_options"),
    (r"safehaven/type/", "proto_type"),
    (r"safehaven/storage/", "proto_storage"),
    (r"safehaven/", "proto_api"),
    (r"rocksdb/", "rocksdb"),
    (r"libpq-fe\.h$|libpq/", "libpq"),
    (r"prometheus/", "prometheus"),
    (r"boost/", "boost"),
    (r"openssl/", "openssl"),
    (r"cjose/|jansson\.h$", "cjose"),
    (r"sodium\.h$|sodium/", "sodium"),
    (r"yaml-cpp/", "yaml"),
    (r"roaring/", "roaring"),
    (r"simdjson\.h$", "simdjson"),
    (r"CLI/", "cli11"),
    (r"gtest/|gmock/|benchmark/", "test"),
    # Processor intrinsics need no permission; what speaks to the system does.
    (r"[a-z_0-9]+$|[a-z]+intrin\.h$|cpuid\.h$", "std"),
    (r"[a-z_0-9]+\.h$|(sys|arpa|net|netinet|linux)/", "system"),
)

# One engine each, behind the narrow interface: only a main chooses.
ENGINE_HEADER = re.compile(r"libs/storage/[a-z_/]*(rocksdb|postgres)[a-z_/]*\.h$")


class Zone:
    def __init__(self, name, folders, groups):
        self.name, self.folders, self.groups = name, tuple(folders), frozenset(groups)


def zone_of(path):
    """The rights of the file at `path`; None where no zone is known."""
    if path.startswith("libs/base/"):
        extra = ("proto_google", "protobuf") if path == "libs/base/status.cc" else ()
        return Zone("libs/base", ("libs/base/",), ("std", "absl", *extra))
    if path.startswith(PURE_FOLDERS):
        # Foreign types stay out of headers, so that who includes us does not get them.
        extra = ("openssl", "cjose", "sodium") if path.endswith(".cc") else ()
        if path.startswith("libs/yaml/"):
            extra = ("yaml",)
        return Zone("a pure library", ("libs/base/", *PURE_FOLDERS),
                    ("std", "absl", "protobuf", "proto_type", *extra))
    if path.startswith("libs/storage/"):
        engine = [group for word, group in (("rocksdb", "rocksdb"), ("postgres", "libpq"))
                  if word in path and path.endswith(".cc")]
        return Zone("libs/storage", ("libs/base/", "libs/storage/"),
                    ("std", "absl", "system", *engine))
    if path.startswith("libs/ingest/"):
        return Zone("libs/ingest", ("libs/base/", "libs/storage/", "libs/ingest/"),
                    ("std", "absl", "system", "simdjson", "protobuf", "proto_storage"))
    if path.startswith("libs/log/"):
        return Zone("libs/log", ("libs/base/", "libs/storage/", "libs/log/", *PURE_FOLDERS),
                    ("std", "absl", "protobuf", "proto_type", "proto_storage"))
    if path.startswith(RUNTIME_FOLDERS):
        # Flags that several mains share: header only, so that no library links the parser.
        extra = ("cli11",) if path.endswith("_flags.h") else ()
        return Zone("the runtime", ("libs/base/", *PURE_FOLDERS, *RUNTIME_FOLDERS),
                    ("std", "absl", "system", "grpc", "prometheus", "openssl", "boost", "sodium",
                     *PROTOS, *extra))
    if path.startswith("services/"):
        return service_zone(path)
    if path.startswith("cli/"):
        return Zone("the command line",
                    ("cli/", "libs/base/", "libs/ingest/", *PURE_FOLDERS, *RUNTIME_FOLDERS,
                     "services/*/core/"),
                    ("std", "absl", "system", "grpc", "cli11", "yaml", "openssl", "boost",
                     "sodium", "cjose", "simdjson", *PROTOS))
    if path.startswith("tests/"):
        return Zone("tests", ("",), [group for _, group in GROUPS])
    return None


def service_zone(path):
    service = path.split("/")[1]
    own = f"services/{service}/"
    parts = path.split("/")
    if len(parts) == 3:
        return Zone(f"a main of {service}", (own, "libs/"),
                    ("std", "absl", "system", "grpc", "cli11", *PROTOS))
    if parts[2] == "core":
        return Zone(f"the core of {service}", (f"{own}core/", "libs/base/", *PURE_FOLDERS),
                    ("std", "absl", "openssl", "yaml", "roaring"))
    if parts[2] == "store":
        return Zone(f"the store of {service}",
                    (f"{own}core/", f"{own}store/", "libs/base/", "libs/storage/", "libs/ingest/",
                     "libs/log/", *PURE_FOLDERS),
                    ("std", "absl", "protobuf", "proto_type", "proto_storage", "roaring",
                     "openssl", "sodium"))
    return Zone(f"the edge of {service}",
                (own, "libs/base/", "libs/storage/", "libs/ingest/", "libs/log/", *PURE_FOLDERS,
                 *RUNTIME_FOLDERS),
                ("std", "absl", "system", "grpc", "boost", "openssl", "cjose", "sodium", "roaring",
                 "simdjson", "prometheus", "proto_storage", *PROTOS))


def is_within(header, folders):
    """Is the header of ours in one of the folders? '*' stands for one service."""
    for folder in folders:
        pattern = re.escape(folder).replace(r"\*", "[a-z_]+")
        if re.match(pattern, header):
            return True
    return False


def group_of(header):
    for pattern, group in GROUPS:
        if re.match(pattern, header):
            return group
    return "unknown"


def check(path, includes):
    """`includes` are (line, header). Yields (line, what is wrong)."""
    zone = zone_of(path)
    if zone is None:
        yield 1, "no zone has rights for this folder: give it one in tests/tidy/edges.py"
        return
    for line, header in includes:
        if header.startswith(("libs/", "services/", "cli/", "tests/")):
            if not is_within(header, zone.folders):
                yield line, f"{zone.name} must not include {header}"
            elif (ENGINE_HEADER.match(header) and not path.startswith(("libs/storage/", "tests/"))
                  and not zone.name.startswith("a main")):
                yield line, f"{zone.name} must not include {header}: a main chooses the engine"
        elif group_of(header) not in zone.groups:
            yield line, f"{zone.name} must not include {header} ({group_of(header)})"
