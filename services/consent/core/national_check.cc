#include "services/consent/core/national_check.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/status.h"

namespace safehaven::consent {
namespace {

constexpr size_t kNumberDigits = 10;
constexpr size_t kMailboxLengthMax = 12;

absl::Status LineFault(size_t line, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, "CHECK_FILE_MALFORMED", absl::StrCat("line ", line, ": ", why),
                 {{"line", absl::StrCat(line)}});
}

std::vector<NhsNumber> Sorted(std::span<const NhsNumber> numbers) {
  std::vector<NhsNumber> sorted(numbers.begin(), numbers.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

}  // namespace

std::string FormatCheckFile(std::span<const NhsNumber> numbers) {
  std::string text;
  for (const NhsNumber& number : Sorted(numbers)) absl::StrAppend(&text, number.ToDigits(), ",\n");
  return text;
}

absl::StatusOr<std::vector<NhsNumber>> ParseCheckFile(absl::string_view text) {
  if (text.size() > kCheckBytesMax) return InvalidArgument("CHECK_FILE_TOO_LARGE", "the file is larger than 100 MB");
  std::vector<NhsNumber> numbers;
  size_t line = 0;
  while (!text.empty()) {
    ++line;
    const size_t end = text.find('\n');
    if (end == absl::string_view::npos) return LineFault(line, "does not end with a line feed");
    const absl::string_view row = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (!row.empty() && row.back() == '\r') return LineFault(line, "ends with a carriage return");
    if (row.size() != kNumberDigits + 1 || row.back() != ',') {
      return LineFault(line, "is not ten digits and a comma; such a line is how the service says what it could not read");
    }
    const absl::StatusOr<NhsNumber> number = NhsNumber::Parse(row.substr(0, kNumberDigits));
    // Blanks and hyphens, which Parse() allows, are not part of this format.
    const bool digits = std::all_of(row.begin(), row.end() - 1, [](char c) { return absl::ascii_isdigit(c); });
    if (!number.ok() || !digits) return LineFault(line, "holds no NHS number");
    numbers.push_back(*number);
  }
  if (Sorted(numbers).size() != numbers.size()) return LineFault(line, "or one before holds a number twice");
  return numbers;
}

absl::StatusOr<std::string> CheckFileName(absl::string_view mailbox, CivilDay day, int sequence) {
  const bool plain = !mailbox.empty() && mailbox.size() <= kMailboxLengthMax &&
                     std::all_of(mailbox.begin(), mailbox.end(), [](char c) { return absl::ascii_isalnum(c); });
  if (!plain) return InvalidArgument("CHECK_NAME_INVALID", "the mailbox is letters and digits, at most twelve");
  if (sequence < 1 || sequence > 9999) return InvalidArgument("CHECK_NAME_INVALID", "the sequence is 1 to 9999");
  return absl::StrFormat("%s-%02d%02d%02d-%04d", mailbox, day.day(), day.month(), day.year() % 100, sequence);
}

absl::StatusOr<CheckOutcome> ApplyCheck(std::span<const NhsNumber> sent, std::span<const NhsNumber> returned,
                                        CivilDay checked_day) {
  const std::vector<NhsNumber> asked = Sorted(sent);
  const std::vector<NhsNumber> cleared = Sorted(returned);
  if (!std::includes(asked.begin(), asked.end(), cleared.begin(), cleared.end())) {
    return InvalidArgument("CHECK_ANSWER_OF_ANOTHER", "the answer holds a number that was not sent");
  }
  if (cleared.empty() && asked.size() > kCheckPlausibleMax) {
    return InvalidArgument("CHECK_ANSWER_EMPTY", "the answer is empty: the service refused the list; send it again");
  }
  CheckOutcome outcome{cleared, {}, checked_day};
  std::set_difference(asked.begin(), asked.end(), cleared.begin(), cleared.end(), std::back_inserter(outcome.withheld));
  return outcome;
}

}  // namespace safehaven::consent
