// The frozen part of a model file (docs/formats.md, "Linkage model"). Internal to reading
// and writing models. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_FROZEN_YAML_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_FROZEN_YAML_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/linkage/core/model.h"

namespace YAML {
class Node;
}

namespace safehaven::linkage {

// Throws Fault (yaml_reading.h) where the node is not as it has to be.
Frozen ReadFrozen(const YAML::Node& node, const std::vector<BlockingRule>& rules);

// A text in double quotes, as YAML reads it back.
std::string Quoted(absl::string_view text);

// The value of the key "frozen", two blanks indented.
std::string FrozenText(const Frozen& frozen, const std::vector<BlockingRule>& rules);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_FROZEN_YAML_H_
