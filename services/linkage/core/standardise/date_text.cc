#include "services/linkage/core/standardise/date_text.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "services/linkage/core/standardise/date.h"

namespace safehaven::linkage {
namespace {

// Years of two digits below this are of this century.
constexpr int kCenturyPivot = 30;
constexpr absl::string_view kMonths[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                         "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};

struct DateToken {
  absl::string_view text;
  int value = -1;         // of a number
  int month = 0;          // of a word
};

int MonthOf(absl::string_view word) {
  if (word.size() < 3) return 0;
  const std::string upper = absl::AsciiStrToUpper(word.substr(0, 3));
  for (int month = 0; month < 12; ++month) {
    if (upper == kMonths[month]) return month + 1;
  }
  return 0;
}

// Runs of digits and runs of letters, at most three that count.
std::vector<DateToken> Tokens(absl::string_view text) {
  std::vector<DateToken> tokens;
  for (size_t begin = 0; begin < text.size() && tokens.size() < 3;) {
    const bool digit = absl::ascii_isdigit(static_cast<unsigned char>(text[begin]));
    const bool letter = absl::ascii_isalpha(static_cast<unsigned char>(text[begin]));
    size_t end = begin + 1;
    if (digit || letter) {
      while (end < text.size() && (digit ? absl::ascii_isdigit(static_cast<unsigned char>(text[end]))
                                         : absl::ascii_isalpha(static_cast<unsigned char>(text[end])))) {
        ++end;
      }
      DateToken token{.text = text.substr(begin, end - begin)};
      if (digit && (token.text.size() > 4 || !absl::SimpleAtoi(token.text, &token.value))) token.value = -1;
      if (letter) token.month = MonthOf(token.text);
      // "1st", "of" and the like say nothing.
      if (digit || token.month != 0) tokens.push_back(token);
    }
    begin = end;
  }
  return tokens;
}

// Without a time of day behind it.
absl::string_view WithoutTime(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos) return text;
  const size_t blank = text.find_first_of(" T");
  return blank < colon ? text.substr(0, blank) : text;
}

int FullYear(const DateToken& token) {
  if (token.text.size() > 2) return token.value;
  return token.value < kCenturyPivot ? 2000 + token.value : 1900 + token.value;
}

PartialDate Made(int year, int month, int day) {
  return ParsePartialDate(absl::StrFormat("%04d-%02d-%02d", year, month, day));
}

// Three numbers of which the last is the year, in the order of the column.
PartialDate YearLast(const std::vector<DateToken>& tokens, DateOrder order) {
  int day = tokens[0].value;
  int month = tokens[1].value;
  const bool exchange = order == DateOrder::kMonthFirst ? month <= 31 && day <= 12 : month > 12 && day <= 12;
  if (exchange) std::swap(day, month);
  return Made(FullYear(tokens[2]), month, day);
}

PartialDate WithMonthWord(const std::vector<DateToken>& tokens) {
  int month = 0;
  int day = 0;
  int year = 0;
  for (const DateToken& token : tokens) {
    if (token.month != 0) month = token.month;
    else if (token.text.size() >= 3) year = token.value;
    else if (day == 0) day = token.value;
    else year = FullYear(token);
  }
  return Made(year, month, day);
}

// 19801231, or 31121980 where the first four digits are no year.
PartialDate EightDigits(absl::string_view text) {
  const PartialDate iso = ParsePartialDate(text);
  if (iso.complete()) return iso;
  int first = 0;
  if (absl::SimpleAtoi(text.substr(0, 4), &first) && first >= 1600 && first <= 2100) return iso;
  return ParsePartialDate(absl::StrFormat("%s-%s-%s", text.substr(4, 4), text.substr(2, 2), text.substr(0, 2)));
}

bool AllDigits(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  return !text.empty();
}

int PartOf(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  // "7.0" is how some programs write a number.
  text = text.substr(0, text.find('.'));
  int value = 0;
  return AllDigits(text) && text.size() <= 4 && absl::SimpleAtoi(text, &value) ? value : 0;
}

}  // namespace

PartialDate ReadDate(absl::string_view text, DateOrder order) {
  text = WithoutTime(text);
  if (AllDigits(text)) return text.size() == 8 ? EightDigits(text) : ParsePartialDate(text);
  const std::vector<DateToken> tokens = Tokens(text);
  bool word = false;
  for (const DateToken& token : tokens) word |= token.month != 0;
  if (word) return WithMonthWord(tokens);
  const bool three = tokens.size() == 3 && tokens[0].value >= 0 && tokens[1].value >= 0 && tokens[2].value >= 0;
  // Letters among the digits are slips: what the strict reader can save is saved.
  if (!three || tokens[0].text.size() > 2 || tokens[1].text.size() > 2) return ParsePartialDate(text);
  return YearLast(tokens, order);
}

PartialDate ReadDateParts(absl::string_view year, absl::string_view month, absl::string_view day) {
  int m = PartOf(month);
  if (m == 0) m = MonthOf(absl::StripAsciiWhitespace(month));
  int y = PartOf(year);
  if (y > 0 && y < 100) y += y < kCenturyPivot ? 2000 : 1900;
  return Made(y, m, PartOf(day));
}

std::string IsoText(const PartialDate& date) {
  if (date.empty()) return "";
  return absl::StrFormat("%04d-%02d-%02d", date.year, date.month, date.day);
}

void VoteOrder(absl::string_view text, OrderVotes& votes) {
  const std::vector<DateToken> tokens = Tokens(WithoutTime(text));
  if (tokens.size() != 3 || tokens[0].text.size() > 2 || tokens[1].text.size() > 2) return;
  votes.first_above_12 += tokens[0].value > 12;
  votes.second_above_12 += tokens[1].value > 12;
}

}  // namespace safehaven::linkage
