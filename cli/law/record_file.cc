#include "cli/law/record_file.h"

#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/law/law_commands.h"
#include "libs/base/status.h"
#include "services/consent/core/decision_record.h"

namespace safehaven::cli {
namespace {

constexpr absl::string_view kFormatLine = "safehaven-decision-record/1\n";
constexpr absl::string_view kQuestionLine = "---- question\n";
constexpr absl::string_view kDecisionLine = "---- decision\n";

absl::Status Malformed(absl::string_view why) {
  return InvalidArgument("RECORD_MALFORMED", absl::StrCat("the record of a decision ", why));
}

// The text up to `mark`, which is taken off with it; nothing if `mark` is not there.
absl::StatusOr<absl::string_view> CutAt(absl::string_view& text, absl::string_view mark) {
  const size_t at = text.find(mark);
  if (at == absl::string_view::npos) return Malformed(absl::StrCat("has no line '", absl::StripSuffix(mark, "\n"), "'"));
  const absl::string_view before = text.substr(0, at);
  text.remove_prefix(at + mark.size());
  return before;
}

absl::Status ReadHead(absl::string_view head, RecordFile& record) {
  for (const absl::string_view line : absl::StrSplit(head, '\n', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> field = absl::StrSplit(line, absl::MaxSplits('=', 1));
    if (field.first == "day") {
      SH_ASSIGN_OR_RETURN(record.day, CivilDay::Parse(field.second));
    } else if (field.first == "known_at") {
      record.known_at = std::string(field.second);
    } else if (field.first == "known_size") {
      if (!absl::SimpleAtoi(field.second, &record.known_size)) return Malformed("has no number as known_size");
    } else if (field.first == "register") {
      record.known_digest = std::string(field.second);
    } else {
      return Malformed("has a field that is not known");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteRecordFile(const std::string& path, const Answer& answer, const std::string& known_at) {
  std::ofstream file(path, std::ios::binary);
  file << kFormatLine << "day=" << answer.evaluation.day.ToString() << "\nknown_at=" << known_at
       << "\nknown_size=" << answer.known_size << "\nregister=" << absl::BytesToHexString(answer.known_digest) << "\n"
       << kDecisionLine << answer.record << kQuestionLine << answer.question_text;
  file.flush();
  if (!file) return Unavailable("FILE_WRITE_FAILED", absl::StrCat(path, " cannot be written"));
  return absl::OkStatus();
}

absl::StatusOr<RecordFile> ReadRecordFile(const std::string& path) {
  SH_ASSIGN_OR_RETURN(const std::string whole, ReadTextFile(path));
  absl::string_view text = whole;
  if (!absl::ConsumePrefix(&text, kFormatLine)) return Malformed("does not begin with its format");
  RecordFile record;
  SH_ASSIGN_OR_RETURN(const absl::string_view head, CutAt(text, kDecisionLine));
  SH_RETURN_IF_ERROR(ReadHead(head, record));
  SH_ASSIGN_OR_RETURN(const absl::string_view decision, CutAt(text, kQuestionLine));
  record.text = std::string(decision);
  record.question_text = std::string(text);
  return record;
}

absl::Status KeepKnown(const RecordFile& record, LawWorld& world) {
  if (world.events.size() < record.known_size) {
    return DataLoss("REGISTER_CHANGED", "the register holds fewer events than the decision knew");
  }
  world.events.resize(record.known_size);
  if (absl::BytesToHexString(consent::RegisterDigest(world.events)) != record.known_digest) {
    return DataLoss("REGISTER_CHANGED", "the events that the decision knew are not those of the register any more");
  }
  world.snapshot = consent::RegisterSnapshot::Of(world.events);
  return absl::OkStatus();
}

std::string FirstDifference(absl::string_view before, absl::string_view after) {
  const std::vector<absl::string_view> old_lines = absl::StrSplit(before, '\n');
  const std::vector<absl::string_view> new_lines = absl::StrSplit(after, '\n');
  for (size_t i = 0; i < std::max(old_lines.size(), new_lines.size()); ++i) {
    const absl::string_view old_line = i < old_lines.size() ? old_lines[i] : "";
    const absl::string_view new_line = i < new_lines.size() ? new_lines[i] : "";
    if (old_line != new_line) return absl::StrCat("line ", i + 1, ": '", old_line, "' became '", new_line, "'");
  }
  return "no line differs";
}

}  // namespace safehaven::cli
