#include "services/linkage/core/train/train.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "services/linkage/core/compare/comparer.h"
#include "services/linkage/core/train/chance.h"
#include "services/linkage/core/train/dependence.h"
#include "services/linkage/core/train/em.h"
#include "services/linkage/core/train/frequencies.h"
#include "services/linkage/core/train/household.h"
#include "services/linkage/core/train/provisional.h"

namespace safehaven::linkage {
namespace {

// The comparator whose field a key part makes agree.
Comparator BlockedBy(KeyPart part) {
  switch (part) {
    case KeyPart::kNhsNumber: return Comparator::kNhsNumber;
    case KeyPart::kBirthDate:
    case KeyPart::kBirthYear:
    case KeyPart::kBirthMonthDay:
    case KeyPart::kBirthSwapProof: return Comparator::kBirthDate;
    case KeyPart::kPostcode:
    case KeyPart::kSector:
    case KeyPart::kHouseNumber: return Comparator::kPlace;
    case KeyPart::kLocalId: return Comparator::kLocalId;
    case KeyPart::kExtra:
    case KeyPart::kExtraPrefix: return Comparator::kIdentifier;
    default: return Comparator::kName;
  }
}

std::vector<bool> LeftOut(const BlockingRule& rule, const std::vector<FieldModel>& fields) {
  std::vector<bool> left_out(fields.size(), false);
  for (const KeyPart part : rule.parts) {
    for (size_t i = 0; i < fields.size(); ++i) {
      if (part == KeyPart::kExtra || part == KeyPart::kExtraPrefix) {
        const bool extra = fields[i].comparator == Comparator::kIdentifier ||
                           fields[i].comparator == Comparator::kText;
        if (extra && fields[i].extra_column == rule.extra_column) left_out[i] = true;
      } else if (fields[i].comparator == BlockedBy(part)) {
        left_out[i] = true;
      }
    }
  }
  return left_out;
}

// Patterns of the rule's pairs, those that an earlier rule finds as well included,
// and once for each profile of several records: a repeat is evidence, but once.
PatternCounts CountPatterns(const Profiles& profiles, std::span<const SourceRule> sources,
                            const Blocks& blocks, const Comparer& comparer, size_t rule, uint64_t& pairs) {
  absl::flat_hash_map<Pattern, uint64_t> counts;
  for (size_t block = 0; block < blocks.block_count(rule) && pairs < kSessionPairsMax; ++block) {
    const std::span<const ProfileIndex> members = blocks.Block(rule, block);
    if (members.size() > kSessionBlockMax) continue;
    for (size_t i = 0; i < members.size(); ++i) {
      for (size_t j = i + 1; j < members.size(); ++j) {
        if (!Admissible(profiles.rows[members[i]], profiles.rows[members[j]], sources)) continue;
        ++counts[comparer.Compare(members[i], members[j])];
        ++pairs;
      }
    }
  }
  if (pairs < kSessionPairsMax) {
    for (ProfileIndex p = 0; p < profiles.size(); ++p) {
      if (profiles.RecordsOf(p).size() < 2 || !blocks.FindsAlone(rule, p)) continue;
      ++counts[comparer.Compare(p, p)];
      ++pairs;
    }
  }
  PatternCounts sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

// By pattern, what independent u overstate the odds by: all pairs of a rule agree in the
// fields that it leaves out.
std::vector<double> Corrections(const PatternCounts& counts, const PatternLayout& layout, const Model& model,
                                const std::vector<bool>& left_out) {
  std::vector<double> corrections;
  if (model.dependences.empty()) return corrections;
  corrections.reserve(counts.size());
  for (const auto& [pattern, count] : counts) {
    double correction = 1;
    for (const FieldDependence& dependence : model.dependences) {
      const size_t field = dependence.field;
      const Level level = layout.LevelOf(pattern, field);
      if (left_out[field] || level == kNullLevel) continue;
      // A field may depend on several; the whole is worked out at the first of them.
      const bool first = &dependence == &*std::find_if(model.dependences.begin(), model.dependences.end(),
                                                       [field](const FieldDependence& d) { return d.field == field; });
      if (first) {
        correction *= model.fields[field].u[static_cast<size_t>(level)] /
                      ChanceOf(model, layout, pattern, field, left_out);
      }
    }
    corrections.push_back(correction);
  }
  return corrections;
}

// Two people of a household seldom were born on one day: where all pairs of a rule agree
// in the date of birth there are few such pairs, and names that a slip made different
// would be taken for theirs if a session were to find out how many.
HouseholdKind HouseholdIn(const Model& model, const std::vector<bool>& left_out) {
  HouseholdKind kind;
  for (size_t i = 0; i < model.fields.size(); ++i) {
    const FieldModel& field = model.fields[i];
    if (field.comparator == Comparator::kName) kind.there = !left_out[i];
    if (field.comparator == Comparator::kBirthDate && left_out[i]) {
      kind.for_each_match = model.household / model.lambda * field.h[date_level::kEqual] / field.m[date_level::kEqual];
    }
  }
  return kind;
}

// Sets `m` to the median over `sessions`, level by level, summing to 1 in groups.
void SetMedian(std::vector<std::vector<double>> sessions, Comparator comparator, std::vector<double>& m) {
  const auto levels = LevelsOf(comparator);
  std::vector<double> values(sessions.size());
  for (size_t level = 0; level < m.size(); ++level) {
    for (size_t s = 0; s < sessions.size(); ++s) values[s] = sessions[s][level];
    std::sort(values.begin(), values.end());
    const size_t middle = values.size() / 2;
    m[level] = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
  for (size_t begin = 0; begin < m.size();) {
    size_t end = begin;
    double total = 0;
    for (; end < m.size() && levels[end].group == levels[begin].group; ++end) total += m[end];
    for (size_t i = begin; i < end; ++i) m[i] /= total;
    begin = end;
  }
}

// Share of matches among all pairs, from the provisional people, whose pairs are
// about as many as the matches. Records that say the same are one profile, but there are
// at least as many matches as such profiles.
double FirstLambda(const Profiles& profiles, const ProvisionalPeople& people) {
  std::vector<uint64_t> sizes(people.count(), 0);
  for (const uint32_t person : people.person_of) ++sizes[person];
  double matches = 1;
  for (const uint64_t size : sizes) matches += static_cast<double>(size) * static_cast<double>(size - 1) / 2;
  double repeats = 0;
  for (ProfileIndex p = 0; p < profiles.size(); ++p) repeats += profiles.RecordsOf(p).size() > 1;
  const double count = static_cast<double>(profiles.size());
  return std::clamp(std::max(matches, repeats) / (count * (count - 1) / 2 + 1), 1e-12, 0.5);
}

}  // namespace

TrainingReport Train(const Profiles& profiles, std::span<const SourceRule> sources, const Blocks& blocks,
                     Model& model) {
  TrainingReport report;
  const ProvisionalPeople people = GuessPeople(profiles);
  report.people = people.count();
  model.frequencies = CountFrequencies(profiles, people);
  EstimateChance(profiles, people, model);
  EstimateDependence(profiles, people, model);
  model.lambda = FirstLambda(profiles, people);
  const HouseholdShares households = CountHouseholds(profiles, people, model);
  SetHousehold(households, people, model);

  const Comparer comparer(profiles, model.fields);
  std::vector<std::vector<std::vector<double>>> m_by_field(model.fields.size());
  for (size_t rule = 0; rule < model.rules.size(); ++rule) {
    SessionReport session{.rule = model.rules[rule].name};
    const PatternCounts counts =
        CountPatterns(profiles, sources, blocks, comparer, rule, session.pairs);
    const std::vector<bool> left_out = LeftOut(model.rules[rule], model.fields);
    const EmSession em = RunEm(counts, comparer.layout(), model.fields, left_out,
                               Corrections(counts, comparer.layout(), model, left_out),
                               HouseholdIn(model, left_out));
    session.lambda = em.lambda;
    session.matches = em.matches;
    session.overlap = em.overlap;
    session.rounds = em.rounds;
    session.given_apart = em.given_apart;
    session.used = !model.rules[rule].parts.empty() && em.matches >= kSessionMatchesMin &&
                   em.overlap <= kSessionOverlapMax && em.given_apart <= kSessionGivenApartMax;
    for (size_t field = 0; session.used && field < model.fields.size(); ++field) {
      if (!left_out[field]) m_by_field[field].push_back(em.m[field]);
    }
    report.sessions.push_back(session);
  }
  for (size_t field = 0; field < model.fields.size(); ++field) {
    model.fields[field].sessions = static_cast<int>(m_by_field[field].size());
    if (m_by_field[field].empty()) continue;
    SetMedian(std::move(m_by_field[field]), model.fields[field].comparator, model.fields[field].m);
  }
  SetHousehold(households, people, model);
  return report;
}

}  // namespace safehaven::linkage
