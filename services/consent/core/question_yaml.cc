#include "services/consent/core/question_yaml.h"

#include "libs/base/status.h"
#include "services/consent/core/callers.h"
#include "services/consent/core/strict_yaml.h"

namespace safehaven::consent {

template <>
struct Describer<Filter> {
  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("dimension", self.dimension);
    visit.Required("values", self.values);
  }
};

template <>
struct Describer<Question> {
  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("approval", self.approval);
    visit.Required("purpose", self.purpose);
    visit.Required("operation", self.operation);
    visit.Required("identifiability", self.identifiability);
    visit.Optional("subject", self.subject);
    visit.Optional("commissioner", self.commissioner);
    visit.Optional("list_day", self.list_day);
    visit.Required("first_day", self.first_day);
    visit.Required("last_day", self.last_day);
    visit.Required("datasets", self.datasets);
    visit.Optional("measures", self.measures);
    visit.Optional("dimensions", self.dimensions);
    visit.Optional("items", self.items);
    visit.Optional("filters", self.filters);
  }
};

template <>
struct Describer<FileCaller> {
  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Optional("issuer", self.issuer);
    visit.Optional("subject", self.subject);
    visit.Optional("program", self.program);
    visit.Optional("organisation", self.organisation);
    visit.Optional("role", self.role);
    visit.Optional("environment", self.environment);
  }
};

template <>
struct Describer<Particulars> {
  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Optional("onward_to", self.onward_to);
    visit.Optional("reidentifies", self.reidentifies);
    visit.Optional("contacts_people", self.contacts_people);
    visit.Optional("opt_out_check", self.opt_out_check_day);
  }
};

template <>
struct Describer<Holding> {
  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("organisation", self.organisation);
    visit.Required("disclosure_domain", self.disclosure_domain);
    visit.Required("dataset", self.dataset);
    visit.Required("first_day", self.first_day);
    visit.Required("last_day", self.last_day);
    visit.Required("sets", self.sets);
    visit.Required("mode", self.mode);
    visit.Required("approval", self.approval);
  }
};

namespace {

struct WholeFile {
  std::string format;
  QuestionFile content;
  std::vector<std::string> people;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("format", self.format);
    visit.Required("caller", self.content.caller);
    visit.Required("question", self.content.question);
    visit.Optional("particulars", self.content.particulars);
    visit.Optional("people", self.people);
    visit.Optional("holdings", self.content.holdings);
  }
};

constexpr size_t kQuestionFileBytesMax = 1u << 20;

absl::StatusOr<std::vector<NhsNumber>> ReadPeople(const std::vector<std::string>& texts, const YamlReading& reading) {
  if (texts.size() > kQuestionPeopleMax) {
    return YamlFault(reading, "REGISTER_FIELD_TYPE", "people", reading.lines.at("people"), "names too many people");
  }
  std::vector<NhsNumber> people;
  for (size_t i = 0; i < texts.size(); ++i) {
    const std::string path = absl::StrCat("people[", i, "]");
    const absl::StatusOr<NhsNumber> number = NhsNumber::Parse(texts[i]);
    if (!number.ok()) {
      return YamlFault(reading, ReasonOf(number.status()), path, reading.lines.at(path), number.status().message());
    }
    people.push_back(*number);
  }
  return people;
}

}  // namespace

absl::StatusOr<QuestionFile> ParseQuestionFile(absl::string_view file, absl::string_view text) {
  YamlReading reading;
  reading.file = std::string(file);
  reading.text_max = kQuestionTextMax;
  if (text.size() > kQuestionFileBytesMax) {
    return YamlFault(reading, "REGISTER_FILE_MALFORMED", "", 1, "is larger than 1 MiB");
  }
  SH_ASSIGN_OR_RETURN(const YAML::Node root, LoadStrictYaml(file, text));
  WholeFile whole;
  ReadYamlMap(root, "", whole, reading);
  SH_RETURN_IF_ERROR(reading.status);
  if (whole.format != kQuestionFormat) {
    return YamlFault(reading, "REGISTER_FILE_MALFORMED", "format", reading.lines["format"],
                     absl::StrCat("is not ", kQuestionFormat));
  }
  absl::StatusOr<Question> normalised = NormaliseForm(std::move(whole.content.question));
  if (!normalised.ok()) {
    const std::string field = absl::StrCat("question.", MetadataOf(normalised.status())["field"]);
    const auto line = reading.lines.find(field);
    return YamlFault(reading, ReasonOf(normalised.status()), field, line == reading.lines.end() ? 1 : line->second,
                     normalised.status().message());
  }
  SH_ASSIGN_OR_RETURN(whole.content.people, ReadPeople(whole.people, reading));
  whole.content.question = *std::move(normalised);
  for (Holding& holding : whole.content.holdings) std::sort(holding.sets.begin(), holding.sets.end());
  return std::move(whole.content);
}

absl::StatusOr<Caller> ResolveCaller(const RegisterSnapshot& snapshot, const FileCaller& caller, CivilDay day) {
  Caller resolved;
  if (!caller.subject.empty()) {
    SH_ASSIGN_OR_RETURN(resolved, PersonCaller(snapshot, caller.issuer, caller.subject, day));
  } else if (!caller.program.empty()) {
    SH_ASSIGN_OR_RETURN(resolved, ProgramCaller(snapshot, caller.program, day));
  } else {
    resolved.subject = absl::StrCat("file|", caller.organisation);
    resolved.organisation = caller.organisation;
    resolved.role = caller.role;
  }
  resolved.environment = caller.environment;
  return resolved;
}

}  // namespace safehaven::consent
