#include "services/consent/core/strict_yaml.h"

#include <yaml-cpp/eventhandler.h>

#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "libs/base/status.h"

namespace safehaven::consent {
namespace {

// Looks for what we do not read: aliases can hide a huge tree in a small file, and a
// second document would be passed over in silence.
class Inspector : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) Refuse(mark, "holds a second document");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { Check(mark, "", anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { Refuse(mark, "holds an alias"); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string&) override {
    Check(mark, tag, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Enter(mark, tag, anchor);
  }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Enter(mark, tag, anchor);
  }
  void OnMapEnd() override { --depth_; }

  int line() const { return line_; }
  const std::string& why() const { return why_; }

 private:
  void Enter(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    Check(mark, tag, anchor);
    if (++depth_ > kYamlDepthMax) Refuse(mark, "nests too deep");
  }
  void Check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) Refuse(mark, "holds an anchor");
    // "?" is a plain scalar's tag and "!" a quoted one's; neither was written.
    if (!tag.empty() && tag != "?" && tag != "!") Refuse(mark, "holds a tag");
  }
  void Refuse(const YAML::Mark& mark, const char* why) {
    if (!why_.empty()) return;
    why_ = why;
    line_ = mark.line + 1;
  }

  int documents_ = 0;
  int depth_ = 0;
  int line_ = 0;
  std::string why_;
};

absl::Status Malformed(absl::string_view file, int line, absl::string_view why) {
  YamlReading reading;
  reading.file = std::string(file);
  return YamlFault(reading, "REGISTER_FILE_MALFORMED", "", line, why);
}

// Is it UTF-8 (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF)? A failure
// repeats names of fields, and its metadata travel as UTF-8.
bool IsUtf8(absl::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t length = lead < 0x80                    ? 1
                          : lead >= 0xC2 && lead <= 0xDF ? 2
                          : lead >= 0xE0 && lead <= 0xEF ? 3
                          : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                         : 0;
    if (length == 0 || at + length > text.size()) return false;
    for (size_t i = 1; i < length; ++i) {
      const auto next = static_cast<unsigned char>(text[at + i]);
      // The second byte bounds the code point from below and above.
      const unsigned char low = i == 1 && lead == 0xE0 ? 0xA0 : i == 1 && lead == 0xF0 ? 0x90 : 0x80;
      const unsigned char high = i == 1 && lead == 0xED ? 0x9F : i == 1 && lead == 0xF4 ? 0x8F : 0xBF;
      if (next < low || next > high) return false;
    }
    at += length;
  }
  return true;
}

bool HasControlCharacter(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<YAML::Node> LoadStrictYaml(absl::string_view file, absl::string_view text) {
  if (!IsUtf8(text)) return Malformed(file, 1, "is not UTF-8");
  const std::string copy(text);
  try {
    std::istringstream stream(copy);
    YAML::Parser parser(stream);
    Inspector inspector;
    // The parser does not get past a stray bracket: it finds an empty document there, and
    // another, for ever. The first refusal is enough.
    while (inspector.why().empty() && parser.HandleNextDocument(inspector)) {
    }
    if (!inspector.why().empty()) return Malformed(file, inspector.line(), inspector.why());
    YAML::Node node = YAML::Load(copy);
    if (!node.IsMap()) return Malformed(file, 1, "is not a map of fields");
    return node;
  } catch (const YAML::Exception& fault) {
    return Malformed(file, fault.mark.line + 1, fault.msg);
  }
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
