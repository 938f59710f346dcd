#include "services/linkage/core/table/recognise.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/standardise/fold.h"
#include "services/linkage/core/table/candidate.h"
#include "services/linkage/core/table/column_facts.h"
#include "services/linkage/core/table/further_fields.h"

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

// A date of birth that only what a column holds tells, beside another table's that is
// known by name, spreads over so many years: days of visits do not.
constexpr size_t kBirthYearsMin = 15;

bool HasUse(const std::vector<Candidate>& candidates, size_t table, ColumnUse use) {
  return std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
    return candidate.rule.use == use && candidate.IsIn(table);
  });
}

// Does `holds` of every table that has the column?
template <typename Holds>
bool InAllTables(const Candidate& candidate, Holds holds) {
  return std::all_of(candidate.tables.begin(), candidate.tables.end(), holds);
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
  for (size_t t = 0; t < tables.size(); ++t) {
    for (const TableColumn& column : tables[t].columns) {
      const ColumnFacts facts = FactsOf(column);
      auto found = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
        return candidate.rule.column == column.name;
      });
      if (found == candidates.end()) {
        candidates.push_back({.rule = {.column = column.name}, .facts = facts, .tables = {t}});
        continue;
      }
      found->tables.push_back(t);
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

// The best column of a table for `use` among texts that were not recognised by name, if
// `score` is above 0 for any.
template <typename Score>
void Promote(std::vector<Candidate>& candidates, size_t table, ColumnUse use, Score score) {
  Candidate* best = nullptr;
  double best_score = 0;
  for (Candidate& candidate : candidates) {
    if (candidate.by_name || candidate.rule.use != ColumnUse::kText || !candidate.IsIn(table)) continue;
    const double value = score(candidate.facts);
    if (value > best_score) {
      best_score = value;
      best = &candidate;
    }
  }
  if (best != nullptr) best->rule.use = use;
}

void FindNames(std::vector<Candidate>& candidates, size_t table) {
  const bool full = HasUse(candidates, table, ColumnUse::kFullName);
  if (!full && !HasUse(candidates, table, ColumnUse::kGivenName)) {
    Promote(candidates, table, ColumnUse::kGivenName, [](const ColumnFacts& facts) {
      return facts.given_names > kGivenShare && facts.one_word > kMany ? facts.given_names : 0;
    });
  }
  const bool given = HasUse(candidates, table, ColumnUse::kGivenName);
  if (!full && given && !HasUse(candidates, table, ColumnUse::kFamilyName)) {
    Promote(candidates, table, ColumnUse::kFamilyName, [](const ColumnFacts& facts) {
      return facts.letters_only > kMost && facts.one_word > kMost && facts.length_mean < 12
                 ? static_cast<double>(facts.distinct)
                 : 0;
    });
  }
  if (!full && !given) {
    Promote(candidates, table, ColumnUse::kFullName, [](const ColumnFacts& facts) {
      return facts.given_names > kGivenShare && facts.letters_only > kMost ? facts.given_names : 0;
    });
  }
}

// Finds names and a date of birth among columns whose names say nothing.
void FindByContent(size_t table_count, std::vector<Candidate>& candidates) {
  const bool birth_named = std::any_of(candidates.begin(), candidates.end(), [](const Candidate& candidate) {
    return candidate.by_name && candidate.rule.use == ColumnUse::kBirthDate;
  });
  for (size_t table = 0; table < table_count; ++table) {
    FindNames(candidates, table);
    if (HasUse(candidates, table, ColumnUse::kBirthDate) || HasUse(candidates, table, ColumnUse::kBirthYear)) continue;
    Promote(candidates, table, ColumnUse::kBirthDate, [&](const ColumnFacts& facts) {
      const bool believed = facts.dates > kMost && (!birth_named || facts.years >= kBirthYearsMin);
      return believed ? static_cast<double>(facts.distinct) : 0;
    });
  }
}

// Of several columns of one table for a use that takes one, the best stays; the others
// are used as `others`. A column that is alone in one of its tables stays as well: that
// another table names its own otherwise is no ground to lose it.
void KeepOne(size_t table_count, std::vector<Candidate>& candidates, ColumnUse use, ColumnUse others) {
  std::vector<Candidate*> ranked;
  for (Candidate& candidate : candidates) {
    if (candidate.rule.use == use) ranked.push_back(&candidate);
  }
  const auto rank = [](const Candidate* c) {
    return std::tuple(c->tables.size(), c->by_name, c->facts.FilledShare() > kMany, c->facts.distinct);
  };
  std::stable_sort(ranked.begin(), ranked.end(),
                   [&rank](const Candidate* a, const Candidate* b) { return rank(a) > rank(b); });
  std::vector<const Candidate*> kept(table_count, nullptr);
  for (Candidate* candidate : ranked) {
    if (InAllTables(*candidate, [&kept](size_t table) { return kept[table] != nullptr; })) {
      candidate->rule.use = others;
      candidate->rule.reason = absl::StrCat(kept[candidate->tables.front()]->rule.column, " is the better one");
      continue;
    }
    for (const size_t table : candidate->tables) {
      if (kept[table] == nullptr) kept[table] = candidate;
    }
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
      if (&whole == &part || !Describes(whole.rule.use)) continue;
      if (!InAllTables(part, [&whole](size_t table) { return whole.IsIn(table); })) continue;
      for (const Table& table : tables) {
        const TableColumn* a = table.Find(whole.rule.column);
        const TableColumn* b = table.Find(part.rule.column);
        if (a == nullptr || b == nullptr || !Repeats(*a, *b)) continue;
        // Of two that repeat each other the first stays.
        if (whole.tables.size() == part.tables.size() && &part < &whole && Repeats(*b, *a)) continue;
        Ignore(part, absl::StrCat("repeats ", whole.rule.column));
        break;
      }
      if (part.rule.use == ColumnUse::kIgnored) break;
    }
  }
}

// Parts of a date where there is a whole one, and the reverse.
void SettleBirth(size_t table_count, std::vector<Candidate>& candidates) {
  KeepOne(table_count, candidates, ColumnUse::kBirthDate, ColumnUse::kText);
  std::vector<bool> whole(table_count);
  std::vector<bool> year(table_count);
  for (size_t table = 0; table < table_count; ++table) {
    whole[table] = HasUse(candidates, table, ColumnUse::kBirthDate);
    year[table] = HasUse(candidates, table, ColumnUse::kBirthYear);
  }
  for (Candidate& candidate : candidates) {
    const ColumnUse use = candidate.rule.use;
    const bool part =
        use == ColumnUse::kBirthYear || use == ColumnUse::kBirthMonth || use == ColumnUse::kBirthDay;
    if (!part) continue;
    if (InAllTables(candidate, [&whole](size_t table) { return whole[table]; })) {
      Ignore(candidate, "the date of birth has it");
    } else if (InAllTables(candidate, [&](size_t table) { return whole[table] || !year[table]; })) {
      candidate.rule.use = ColumnUse::kText;
    }
  }
}

// Address columns of one table say nothing where it has others in common with another
// table.
void SettleAddress(size_t table_count, std::vector<Candidate>& candidates) {
  std::vector<size_t> most(table_count, 0);
  for (const Candidate& candidate : candidates) {
    if (candidate.rule.use != ColumnUse::kAddress) continue;
    for (const size_t table : candidate.tables) most[table] = std::max(most[table], candidate.tables.size());
  }
  for (Candidate& candidate : candidates) {
    if (candidate.rule.use != ColumnUse::kAddress) continue;
    if (InAllTables(candidate, [&](size_t table) { return candidate.tables.size() < most[table]; })) {
      Ignore(candidate, "another address is in more inputs");
    }
  }
}

// The full name where given and family name are there, or more names than are needed.
void SettleNames(size_t table_count, std::vector<Candidate>& candidates) {
  KeepOne(table_count, candidates, ColumnUse::kFullName, ColumnUse::kIgnored);
  std::vector<bool> text(table_count);
  for (size_t table = 0; table < table_count; ++table) {
    const bool parts = HasUse(candidates, table, ColumnUse::kGivenName) &&
                       HasUse(candidates, table, ColumnUse::kFamilyName);
    text[table] = !parts && HasUse(candidates, table, ColumnUse::kFullName);
  }
  for (Candidate& candidate : candidates) {
    const ColumnUse use = candidate.rule.use;
    const bool name = use == ColumnUse::kGivenName || use == ColumnUse::kFamilyName;
    if (name && InAllTables(candidate, [&text](size_t table) { return text[table]; })) {
      candidate.rule.use = ColumnUse::kText;
    }
  }
}

// The order of day and month in each column of dates of birth, and in all together for
// one that does not tell.
void SettleDateOrders(std::span<const Table> tables, Schema& schema) {
  OrderVotes all;
  for (ColumnRule& rule : schema.columns) {
    if (rule.use != ColumnUse::kBirthDate) continue;
    OrderVotes votes;
    for (const Table& table : tables) {
      if (const TableColumn* column = table.Find(rule.column)) VoteOrders(*column, votes);
    }
    rule.date_order = OrderOf(votes);
    all.first_above_12 += votes.first_above_12;
    all.second_above_12 += votes.second_above_12;
  }
  schema.date_order = OrderOf(all).value_or(DateOrder::kDayFirst);
  for (ColumnRule& rule : schema.columns) {
    if (rule.date_order == schema.date_order) rule.date_order.reset();
  }
}

}  // namespace

Schema Recognise(std::span<const Table> tables, std::span<const std::string> left_out) {
  const size_t count = tables.size();
  std::vector<Candidate> candidates = Collect(tables, left_out);
  FindByContent(count, candidates);
  SettleBirth(count, candidates);
  SettleNames(count, candidates);
  SettleAddress(count, candidates);
  KeepOne(count, candidates, ColumnUse::kSex, ColumnUse::kText);
  KeepOne(count, candidates, ColumnUse::kPostcode, ColumnUse::kText);
  KeepOne(count, candidates, ColumnUse::kNhsNumber, ColumnUse::kText);
  DropRepeats(tables, candidates);
  SettleFurther(count, candidates);
  Schema schema;
  for (const Candidate& candidate : candidates) schema.columns.push_back(candidate.rule);
  SettleDateOrders(tables, schema);
  return schema;
}

}  // namespace safehaven::linkage
