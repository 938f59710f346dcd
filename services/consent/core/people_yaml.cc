#include "services/consent/core/people_yaml.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/consent/core/register_yaml.h"
#include "services/consent/core/strict_yaml.h"

namespace safehaven::consent {
namespace {

// Persons are texts here and become numbers when the whole file has been read.
struct FileObjection {
  std::string person;
  Objection objection;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("person", self.person);
    visit.Required("kind", self.objection.kind);
    visit.Optional("programme", self.objection.programme);
    visit.Optional("sources", self.objection.sources);
    visit.Required("effective", self.objection.effective_day);
    visit.Optional("received", self.objection.received_day);
    visit.Optional("actioned", self.objection.actioned_day);
    visit.Optional("unactioned", self.objection.unactioned);
    visit.Optional("withdrawn", self.objection.withdrawn_day);
    visit.Optional("source_system", self.objection.source_system);
    visit.Optional("made_by", self.objection.made_by);
  }
};

struct FileConsent {
  std::string person;
  ConsentRecord record;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("person", self.person);
    visit.Required("programme", self.record.programme);
    visit.Required("status", self.record.status);
    visit.Required("from", self.record.day);
    visit.Optional("source_system", self.record.source_system);
    visit.Optional("made_by", self.record.made_by);
  }
};

}  // namespace

template <>
struct Describer<ObjectionFault> {
  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("source_system", self.source_system);
    visit.Optional("kinds", self.kinds);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
    visit.Optional("document", self.document);
  }
};

namespace {

struct WholePeople {
  std::string format;
  std::string recorded_at;
  std::vector<FileObjection> objections;
  std::vector<FileConsent> consents;
  std::vector<ObjectionFault> faults;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("format", self.format);
    visit.Optional("recorded_at", self.recorded_at);
    visit.Optional("objections", self.objections);
    visit.Optional("consents", self.consents);
    visit.Optional("faults", self.faults);
  }
};

struct WholeReleases {
  std::string format;
  std::string recorded_at;
  std::vector<Release> releases;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("format", self.format);
    visit.Optional("recorded_at", self.recorded_at);
    visit.Required("releases", self.releases);
  }
};

// Reads the whole of a file and checks its format.
template <typename Whole>
absl::StatusOr<Whole> ReadWhole(absl::string_view file, absl::string_view text, absl::string_view format,
                                YamlReading& reading) {
  reading.file = std::string(file);
  reading.text_max = kRegisterTextMax;
  if (text.size() > kRegisterFileBytesMax) {
    return YamlFault(reading, "REGISTER_FILE_MALFORMED", "", 1, "is larger than 8 MiB");
  }
  SH_ASSIGN_OR_RETURN(const YAML::Node root, LoadStrictYaml(file, text));
  Whole whole;
  ReadYamlMap(root, "", whole, reading);
  SH_RETURN_IF_ERROR(reading.status);
  if (whole.format != format) {
    return YamlFault(reading, "REGISTER_FILE_MALFORMED", "format", reading.lines["format"],
                     absl::StrCat("is not ", format));
  }
  return whole;
}

absl::StatusOr<NhsNumber> ReadPerson(const YamlReading& reading, const std::string& path, const std::string& text) {
  const absl::StatusOr<NhsNumber> number = NhsNumber::Parse(text);
  if (number.ok()) return number;
  const std::string field = absl::StrCat(path, ".person");
  return YamlFault(reading, ReasonOf(number.status()), field, reading.lines.at(field), number.status().message());
}

absl::Status CheckObjection(const YamlReading& reading, const std::string& path, const Objection& objection) {
  const int line = reading.lines.at(path);
  if ((objection.kind == ObjectionKind::kProgramme) == objection.programme.empty()) {
    return YamlFault(reading, "REGISTER_VALUE_INVALID", absl::StrCat(path, ".programme"), line,
                     "is there for the kind 'programme' and for no other");
  }
  if (objection.unactioned && objection.actioned_day.has_value()) {
    return YamlFault(reading, "REGISTER_DATES_CONTRADICT", absl::StrCat(path, ".actioned"), line,
                     "is there, but the objection is said to be unactioned");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PeopleFile> ParsePeopleFile(absl::string_view file, absl::string_view text) {
  YamlReading reading;
  SH_ASSIGN_OR_RETURN(WholePeople whole, ReadWhole<WholePeople>(file, text, kPeopleFormat, reading));
  PeopleFile result;
  SH_ASSIGN_OR_RETURN(result.recorded_time, ParseRecordedAt(whole.recorded_at, reading));
  for (size_t i = 0; i < whole.objections.size(); ++i) {
    const std::string path = absl::StrCat("objections[", i, "]");
    Objection objection = std::move(whole.objections[i].objection);
    SH_ASSIGN_OR_RETURN(objection.person, ReadPerson(reading, path, whole.objections[i].person));
    SH_RETURN_IF_ERROR(CheckObjection(reading, path, objection));
    result.people.objections.push_back(std::move(objection));
  }
  for (size_t i = 0; i < whole.consents.size(); ++i) {
    ConsentRecord record = std::move(whole.consents[i].record);
    SH_ASSIGN_OR_RETURN(record.person,
                        ReadPerson(reading, absl::StrCat("consents[", i, "]"), whole.consents[i].person));
    result.people.consents.push_back(std::move(record));
  }
  result.people.faults = std::move(whole.faults);
  return result;
}

absl::StatusOr<ReleasesFile> ParseReleasesFile(absl::string_view file, absl::string_view text) {
  YamlReading reading;
  SH_ASSIGN_OR_RETURN(WholeReleases whole, ReadWhole<WholeReleases>(file, text, kReleasesFormat, reading));
  ReleasesFile result;
  SH_ASSIGN_OR_RETURN(result.recorded_time, ParseRecordedAt(whole.recorded_at, reading));
  result.releases = std::move(whole.releases);
  return result;
}

}  // namespace safehaven::consent
