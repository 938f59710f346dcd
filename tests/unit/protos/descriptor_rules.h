// The rules that every proto of Safehaven keeps, as functions over descriptors. Each
// returns one line per breach, naming what breaks it; empty means that it holds.
// Pure; the sources of the rules are docs/architecture.md and the six rules there.
#ifndef SAFEHAVEN_TESTS_UNIT_PROTOS_DESCRIPTOR_RULES_H_
#define SAFEHAVEN_TESTS_UNIT_PROTOS_DESCRIPTOR_RULES_H_

#include <set>
#include <string>
#include <vector>

#include "tests/unit/protos/proto_tree.h"

namespace safehaven {

using Breaches = std::vector<std::string>;

// Every rpc: a permission that begins with its package's word and is nobody else's,
// at least one known caller ("anyone" at the gateway alone), a deadline of 1 ms to
// an hour, and needs_warrant exactly if the request carries a presented warrant.
Breaches IncompletePolicies(const ProtoTree& tree);

// Every field says its sensitivity; what is sealed is bytes. Fields of options are
// exempt: they are part of the declarations, never data.
Breaches UndeclaredSensitivities(const ProtoTree& tree);

// No message of `package` ("safehaven.gateway.v1") holds an identifiable field, be
// it through messages of other packages.
Breaches IdentifiableFields(const ProtoTree& tree, const std::string& package);

// Nothing reachable from `message` could say at which time it is to be decided: no
// date and no number but those in `allowed` (full names of fields), no field named
// like a time. A `message` that does not exist is a breach.
Breaches TimesOfDecision(const ProtoTree& tree, const std::string& message,
                         const std::set<std::string>& allowed);

// `message` holds none of `forbidden` (full names), however deep.
Breaches ForbiddenContents(const ProtoTree& tree, const std::string& message,
                           const std::set<std::string>& forbidden);

// Services, methods, messages, fields, enums and their values have a comment before them.
Breaches MissingComments(const ProtoTree& tree);

// Enum values begin with the enum's name, and zero is ..._UNSPECIFIED.
Breaches BadEnums(const ProtoTree& tree);

// protos/safehaven/<word>/v1/x.proto has package safehaven.<word>.v1.
Breaches MisplacedPackages(const ProtoTree& tree);

// A package imports only itself, options, type and google: services meet through
// messages of type alone, so that one can change without the others.
Breaches ForbiddenImports(const ProtoTree& tree);

}  // namespace safehaven

#endif  // SAFEHAVEN_TESTS_UNIT_PROTOS_DESCRIPTOR_RULES_H_
