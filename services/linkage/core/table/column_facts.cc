#include "services/linkage/core/table/column_facts.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "libs/base/nhs_number.h"
#include "services/linkage/core/standardise/change.h"
#include "services/linkage/core/standardise/date_text.h"
#include "services/linkage/core/standardise/fold.h"
#include "services/linkage/core/standardise/nickname.h"
#include "services/linkage/core/standardise/number.h"
#include "services/linkage/core/standardise/postcode.h"

namespace safehaven::linkage {
namespace {

// A number of rows is believed from so many rows on.
constexpr uint64_t kConsecutiveMin = 20;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// Bytes of letters beyond ASCII count as letters.
bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)) || (c & 0x80) != 0; }

struct Characters {
  size_t digits = 0;
  size_t letters = 0;
  size_t blanks = 0;
  size_t name_marks = 0;   // - ' .
  size_t commas = 0;
  size_t phone_marks = 0;  // + - ( ) . /
};

Characters CountCharacters(absl::string_view text) {
  Characters count;
  for (const char c : text) {
    count.digits += IsDigit(c);
    count.letters += IsLetter(c);
    count.blanks += c == ' ';
    count.name_marks += c == '-' || c == '\'' || c == '.';
    count.commas += c == ',';
    count.phone_marks += c == '+' || c == '-' || c == '(' || c == ')' || c == '.' || c == '/';
  }
  return count;
}

bool IsEmail(absl::string_view text) {
  const size_t at = text.find('@');
  return at != absl::string_view::npos && at > 0 && text.find('.', at) != absl::string_view::npos &&
         text.find(' ') == absl::string_view::npos;
}

bool IsUnitedKingdomPostcode(absl::string_view text) {
  uint32_t changes = 0;
  const StandardPostcodeResult result = StandardPostcode(text, changes);
  return !result.postcode.empty() && (changes & ChangeBit(ChangeKind::kPostcodeForeignShape)) == 0;
}

bool IsSex(absl::string_view text) {
  uint32_t changes = 0;
  return StandardSex(text, changes) != Sex::kUnknown;
}

bool IsAddress(absl::string_view text) {
  bool number = false;
  bool word = false;
  const std::string folded = FoldText(text, FoldDigits::kKeep);
  for (size_t begin = 0; begin < folded.size();) {
    const size_t end = std::min(folded.find(' ', begin), folded.size());
    const Characters count = CountCharacters(absl::string_view(folded).substr(begin, end - begin));
    number |= count.digits > 0;
    word |= count.digits == 0 && count.letters > 1;
    begin = end + 1;
  }
  return number && word;
}

// Is the first word of a name, or the first behind a comma ("Smith, John"), a given name?
bool HasGivenName(absl::string_view text) {
  const auto known = [](absl::string_view name) {
    name = absl::StripAsciiWhitespace(name);
    const std::string folded = FoldText(name.substr(0, name.find(' ')), FoldDigits::kDrop);
    return !Nicknames::BuiltIn().GroupsOf(folded).empty();
  };
  const size_t comma = text.find(',');
  return known(text) || (comma != absl::string_view::npos && known(text.substr(comma + 1)));
}

// Sums over values; divided by their number at the end.
void AddValue(absl::string_view text, ColumnFacts& facts, std::set<int>& years) {
  const Characters count = CountCharacters(text);
  const size_t size = text.size();
  facts.length_mean += static_cast<double>(size);
  facts.letters_only +=
      count.letters > 0 && count.commas <= 1 && count.letters + count.blanks + count.name_marks + count.commas == size;
  facts.digits_only += count.digits == size;
  facts.one_word += count.blanks == 0;
  facts.emails += IsEmail(text);
  const bool phone = count.digits >= 7 && count.digits <= 15 && count.phone_marks + count.blanks > 0 &&
                     count.digits + count.phone_marks + count.blanks == size;
  const PartialDate date = ReadDate(text, DateOrder::kDayFirst);
  const bool is_date = date.year != 0 && (date.month != 0 || date.day != 0) && size >= 6;
  facts.dates += is_date;
  if (is_date) years.insert(date.year);
  facts.phones += phone && !is_date;
  facts.uk_postcodes += IsUnitedKingdomPostcode(text);
  facts.sexes += IsSex(text);
  facts.nhs_numbers += count.digits == 10 && NhsNumber::Parse(text).ok();
  facts.given_names += count.letters > 0 && count.digits == 0 && HasGivenName(text);
  facts.addresses += count.digits > 0 && count.letters > 0 && IsAddress(text);
}

bool IsConsecutive(const TableColumn& column, const ColumnFacts& facts) {
  if (facts.distinct != facts.filled || facts.filled != facts.rows || facts.rows < kConsecutiveMin) return false;
  int64_t least = INT64_MAX;
  int64_t most = INT64_MIN;
  for (Code code = 1; code < column.values.size(); ++code) {
    int64_t value = 0;
    if (!absl::SimpleAtoi(column.values.text(code), &value)) return false;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  // A file may have lost some of its rows since they were numbered.
  return most - least < 0 ? false : static_cast<uint64_t>(most - least) < 3 * facts.rows / 2;
}

}  // namespace

ColumnFacts FactsOf(const TableColumn& column) {
  ColumnFacts facts;
  if (column.is_listed()) return facts;
  facts.rows = column.codes.size();
  facts.distinct = column.values.size() - 1;
  for (const Code code : column.codes) facts.filled += code != kNoCode;
  const size_t looked_at = std::min<size_t>(facts.distinct, kFactsValuesMax);
  if (looked_at == 0) return facts;
  std::set<int> years;
  for (Code code = 1; code <= looked_at; ++code) AddValue(column.values.text(code), facts, years);
  facts.years = years.size();
  for (double* share : {&facts.letters_only, &facts.digits_only, &facts.dates, &facts.emails, &facts.phones,
                        &facts.uk_postcodes, &facts.sexes, &facts.nhs_numbers, &facts.given_names,
                        &facts.addresses, &facts.one_word, &facts.length_mean}) {
    *share /= static_cast<double>(looked_at);
  }
  facts.consecutive = IsConsecutive(column, facts);
  return facts;
}

void VoteOrders(const TableColumn& column, OrderVotes& votes) {
  for (Code code = 1; code < column.values.size(); ++code) VoteOrder(column.values.text(code), votes);
}

std::optional<DateOrder> OrderOf(const OrderVotes& votes) {
  if (votes.first_above_12 == votes.second_above_12) return std::nullopt;
  return votes.second_above_12 > votes.first_above_12 ? DateOrder::kMonthFirst : DateOrder::kDayFirst;
}

}  // namespace safehaven::linkage
