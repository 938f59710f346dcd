// One YAML document, read so that nothing in it can surprise its reader: UTF-8, one
// document, no aliases and anchors (a small file could hide a huge tree), no tags, not
// too deep. What the fields mean is for the caller, who also names the reason and the
// file of a refusal. Pure; thread-safe.
#ifndef SAFEHAVEN_LIBS_YAML_STRICT_DOCUMENT_H_
#define SAFEHAVEN_LIBS_YAML_STRICT_DOCUMENT_H_

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace safehaven {

struct YamlLimits {
  size_t bytes_max = 1 << 20;
  int depth_max = 12;
};

// Why a text is no document that we read, and where.
struct YamlFault {
  int64_t line = 1;  // from 1
  std::string why;   // "is not UTF-8"; never a value of the text
};

// Either `root` (null for an empty text) or `fault`.
struct YamlDocument {
  YAML::Node root;
  std::optional<YamlFault> fault;
};

YamlDocument LoadYamlDocument(absl::string_view text, const YamlLimits& limits);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_YAML_STRICT_DOCUMENT_H_
