#include "cli/commands/commands.h"

#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "services/consent/core/question_yaml.h"

namespace safehaven::cli {
namespace {

constexpr size_t kQuestionBytesMax = 1 << 20;

// "commissioning_planning" as the value that `parse` reads; the message names the flag.
template <typename T>
absl::StatusOr<T> NameOfFlag(absl::string_view flag, const std::string& text, absl::StatusOr<T> (*parse)(absl::string_view)) {
  absl::StatusOr<T> value = parse(text);
  if (!value.ok()) return WithContext(value.status(), absl::StrCat("--", flag));
  return value;
}

// "sex=1,2".
absl::StatusOr<Filter> FilterOf(const std::string& text) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  if (parts.first.empty() || parts.second.empty()) {
    return InvalidArgument("FIELD_INVALID", "--filter: must be dimension=value,value");
  }
  return Filter{.dimension = parts.first, .values = absl::StrSplit(parts.second, ',')};
}

}  // namespace

absl::StatusOr<CivilDay> DayOfFlag(absl::string_view flag, const std::string& text) {
  if (text.empty()) return InvalidArgument("FIELD_INVALID", absl::StrCat("--", flag, ": is required"));
  const absl::StatusOr<CivilDay> day = CivilDay::Parse(text);
  if (!day.ok()) return WithContext(day.status(), absl::StrCat("--", flag));
  return day;
}

absl::StatusOr<std::unique_ptr<Session>> Globals::OpenSession() const {
  SH_ASSIGN_OR_RETURN(Context read, ReadContext(context));
  return std::make_unique<Session>(std::move(read), *clock, *randomness);
}

void QuestionFlags::AddTo(CLI::App& app) {
  app.add_option("--question", file, "question file (docs/formats-register.md) in place of the flags below");
  AddFieldsTo(app);
}

void QuestionFlags::AddFieldsTo(CLI::App& app) {
  app.add_option("--approval", approval, "reference of the approval relied on (`safehaven entitlements` lists them)");
  app.add_option("--purpose", purpose, "what the answer is for, as the approval names it: invoice_validation, ...")
      ->capture_default_str();
  app.add_option("--operation", operation, "aggregate (a table) or records")->capture_default_str();
  app.add_option("--identifiability", identifiability, "aggregate_suppressed, pseudonymised, identifiable, ...")
      ->capture_default_str();
  app.add_option("--commissioner", commissioner, "ODS code: whose people");
  app.add_option("--list-day", list_day, "YYYY-MM-DD: people on the commissioner's list on this day");
  app.add_option("--from", first_day, "YYYY-MM-DD: activity from this day");
  app.add_option("--to", last_day, "YYYY-MM-DD: to this day, inclusive");
  app.add_option("--dataset", datasets, "acute/apc, social_care/services, ... (repeat)");
  app.add_option("--measure", measures, "tables: cost_per_head, cost, activity, persons, population (repeat)");
  app.add_option("--dimension", dimensions, "tables: age_band, sex, sector, month, practice, ... (repeat, at most three)");
  app.add_option("--item", items, "records: columns such as pseudonym, cost, start_date, currency (repeat)");
  app.add_option("--filter", filters, "dimension=value,value (repeat)");
}

void QuestionFlags::Require() const {
  if (!file.empty()) return;
  std::vector<absl::string_view> missing;
  for (const auto& [flag, is_given] : std::initializer_list<std::pair<absl::string_view, bool>>{
           {"--approval", !approval.empty()},
           {"--commissioner", !commissioner.empty()},
           {"--list-day", !list_day.empty()},
           {"--from", !first_day.empty()},
           {"--to", !last_day.empty()},
           {"--dataset", !datasets.empty()},
           {"--measure (or --item with --operation records)", !measures.empty() || !items.empty()}}) {
    if (!is_given) missing.push_back(flag);
  }
  if (!missing.empty()) throw CLI::RequiredError(absl::StrCat("Without --question, ", absl::StrJoin(missing, ", ")));
}

absl::StatusOr<Question> QuestionFlags::Build() const {
  if (!file.empty()) {
    SH_ASSIGN_OR_RETURN(const std::string text, ReadFile(file, kQuestionBytesMax));
    SH_ASSIGN_OR_RETURN(const consent::QuestionFile parsed, consent::ParseQuestionFile(file, text));
    return Normalise(parsed.question);
  }
  Question question = {.approval = approval, .commissioner = commissioner};
  SH_ASSIGN_OR_RETURN(question.purpose, NameOfFlag("purpose", purpose, ParsePurpose));
  SH_ASSIGN_OR_RETURN(question.operation, NameOfFlag("operation", operation, ParseOperation));
  SH_ASSIGN_OR_RETURN(question.identifiability, NameOfFlag("identifiability", identifiability, ParseIdentifiability));
  SH_ASSIGN_OR_RETURN(question.list_day, DayOfFlag("list-day", list_day));
  SH_ASSIGN_OR_RETURN(question.first_day, DayOfFlag("from", first_day));
  SH_ASSIGN_OR_RETURN(question.last_day, DayOfFlag("to", last_day));
  question.datasets = datasets;
  question.measures = measures;
  question.dimensions = dimensions;
  question.items = items;
  for (const std::string& text : filters) {
    SH_ASSIGN_OR_RETURN(Filter filter, FilterOf(text));
    question.filters.push_back(std::move(filter));
  }
  return Normalise(std::move(question));
}

}  // namespace safehaven::cli
