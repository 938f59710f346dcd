#include "services/consent/core/register_yaml.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "services/consent/core/strict_yaml.h"
#include "services/consent/core/validate.h"

namespace safehaven::consent {
namespace {

// A file: its format, when it was recorded, and a list for each kind of entry.
struct RegisterFile {
  std::string format;
  std::string recorded_at;
  std::vector<Organisation> organisations;
  std::vector<Member> members;
  std::vector<Program> programs;
  std::vector<Environment> environments;
  std::vector<Issuer> issuers;
  std::vector<SecurityStatus> security_statuses;
  std::vector<Approval> approvals;
  std::vector<Agreement> agreements;
  std::vector<DataProtectionBasis> data_protection_bases;
  std::vector<Flow> flows;
  std::vector<DisclosureDomain> disclosure_domains;
  std::vector<WaiverDecision> waiver_decisions;
  std::vector<Dataset> datasets;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("format", self.format);
    visit.Optional("recorded_at", self.recorded_at);
    EachList(self, [&visit](absl::string_view name, auto& list) { visit.Optional(name, list); });
  }

  template <typename Self, typename Function>
  static void EachList(Self& self, const Function& call) {
    call(KindName<Organisation>(), self.organisations);
    call(KindName<Member>(), self.members);
    call(KindName<Program>(), self.programs);
    call(KindName<Environment>(), self.environments);
    call(KindName<Issuer>(), self.issuers);
    call(KindName<SecurityStatus>(), self.security_statuses);
    call(KindName<Approval>(), self.approvals);
    call(KindName<Agreement>(), self.agreements);
    call(KindName<DataProtectionBasis>(), self.data_protection_bases);
    call(KindName<Flow>(), self.flows);
    call(KindName<DisclosureDomain>(), self.disclosure_domains);
    call(KindName<WaiverDecision>(), self.waiver_decisions);
    call(KindName<Dataset>(), self.datasets);
  }
};

// The lines below "approvals[3]." as lines of that entry's own fields.
FilePlace PlaceOf(const YamlReading& reading, const std::string& path) {
  FilePlace place;
  place.file = reading.file;
  const auto own = reading.lines.find(path);
  if (own != reading.lines.end()) place.line = own->second;
  const std::string prefix = absl::StrCat(path, ".");
  for (auto it = reading.lines.lower_bound(prefix); it != reading.lines.end(); ++it) {
    absl::string_view field = it->first;
    if (!absl::ConsumePrefix(&field, prefix)) break;
    place.field_lines[std::string(field)] = it->second;
  }
  return place;
}

template <typename T>
absl::StatusOr<Entry> ReadEntryAs(const YAML::Node& node, YamlReading& reading) {
  T value{};
  ReadYamlMap(node, "entry.", value, reading);
  if (!reading.status.ok()) return reading.status;
  return Entry(std::move(value));
}

template <size_t kIndex = 0>
absl::StatusOr<Entry> ReadEntryOfKind(absl::string_view kind, const YAML::Node& node, YamlReading& reading) {
  if constexpr (kIndex == std::variant_size_v<Entry>) {
    return YamlFault(reading, "REGISTER_FIELD_TYPE", "kind", 1, "is not a kind of entry");
  } else {
    using T = std::variant_alternative_t<kIndex, Entry>;
    if (KindName<T>() == kind) return ReadEntryAs<T>(node, reading);
    return ReadEntryOfKind<kIndex + 1>(kind, node, reading);
  }
}

}  // namespace

absl::StatusOr<std::vector<FileEntry>> ParseRegisterFile(absl::string_view file, absl::string_view text) {
  YamlReading reading;
  reading.file = std::string(file);
  reading.text_max = kRegisterTextMax;
  if (text.size() > kRegisterFileBytesMax) {
    return YamlFault(reading, "REGISTER_FILE_MALFORMED", "", 1, "is larger than 8 MiB");
  }
  SH_ASSIGN_OR_RETURN(const YAML::Node root, LoadStrictYaml(file, text));
  RegisterFile parsed;
  ReadYamlMap(root, "", parsed, reading);
  SH_RETURN_IF_ERROR(reading.status);
  if (parsed.format != kRegisterFormat) {
    return YamlFault(reading, "REGISTER_FILE_MALFORMED", "format", reading.lines["format"],
                     absl::StrCat("is not ", kRegisterFormat));
  }
  SH_ASSIGN_OR_RETURN(const std::optional<absl::Time> recorded_time, ParseRecordedAt(parsed.recorded_at, reading));

  std::vector<FileEntry> entries;
  RegisterFile::EachList(parsed, [&](absl::string_view kind, auto& list) {
    for (size_t i = 0; i < list.size(); ++i) {
      entries.push_back({Entry(std::move(list[i])), PlaceOf(reading, absl::StrCat(kind, "[", i, "]")), recorded_time});
    }
  });
  if (entries.size() > kRegisterEntriesMax) {
    return YamlFault(reading, "REGISTER_FILE_MALFORMED", "", 1, "holds too many entries");
  }
  for (const FileEntry& entry : entries) SH_RETURN_IF_ERROR(AtPlace(ValidateEntry(entry.entry), entry.place));
  return entries;
}

absl::StatusOr<Entry> ParseEntry(absl::string_view canonical) {
  YamlReading reading;
  reading.file = "entry";
  reading.text_max = kRegisterTextMax;
  if (canonical.size() > kRegisterFileBytesMax) {
    return YamlFault(reading, "REGISTER_FILE_MALFORMED", "", 1, "is larger than 8 MiB");
  }
  SH_ASSIGN_OR_RETURN(const YAML::Node root, LoadStrictYaml(reading.file, canonical));
  if (root.size() != 2 || !root["kind"].IsDefined() || !root["kind"].IsScalar() || !root["entry"].IsDefined()) {
    return YamlFault(reading, "REGISTER_FILE_MALFORMED", "", 1, "is not {kind, entry}");
  }
  SH_ASSIGN_OR_RETURN(Entry entry, ReadEntryOfKind(root["kind"].Scalar(), root["entry"], reading));
  SH_RETURN_IF_ERROR(ValidateEntry(entry));
  return entry;
}

absl::Status AtPlace(const absl::Status& status, const FilePlace& place) {
  if (status.ok()) return status;
  std::map<std::string, std::string> metadata = MetadataOf(status);
  int line = place.line;
  // The field itself, or the nearest part of the entry that the file does have.
  std::string field = metadata["field"];
  while (!field.empty()) {
    const auto found = place.field_lines.find(field);
    if (found != place.field_lines.end()) {
      line = found->second;
      break;
    }
    const size_t cut = field.find_last_of(".[");
    field = cut == std::string::npos ? "" : field.substr(0, cut);
  }
  metadata["file"] = place.file;
  metadata["line"] = absl::StrCat(line);
  return Failure(status.code(), ReasonOf(status), absl::StrCat(place.file, ":", line, ": ", status.message()),
                 metadata);
}

}  // namespace safehaven::consent
