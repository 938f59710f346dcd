#include "services/linkage/core/table/encode.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/linkage/core/hash.h"
#include "services/linkage/core/standardise/address.h"
#include "services/linkage/core/standardise/fold.h"
#include "services/linkage/core/standardise/name.h"
#include "services/linkage/core/standardise/postcode.h"
#include "services/linkage/core/table/column_facts.h"
#include "services/linkage/core/table/combination.h"

namespace safehaven::linkage {
namespace {

// Rows that default dates are learned from, evenly spread.
constexpr size_t kLearnRowsMax = 200'000;
// So many of a hundred dates before the oldest living person's: the data are of
// people long dead, and the age proves nothing.
constexpr uint64_t kHistoricPercent = 5;
constexpr int kHistoricAgeYears = 1000;

std::vector<const TableColumn*> ColumnsOf(const Table& table, const Schema& schema, ColumnUse use,
                                          absl::string_view field = "") {
  std::vector<const TableColumn*> columns;
  for (const TableColumn& column : table.columns) {
    const ColumnRule* rule = schema.Find(column.name);
    if (rule != nullptr && rule->use == use && rule->field == field) columns.push_back(&column);
  }
  return columns;
}

struct SplitName {
  std::string given;
  std::string family;
};

// "SMITH, JOHN PAUL" or "John Paul Smith".
SplitName SplitFullName(absl::string_view full) {
  const size_t comma = full.find(',');
  if (comma != absl::string_view::npos) {
    return {.given = std::string(full.substr(comma + 1)), .family = std::string(full.substr(0, comma))};
  }
  full = absl::StripAsciiWhitespace(full);
  const size_t blank = full.rfind(' ');
  if (blank == absl::string_view::npos) return {.given = "", .family = std::string(full)};
  return {.given = std::string(full.substr(0, blank)), .family = std::string(full.substr(blank + 1))};
}

// A number of an authority without the marks between its parts.
std::string StandardIdentifier(absl::string_view text) {
  std::string folded = FoldText(text, FoldDigits::kKeep);
  folded.erase(std::remove(folded.begin(), folded.end(), ' '), folded.end());
  const bool digits = std::all_of(folded.begin(), folded.end(),
                                  [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
  // A United Kingdom telephone number as it is dialled from abroad.
  if (digits && text.substr(0, 1) == "+" && absl::StartsWith(folded, "44")) return "0" + folded.substr(2);
  return folded;
}

// "98101-1234" and "98101.0" are 98101.
absl::string_view WithoutExtension(absl::string_view postcode) {
  const size_t mark = postcode.find_first_of("-.");
  if (mark != 5) return postcode;
  const bool digits = std::all_of(postcode.begin(), postcode.begin() + 5,
                                  [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
  return digits ? postcode.substr(0, 5) : postcode;
}

bool SaysYes(absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(text);
  return lower == "1" || lower == "true" || lower == "yes" || lower == "y";
}

// One table's rows being filled.
class TableEncoder {
 public:
  TableEncoder(const Table& table, const Schema& schema, EncodedTables& out)
      : table_(table), schema_(schema), out_(out), changes_(table.row_count, 0) {}

  // Reads birth dates, which have to be known for the rules before rows are made.
  // With `learn`, the order of day and month is the one that this table's own dates show.
  void ReadDates(bool learn) {
    auto whole = ColumnsOf(table_, schema_, ColumnUse::kBirthDate);
    const bool parts = whole.empty();
    std::vector<const TableColumn*> columns = whole;
    if (parts) {
      for (const ColumnUse use : {ColumnUse::kBirthYear, ColumnUse::kBirthMonth, ColumnUse::kBirthDay}) {
        const auto part = ColumnsOf(table_, schema_, use);
        has_part_.push_back(!part.empty());
        if (!part.empty()) columns.push_back(part.front());
      }
    }
    dates_ = Combination(table_, columns);
    const DateOrder order = parts ? schema_.date_order : OrderIn(*whole.front(), learn);
    for (uint32_t c = 0; c < dates_.count(); ++c) {
      PartialDate date;
      if (c != 0) date = parts ? DateFromParts(c) : ReadDate(dates_.Text(c, 0), order);
      read_dates_.push_back(date);
    }
  }

  void Learn(std::vector<DatedName>& dated, uint64_t& complete, uint64_t& historic, int latest_year,
             int age_years_max) const {
    const auto family = ColumnsOf(table_, schema_, ColumnUse::kFamilyName);
    const auto full = ColumnsOf(table_, schema_, ColumnUse::kFullName);
    const TableColumn* name = !family.empty() ? family.front() : !full.empty() ? full.front() : nullptr;
    const size_t step = table_.row_count / kLearnRowsMax + 1;
    for (size_t row = 0; row < table_.row_count; row += step) {
      const PartialDate& date = read_dates_[dates_.OfRow(row)];
      if (!date.complete()) continue;
      ++complete;
      historic += date.year + age_years_max < latest_year;
      dated.push_back({.packed_date = date.packed(),
                       .name_hash = name == nullptr ? row : HashText(name->ValueAt(row))});
    }
  }

  void Encode(SourceIndex source, const std::vector<ExtraField>& extra, const StandardRules& rules) {
    std::vector<Profile>& rows = out_.rows.rows;
    begin_ = rows.size();
    rows.resize(begin_ + table_.row_count);
    for (size_t row = 0; row < table_.row_count; ++row) {
      rows[begin_ + row].source = source;
      out_.rows.records.push_back(static_cast<uint32_t>(begin_ + row));
    }
    EncodeNames();
    EncodeDates(rules.dates);
    EncodeNumber(rules.numbers);
    EncodePlaces();
    EncodeSex();
    for (size_t column = 0; column < extra.size(); ++column) EncodeExtra(column, extra[column]);
    out_.report.records += table_.row_count;
    for (const uint32_t set : changes_) {
      for (uint32_t rest = set; rest != 0; rest &= rest - 1) {
        ++out_.report.changed[static_cast<size_t>(std::countr_zero(rest))];
      }
    }
  }

 private:
  DateOrder OrderIn(const TableColumn& column, bool learn) const {
    const DateOrder told = schema_.Find(column.name)->date_order.value_or(schema_.date_order);
    if (!learn) return told;
    OrderVotes votes;
    VoteOrders(column, votes);
    return OrderOf(votes).value_or(told);
  }

  PartialDate DateFromParts(uint32_t combination) const {
    absl::string_view text[3];
    size_t column = 0;
    for (size_t part = 0; part < 3; ++part) {
      if (has_part_[part]) text[part] = dates_.Text(combination, column++);
    }
    return ReadDateParts(text[0], text[1], text[2]);
  }

  // Calls `standard(combination, changes)` once a combination and `set(profile, value)`
  // for every row.
  template <typename Standard, typename Set>
  void ForRows(const Combination& combination, Standard standard, Set set) {
    using Value = decltype(standard(uint32_t{0}, std::declval<uint32_t&>()));
    std::vector<Value> values(combination.count());
    std::vector<uint32_t> changes(combination.count(), 0);
    for (uint32_t c = 1; c < combination.count(); ++c) values[c] = standard(c, changes[c]);
    for (size_t row = 0; row < table_.row_count; ++row) {
      const uint32_t c = combination.OfRow(row);
      set(out_.rows.rows[begin_ + row], values[c]);
      changes_[row] |= changes[c];
    }
  }

  void EncodeNames() {
    Vocabulary& vocabulary = out_.rows.vocabulary;
    const auto given = ColumnsOf(table_, schema_, ColumnUse::kGivenName);
    const auto family = ColumnsOf(table_, schema_, ColumnUse::kFamilyName);
    const auto full = ColumnsOf(table_, schema_, ColumnUse::kFullName);
    const Combination family_values(table_, family);
    ForRows(
        family_values,
        [&](uint32_t c, uint32_t& changes) {
          return vocabulary.family_texts.Intern(StandardFamilyName(family_values.Joined(c), changes));
        },
        [](Profile& profile, Code code) { profile.family = code; });
    if (full.empty()) {
      const Combination values(table_, given);
      ForRows(
          values,
          [&](uint32_t c, uint32_t& changes) {
            return vocabulary.given_texts.Intern(StandardGivenName(values.Joined(c), changes));
          },
          [](Profile& profile, Code code) { profile.given = code; });
      return;
    }
    EncodeFullNames(given, family, full);
  }

  // The full name has what the parts leave out: middle names, or everything.
  void EncodeFullNames(const std::vector<const TableColumn*>& given,
                       const std::vector<const TableColumn*>& family,
                       const std::vector<const TableColumn*>& full) {
    Vocabulary& vocabulary = out_.rows.vocabulary;
    std::vector<const TableColumn*> columns = {full.front()};
    columns.insert(columns.end(), given.begin(), given.end());
    columns.insert(columns.end(), family.begin(), family.end());
    const Combination values(table_, columns);
    const auto part = [&](uint32_t c, size_t begin, size_t count) {
      std::string joined;
      for (size_t i = begin; i < begin + count; ++i) {
        absl::StrAppend(&joined, joined.empty() ? "" : " ", values.Text(c, i));
      }
      return joined;
    };
    struct Names {
      Code given = kNoCode;
      Code family = kNoCode;
    };
    ForRows(
        values,
        [&](uint32_t c, uint32_t& changes) {
          const absl::string_view whole = values.Text(c, 0);
          const std::string given_part = part(c, 1, given.size());
          const std::string family_part = part(c, 1 + given.size(), family.size());
          SplitName name = {.given = given_part, .family = family_part};
          if (given_part.empty() && family_part.empty()) {
            name = SplitFullName(whole);
          } else if (!family_part.empty() && absl::EndsWith(whole, " " + family_part)) {
            name.given = std::string(whole.substr(0, whole.size() - family_part.size() - 1));
          }
          return Names{.given = vocabulary.given_texts.Intern(StandardGivenName(name.given, changes)),
                       .family = vocabulary.family_texts.Intern(StandardFamilyName(name.family, changes))};
        },
        [](Profile& profile, const Names& names) {
          profile.given = names.given;
          profile.family = names.family;
        });
  }

  void EncodeDates(const DateRules& rules) {
    ForRows(
        dates_,
        [&](uint32_t c, uint32_t& changes) {
          return StandardDate(IsoText(read_dates_[c]), rules, changes).packed();
        },
        [](Profile& profile, uint32_t packed) { profile.birth_date = packed; });
  }

  void EncodeNumber(const NumberRules& rules) {
    const Combination values(table_, ColumnsOf(table_, schema_, ColumnUse::kNhsNumber));
    ForRows(
        values,
        [&](uint32_t c, uint32_t& changes) { return StandardNhsNumber(values.Text(c, 0), rules, changes); },
        [](Profile& profile, uint64_t number) { profile.nhs_number = number; });
    const Combination verified(table_, ColumnsOf(table_, schema_, ColumnUse::kNhsNumberVerified));
    ForRows(
        verified, [&](uint32_t c, uint32_t&) { return SaysYes(verified.Text(c, 0)); },
        [](Profile& profile, bool is_verified) {
          profile.nhs_number_verified = is_verified && profile.nhs_number != 0;
        });
  }

  void EncodePlaces() {
    Vocabulary& vocabulary = out_.rows.vocabulary;
    const Combination postcodes(table_, ColumnsOf(table_, schema_, ColumnUse::kPostcode));
    ForRows(
        postcodes,
        [&](uint32_t c, uint32_t& changes) {
          return vocabulary.postcode_texts.Intern(
              StandardPostcode(WithoutExtension(postcodes.Text(c, 0)), changes).postcode);
        },
        [](Profile& profile, Code code) { profile.postcode = code; });
    const Combination addresses(table_, ColumnsOf(table_, schema_, ColumnUse::kAddress));
    ForRows(
        addresses,
        [&](uint32_t c, uint32_t&) {
          return vocabulary.address_texts.Intern(StandardAddress(addresses.Joined(c)));
        },
        [](Profile& profile, Code code) { profile.address = code; });
  }

  void EncodeSex() {
    const Combination values(table_, ColumnsOf(table_, schema_, ColumnUse::kSex));
    ForRows(
        values, [&](uint32_t c, uint32_t& changes) { return StandardSex(values.Text(c, 0), changes); },
        [](Profile& profile, Sex sex) { profile.sex = sex; });
  }

  void EncodeExtra(size_t column, const ExtraField& field) {
    const bool identifier = field.comparator == Comparator::kIdentifier;
    const Combination values(
        table_, ColumnsOf(table_, schema_, identifier ? ColumnUse::kIdentifier : ColumnUse::kText, field.name));
    Dictionary& texts = out_.rows.vocabulary.extra_texts[column];
    std::vector<Code> codes(values.count(), kNoCode);
    for (uint32_t c = 1; c < values.count(); ++c) {
      const std::string joined = values.Joined(c);
      codes[c] = texts.Intern(identifier ? StandardIdentifier(joined) : FoldText(joined, FoldDigits::kKeep));
    }
    std::vector<Code>& extra = out_.rows.extra[column];
    for (size_t row = 0; row < table_.row_count; ++row) extra.push_back(codes[values.OfRow(row)]);
  }

  const Table& table_;
  const Schema& schema_;
  EncodedTables& out_;
  size_t begin_ = 0;
  // What was changed in each row, as bits of ChangeKind.
  std::vector<uint32_t> changes_;
  Combination dates_{Table(), {}};
  std::vector<bool> has_part_;
  std::vector<PartialDate> read_dates_;
};

}  // namespace

std::vector<ExtraField> ExtraFieldsOf(const Schema& schema) {
  std::vector<ExtraField> fields;
  for (const ColumnRule& rule : schema.columns) {
    if (rule.use != ColumnUse::kIdentifier && rule.use != ColumnUse::kText) continue;
    const bool known = std::any_of(fields.begin(), fields.end(),
                                   [&](const ExtraField& field) { return field.name == rule.field; });
    if (known) continue;
    fields.push_back({.name = rule.field,
                      .comparator = rule.use == ColumnUse::kIdentifier ? Comparator::kIdentifier
                                                                       : Comparator::kText});
  }
  return fields;
}

absl::StatusOr<EncodedTables> EncodeTables(std::span<const Table> tables, const Schema& schema,
                                           StandardRules rules, bool learn) {
  if (tables.size() > kSourcesMax) return InvalidArgument("SOURCES_TOO_MANY", "a run has at most 64 sources");
  EncodedTables out;
  uint64_t records = 0;
  for (const Table& table : tables) {
    out.first_record.push_back(static_cast<uint32_t>(records));
    records += table.row_count;
    if (records > kRecordsMax) return InvalidArgument("RECORDS_TOO_MANY", "more records than a run can hold");
  }
  out.record_count = static_cast<uint32_t>(records);
  const std::vector<ExtraField> extra = ExtraFieldsOf(schema);
  out.rows.vocabulary.extra_texts.resize(extra.size());
  out.rows.extra.resize(extra.size());

  std::vector<TableEncoder> encoders;
  encoders.reserve(tables.size());
  std::vector<DatedName> dated;
  uint64_t complete = 0;
  uint64_t historic = 0;
  for (const Table& table : tables) {
    encoders.emplace_back(table, schema, out).ReadDates(learn);
    if (!learn) continue;
    encoders.back().Learn(dated, complete, historic, rules.dates.latest.year(), rules.dates.age_years_max);
  }
  if (learn && historic * 100 > complete * kHistoricPercent) rules.dates.age_years_max = kHistoricAgeYears;
  if (learn) rules.dates = LearnDefaultDates(std::move(rules.dates), std::move(dated));
  out.rows.rows.reserve(records);
  for (SourceIndex source = 0; source < tables.size(); ++source) encoders[source].Encode(source, extra, rules);
  out.rules = std::move(rules);
  return out;
}

}  // namespace safehaven::linkage
