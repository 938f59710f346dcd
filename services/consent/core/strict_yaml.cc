#include "services/consent/core/strict_yaml.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "libs/base/status.h"
#include "libs/yaml/strict_document.h"

namespace safehaven::consent {
namespace {

absl::Status Malformed(absl::string_view file, int line, absl::string_view why) {
  YamlReading reading;
  reading.file = std::string(file);
  return YamlFault(reading, "REGISTER_FILE_MALFORMED", "", line, why);
}

bool HasControlCharacter(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<YAML::Node> LoadStrictYaml(absl::string_view file, absl::string_view text) {
  YamlDocument document = LoadYamlDocument(text, {.bytes_max = text.size(), .depth_max = kYamlDepthMax});
  if (document.fault) return Malformed(file, static_cast<int>(document.fault->line), document.fault->why);
  if (!document.root.IsMap()) return Malformed(file, 1, "is not a map of fields");
  return std::move(document.root);
}

absl::StatusOr<std::optional<absl::Time>> ParseRecordedAt(absl::string_view text, const YamlReading& reading) {
  if (text.empty()) return std::optional<absl::Time>();
  absl::Time time;
  std::string why;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &why)) {
    return YamlFault(reading, "REGISTER_FIELD_TYPE", "recorded_at", reading.lines.at("recorded_at"),
                     "is not a time such as 2025-04-01T09:00:00Z");
  }
  return std::optional<absl::Time>(time);
}

absl::Status YamlFault(const YamlReading& reading, absl::string_view reason, absl::string_view path, int line,
                       absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, reason,
                 absl::StrCat(reading.file, ":", line, ": ", path, path.empty() ? "" : ": ", why),
                 {{"file", reading.file}, {"line", absl::StrCat(line)}, {"field", std::string(path)}});
}

namespace strict_yaml_internal {

absl::Status ReadScalar(const YAML::Node& node, size_t text_max, std::string& value) {
  if (!node.IsScalar()) return absl::InvalidArgumentError("is not a text");
  if (node.Scalar().size() > text_max) return absl::InvalidArgumentError("is too long");
  if (HasControlCharacter(node.Scalar())) return absl::InvalidArgumentError("holds a control character");
  value = node.Scalar();
  return absl::OkStatus();
}

absl::Status ReadScalar(const YAML::Node& node, size_t text_max, bool& value) {
  std::string text;
  SH_RETURN_IF_ERROR(ReadScalar(node, text_max, text));
  if (text != "true" && text != "false") return absl::InvalidArgumentError("is not true or false");
  value = text == "true";
  return absl::OkStatus();
}

absl::Status ReadScalar(const YAML::Node& node, size_t text_max, int& value) {
  std::string text;
  SH_RETURN_IF_ERROR(ReadScalar(node, text_max, text));
  if (!absl::SimpleAtoi(text, &value)) return absl::InvalidArgumentError("is not a whole number");
  return absl::OkStatus();
}

absl::Status ReadScalar(const YAML::Node& node, size_t text_max, CivilDay& value) {
  std::string text;
  SH_RETURN_IF_ERROR(ReadScalar(node, text_max, text));
  const absl::StatusOr<CivilDay> day = CivilDay::Parse(text);
  if (!day.ok()) return absl::InvalidArgumentError("is not a day written YYYY-MM-DD");
  value = *day;
  return absl::OkStatus();
}

absl::Status ReadScalar(const YAML::Node& node, size_t text_max, Reference& value) {
  std::string text;
  SH_RETURN_IF_ERROR(ReadScalar(node, text_max, text));
  SH_ASSIGN_OR_RETURN(value, Reference::Parse(text));
  return absl::OkStatus();
}

absl::Status ReadScalar(const YAML::Node& node, size_t text_max, PublicKey& value) {
  std::string text;
  SH_RETURN_IF_ERROR(ReadScalar(node, text_max, text));
  const bool hexadecimal = text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hexadecimal) return absl::InvalidArgumentError("is not 64 lower-case hexadecimal digits");
  value.bytes = absl::HexStringToBytes(text);
  return absl::OkStatus();
}

}  // namespace strict_yaml_internal

YamlMapReader::YamlMapReader(const YAML::Node& map, std::string path, YamlReading& reading)
    : path_(std::move(path)), line_(map.Mark().line + 1), reading_(reading) {
  if (!reading_.status.ok()) return;
  const std::string own_path = path_.empty() ? "" : path_.substr(0, path_.size() - 1);
  if (!map.IsMap()) {
    reading_.status = YamlFault(reading_, "REGISTER_FIELD_TYPE", own_path, line_, "is not a map of fields");
    return;
  }
  for (const auto& field : map) {
    const int line = field.first.Mark().line + 1;
    const std::string name = field.first.IsScalar() ? field.first.Scalar() : "";
    const std::string field_path = absl::StrCat(path_, name);
    if (name.empty() || !fields_.emplace(name, field.second).second) {
      reading_.status = YamlFault(reading_, "REGISTER_FIELD_REPEATED", field_path, line,
                                  name.empty() ? "a field has no name" : "is there twice");
      return;
    }
    reading_.lines[field_path] = line;
  }
}

const YAML::Node* YamlMapReader::Find(absl::string_view name) {
  if (!reading_.status.ok()) return nullptr;
  asked_.insert(std::string(name));
  const auto found = fields_.find(std::string(name));
  return found == fields_.end() ? nullptr : &found->second;
}

void YamlMapReader::RefuseUnknown() {
  if (!reading_.status.ok()) return;
  for (const auto& [name, node] : fields_) {
    if (asked_.contains(name)) continue;
    const std::string path = absl::StrCat(path_, name);
    reading_.status = YamlFault(reading_, "REGISTER_FIELD_UNKNOWN", path, reading_.lines[path], "is not a known field");
    return;
  }
}

}  // namespace safehaven::consent
