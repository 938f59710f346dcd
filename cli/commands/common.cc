#include "cli/commands/commands.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "services/consent/core/question_yaml.h"

namespace safehaven::cli {
namespace {

constexpr size_t kQuestionBytesMax = 1 << 20;

absl::Status FlagInvalid(absl::string_view flag, const absl::Status& why) {
  return WithContext(why, absl::StrCat("--", flag));
}

absl::StatusOr<CivilDay> DayOf(absl::string_view flag, const std::string& text) {
  const absl::StatusOr<CivilDay> day = CivilDay::Parse(text);
  if (!day.ok()) return FlagInvalid(flag, day.status());
  return day;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Session>> Globals::OpenSession() const {
  SH_ASSIGN_OR_RETURN(Context read, ReadContext(context));
  return std::make_unique<Session>(std::move(read), *clock, *randomness);
}

void QuestionFlags::AddTo(CLI::App& app) {
  app.add_option("--question", file, "question file (docs/formats-register.md) in place of the flags below");
  app.add_option("--approval", approval, "reference of the approval relied on");
  app.add_option("--purpose", purpose, "commissioning_planning, invoice_validation, ...");
  app.add_option("--operation", operation, "aggregate or records");
  app.add_option("--identifiability", identifiability, "aggregate_suppressed, pseudonymised, identifiable");
  app.add_option("--commissioner", commissioner, "ODS code: whose people");
  app.add_option("--list-day", list_day, "people on the commissioner's list on this day");
  app.add_option("--from", first_day, "activity from this day");
  app.add_option("--to", last_day, "to this day, inclusive");
  app.add_option("--dataset", datasets, "acute/apc, ... (repeat)");
  app.add_option("--measure", measures, "cost_per_head, cost, activity, persons, population (repeat)");
  app.add_option("--dimension", dimensions, "age_band, sex, sector, ... (repeat, at most three)");
  app.add_option("--item", items, "columns of records (repeat)");
  app.add_option("--filter", filters, "dimension=value,value (repeat)");
}

absl::StatusOr<Question> QuestionFlags::Build() const {
  if (!file.empty()) {
    SH_ASSIGN_OR_RETURN(const std::string text, ReadFile(file, kQuestionBytesMax));
    SH_ASSIGN_OR_RETURN(const consent::QuestionFile parsed, consent::ParseQuestionFile(file, text));
    return parsed.question;
  }
  Question question = {.approval = approval, .commissioner = commissioner};
  SH_ASSIGN_OR_RETURN(question.purpose, ParsePurpose(purpose));
  SH_ASSIGN_OR_RETURN(question.operation, ParseOperation(operation));
  SH_ASSIGN_OR_RETURN(question.identifiability, ParseIdentifiability(identifiability));
  SH_ASSIGN_OR_RETURN(question.list_day, DayOf("list-day", list_day));
  SH_ASSIGN_OR_RETURN(question.first_day, DayOf("from", first_day));
  SH_ASSIGN_OR_RETURN(question.last_day, DayOf("to", last_day));
  question.datasets = datasets;
  question.measures = measures;
  question.dimensions = dimensions;
  question.items = items;
  for (const std::string& text : filters) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
    question.filters.push_back({.dimension = parts.first, .values = absl::StrSplit(parts.second, ',')});
  }
  return Normalise(std::move(question));
}

}  // namespace safehaven::cli
