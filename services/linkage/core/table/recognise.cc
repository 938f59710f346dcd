#include "services/linkage/core/table/recognise.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/standardise/fold.h"
#include "services/linkage/core/table/column_facts.h"

namespace safehaven::linkage {
namespace {

// Shares of values from which a content is believed.
constexpr double kMost = 0.8;
constexpr double kMany = 0.5;
// Given names are recognised by a short list, which knows about a third of those in
// use.
constexpr double kGivenShare = 0.25;
constexpr double kFullNameShare = 0.05;
// A column may hold a sex if it has no more different values than this, slips included.
constexpr uint64_t kSexValuesMax = 40;
// Rows looked at when asking whether one column repeats another.
constexpr size_t kRepeatRowsMax = 2'000;
constexpr double kRepeats = 0.97;

// Further fields of a model: more would not fit a pattern of 64 bits beside the fields
// of a person.
constexpr size_t kFurtherFieldsMax = 12;

// A column under one name, over all tables that have it.
struct Candidate {
  ColumnRule rule;
  ColumnFacts facts;     // of the table with most rows filled
  size_t tables = 0;
  bool by_name = false;
};

bool HasUse(const std::vector<Candidate>& candidates, ColumnUse use) {
  return std::any_of(candidates.begin(), candidates.end(),
                     [use](const Candidate& candidate) { return candidate.rule.use == use; });
}

// What the values say, where the name says nothing. Names of people are decided
// later, when it is known what else there is.
ColumnUse UseByContent(const ColumnFacts& facts) {
  if (facts.consecutive) return ColumnUse::kRecordId;
  if (facts.emails > kMany || facts.phones > kMost) return ColumnUse::kIdentifier;
  if (facts.nhs_numbers > kMost) return ColumnUse::kNhsNumber;
  if (facts.uk_postcodes > kMost) return ColumnUse::kPostcode;
  if (facts.distinct >= 2 && facts.distinct <= 6 && facts.sexes > kMany && facts.letters_only > kMany) {
    return ColumnUse::kSex;
  }
  // One long text or number for every row is the row's own.
  const bool own = facts.DistinctShare() > 0.999 && facts.FilledShare() > 0.999 && facts.one_word > kMost &&
                   facts.dates < kMany;
  if (own && facts.letters_only < kMany && facts.rows > 20) return ColumnUse::kRecordId;
  if (facts.addresses > kMany) return ColumnUse::kAddress;
  return ColumnUse::kText;
}

// A name that promises a use which the content contradicts is not believed.
bool Contradicts(ColumnUse use, const ColumnFacts& facts) {
  if (facts.filled == 0) return false;
  switch (use) {
    case ColumnUse::kBirthDate: return facts.dates < 0.3;
    case ColumnUse::kSex: return facts.distinct > kSexValuesMax && facts.sexes < 0.05;
    case ColumnUse::kNhsNumber: return facts.nhs_numbers < kMany;
    case ColumnUse::kGivenName:
    case ColumnUse::kFamilyName: return facts.digits_only > kMany;
    // "name" may be that of a firm or a product.
    case ColumnUse::kFullName: return facts.letters_only < kMany || facts.given_names < kFullNameShare;
    default: return false;
  }
}

std::vector<Candidate> Collect(std::span<const Table> tables, std::span<const std::string> left_out) {
  std::vector<Candidate> candidates;
  for (const Table& table : tables) {
    for (const TableColumn& column : table.columns) {
      const ColumnFacts facts = FactsOf(column);
      auto found = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
        return candidate.rule.column == column.name;
      });
      if (found == candidates.end()) {
        candidates.push_back({.rule = {.column = column.name}, .facts = facts, .tables = 1});
        continue;
      }
      ++found->tables;
      if (facts.filled > found->facts.filled) found->facts = facts;
    }
  }
  for (Candidate& candidate : candidates) {
    ColumnRule& rule = candidate.rule;
    if (std::find(left_out.begin(), left_out.end(), rule.column) != left_out.end()) {
      rule.reason = "left out as told";
      continue;
    }
    const std::optional<ColumnUse> named = UseByName(rule.column);
    candidate.by_name = named.has_value() && !Contradicts(*named, candidate.facts);
    rule.use = candidate.by_name ? *named : UseByContent(candidate.facts);
    // "birth_day" may be the day alone.
    if (named == ColumnUse::kBirthDate && !candidate.by_name && candidate.facts.length_mean <= 2) {
      rule.use = ColumnUse::kBirthDay;
    }
    rule.reason = candidate.by_name ? "by its name" : "by what it holds";
  }
  return candidates;
}

void Ignore(Candidate& candidate, std::string reason) {
  candidate.rule.use = ColumnUse::kIgnored;
  candidate.rule.reason = std::move(reason);
}

// The best column for `use` among texts that were not recognised by name, if `score`
// is above 0 for any.
template <typename Score>
void Promote(std::vector<Candidate>& candidates, ColumnUse use, Score score) {
  Candidate* best = nullptr;
  double best_score = 0;
  for (Candidate& candidate : candidates) {
    if (candidate.by_name || candidate.rule.use != ColumnUse::kText) continue;
    const double value = score(candidate.facts);
    if (value > best_score) {
      best_score = value;
      best = &candidate;
    }
  }
  if (best != nullptr) best->rule.use = use;
}

// Finds names and a date of birth among columns whose names say nothing.
void FindByContent(std::vector<Candidate>& candidates) {
  const bool full = HasUse(candidates, ColumnUse::kFullName);
  if (!full && !HasUse(candidates, ColumnUse::kGivenName)) {
    Promote(candidates, ColumnUse::kGivenName, [](const ColumnFacts& facts) {
      return facts.given_names > kGivenShare && facts.one_word > kMany ? facts.given_names : 0;
    });
  }
  const bool given = HasUse(candidates, ColumnUse::kGivenName);
  if (!full && given && !HasUse(candidates, ColumnUse::kFamilyName)) {
    Promote(candidates, ColumnUse::kFamilyName, [](const ColumnFacts& facts) {
      return facts.letters_only > kMost && facts.one_word > kMost && facts.length_mean < 12
                 ? static_cast<double>(facts.distinct)
                 : 0;
    });
  }
  if (!full && !given) {
    Promote(candidates, ColumnUse::kFullName, [](const ColumnFacts& facts) {
      return facts.given_names > kGivenShare && facts.letters_only > kMost ? facts.given_names : 0;
    });
  }
  if (!HasUse(candidates, ColumnUse::kBirthDate) && !HasUse(candidates, ColumnUse::kBirthYear)) {
    Promote(candidates, ColumnUse::kBirthDate,
            [](const ColumnFacts& facts) { return facts.dates > kMost ? static_cast<double>(facts.distinct) : 0; });
  }
}

// Of several columns for a use that takes one, the fullest stays; the others are used
// as `others`.
void KeepOne(std::vector<Candidate>& candidates, ColumnUse use, ColumnUse others) {
  Candidate* best = nullptr;
  for (Candidate& candidate : candidates) {
    if (candidate.rule.use != use) continue;
    const auto rank = [](const Candidate& c) {
      return std::tuple(c.tables, c.by_name, c.facts.FilledShare() > kMany, c.facts.distinct);
    };
    if (best == nullptr || rank(candidate) > rank(*best)) best = &candidate;
  }
  for (Candidate& candidate : candidates) {
    if (candidate.rule.use != use || &candidate == best) continue;
    candidate.rule.use = others;
    candidate.rule.reason = absl::StrCat(best->rule.column, " is the better one");
  }
}

// Does nearly every value of `part` lie, word by word, within that of `whole`?
bool Repeats(const TableColumn& whole, const TableColumn& part) {
  if (whole.is_listed() || part.is_listed()) return false;
  size_t both = 0;
  size_t inside = 0;
  const size_t step = std::max<size_t>(1, part.codes.size() / kRepeatRowsMax);
  for (size_t row = 0; row < part.codes.size(); row += step) {
    if (part.codes[row] == kNoCode || whole.codes[row] == kNoCode) continue;
    const std::string a = absl::StrCat(" ", FoldText(whole.ValueAt(row), FoldDigits::kKeep), " ");
    const std::string b = absl::StrCat(" ", FoldText(part.ValueAt(row), FoldDigits::kKeep), " ");
    ++both;
    inside += a.find(b) != std::string::npos;
  }
  return both > 20 && static_cast<double>(inside) > kRepeats * static_cast<double>(both);
}

bool Describes(ColumnUse use) {
  return use == ColumnUse::kText || use == ColumnUse::kAddress || use == ColumnUse::kFullName ||
         use == ColumnUse::kIdentifier;
}

// Columns that say again what another says would count twice.
void DropRepeats(std::span<const Table> tables, std::vector<Candidate>& candidates) {
  for (Candidate& part : candidates) {
    if (!Describes(part.rule.use)) continue;
    for (const Candidate& whole : candidates) {
      if (&whole == &part || !Describes(whole.rule.use) || whole.tables < part.tables) continue;
      for (const Table& table : tables) {
        const TableColumn* a = table.Find(whole.rule.column);
        const TableColumn* b = table.Find(part.rule.column);
        if (a == nullptr || b == nullptr || !Repeats(*a, *b)) continue;
        // Of two that repeat each other the first stays.
        if (whole.tables == part.tables && &part < &whole && Repeats(*b, *a)) continue;
        Ignore(part, absl::StrCat("repeats ", whole.rule.column));
        break;
      }
      if (part.rule.use == ColumnUse::kIgnored) break;
    }
  }
}

// Parts of a date where there is a whole one, and the reverse.
void SettleBirth(std::vector<Candidate>& candidates) {
  KeepOne(candidates, ColumnUse::kBirthDate, ColumnUse::kText);
  const bool whole = HasUse(candidates, ColumnUse::kBirthDate);
  const bool year = HasUse(candidates, ColumnUse::kBirthYear);
  for (Candidate& candidate : candidates) {
    const ColumnUse use = candidate.rule.use;
    const bool part =
        use == ColumnUse::kBirthYear || use == ColumnUse::kBirthMonth || use == ColumnUse::kBirthDay;
    if (part && whole) Ignore(candidate, "the date of birth has it");
    if (part && !whole && !year) candidate.rule.use = ColumnUse::kText;
  }
}

// Address columns of one table say nothing where another table has others in common
// with it.
void SettleAddress(std::vector<Candidate>& candidates) {
  size_t most = 0;
  for (const Candidate& candidate : candidates) {
    if (candidate.rule.use == ColumnUse::kAddress) most = std::max(most, candidate.tables);
  }
  for (Candidate& candidate : candidates) {
    if (candidate.rule.use == ColumnUse::kAddress && candidate.tables < most) {
      Ignore(candidate, "another address is in more inputs");
    }
  }
}

// The full name where given and family name are there, or more names than are needed.
void SettleNames(std::vector<Candidate>& candidates) {
  KeepOne(candidates, ColumnUse::kFullName, ColumnUse::kIgnored);
  const bool parts = HasUse(candidates, ColumnUse::kGivenName) && HasUse(candidates, ColumnUse::kFamilyName);
  for (Candidate& candidate : candidates) {
    const ColumnUse use = candidate.rule.use;
    const bool name = use == ColumnUse::kGivenName || use == ColumnUse::kFamilyName;
    if (name && !parts && HasUse(candidates, ColumnUse::kFullName)) candidate.rule.use = ColumnUse::kText;
  }
}

// How much a further column can tell: identifiers before texts, then by how many values
// it has where it is filled.
double TellingOf(const Candidate& candidate) {
  const ColumnFacts& facts = candidate.facts;
  const double values = facts.FilledShare() * std::log2(1 + static_cast<double>(facts.distinct));
  return values + (candidate.rule.use == ColumnUse::kIdentifier ? 100 : 0);
}

void KeepMostTelling(std::vector<Candidate>& candidates) {
  std::vector<Candidate*> further;
  for (Candidate& candidate : candidates) {
    const ColumnUse use = candidate.rule.use;
    if (use == ColumnUse::kText || use == ColumnUse::kIdentifier) further.push_back(&candidate);
  }
  std::stable_sort(further.begin(), further.end(),
                   [](const Candidate* a, const Candidate* b) { return TellingOf(*a) > TellingOf(*b); });
  for (size_t i = kFurtherFieldsMax; i < further.size(); ++i) Ignore(*further[i], "less telling than others");
}

}  // namespace

Schema Recognise(std::span<const Table> tables, std::span<const std::string> left_out) {
  std::vector<Candidate> candidates = Collect(tables, left_out);
  FindByContent(candidates);
  SettleBirth(candidates);
  SettleNames(candidates);
  SettleAddress(candidates);
  KeepOne(candidates, ColumnUse::kSex, ColumnUse::kText);
  KeepOne(candidates, ColumnUse::kPostcode, ColumnUse::kText);
  KeepOne(candidates, ColumnUse::kNhsNumber, ColumnUse::kText);
  DropRepeats(tables, candidates);
  for (Candidate& candidate : candidates) {
    const bool further = candidate.rule.use == ColumnUse::kText || candidate.rule.use == ColumnUse::kIdentifier;
    if (further && candidate.facts.distinct < 2) Ignore(candidate, "has one value only");
    if (further && tables.size() > 1 && candidate.tables < 2) Ignore(candidate, "is in one input only");
  }
  KeepMostTelling(candidates);
  Schema schema;
  for (Candidate& candidate : candidates) {
    ColumnRule& rule = candidate.rule;
    if (rule.use == ColumnUse::kText || rule.use == ColumnUse::kIdentifier) rule.field = rule.column;
    schema.columns.push_back(rule);
  }
  OrderVotes votes;
  for (const Table& table : tables) {
    for (const TableColumn& column : table.columns) {
      const ColumnRule* rule = schema.Find(column.name);
      if (rule == nullptr || rule->use != ColumnUse::kBirthDate) continue;
      for (Code code = 1; code < column.values.size(); ++code) VoteOrder(column.values.text(code), votes);
    }
  }
  if (votes.second_above_12 > votes.first_above_12) schema.date_order = DateOrder::kMonthFirst;
  return schema;
}

}  // namespace safehaven::linkage
