#include "services/linkage/core/train/chance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "services/linkage/core/compare/comparer.h"
#include "services/linkage/core/hash.h"

namespace safehaven::linkage {
namespace {

constexpr double kChanceMin = 1e-9;
// Of two names that are both nobody else's; what either is worth, rarity takes back.
constexpr double kNameChanceMin = 1e-18;
// Two people of one postcode compared in order of profiles: at most so many each.
constexpr size_t kNeighboursMax = 20;
// Two different people under one number of an authority: a mix-up, not chance. A
// mother's number on her baby's record happens about once in ten thousand records,
// and the other of the pair is one in all people.
constexpr double kMixUp = 1e-9;

using Counts = std::vector<double>;

// Shares of `counts`, with half an observation for each level, so that none is 0.
std::vector<double> Shares(const Counts& counts) {
  double total = 0;
  for (const double count : counts) total += count + 0.5;
  std::vector<double> shares;
  for (const double count : counts) shares.push_back((count + 0.5) / total);
  return shares;
}

// `shares` with the first level set to `exact` and the rest scaled to fill up to 1.
void SetExact(std::vector<double>& shares, double exact) {
  const double rest = 1 - shares[0];
  for (size_t i = 1; i < shares.size(); ++i) shares[i] *= (1 - exact) / rest;
  shares[0] = exact;
}

// Counts of levels over pairs of different people.
struct Sample {
  explicit Sample(const std::vector<FieldModel>& fields) {
    for (const FieldModel& field : fields) by_field.emplace_back(field.m.size(), 0.0);
  }
  std::vector<Counts> by_field;
};

Sample DrawPairs(const Comparer& comparer, const ProvisionalPeople& people, const Model& model) {
  Sample sample(model.fields);
  const uint64_t count = people.count();
  const auto add = [&](uint64_t a, uint64_t b) {
    const Pattern pattern = comparer.Compare(people.first_profile[a], people.first_profile[b]);
    for (size_t field = 0; field < model.fields.size(); ++field) {
      const Level level = comparer.layout().LevelOf(pattern, field);
      if (level != kNullLevel) ++sample.by_field[field][static_cast<size_t>(level)];
    }
  };
  if (count * (count - 1) / 2 <= kChancePairsMax) {
    for (uint64_t a = 0; a < count; ++a) {
      for (uint64_t b = a + 1; b < count; ++b) add(a, b);
    }
    return sample;
  }
  for (uint64_t i = 0; i < kChancePairsMax; ++i) {
    const uint64_t a = Mix(2 * i) % count;
    const uint64_t b = Mix(2 * i + 1) % count;
    if (a != b) add(a, b);
  }
  return sample;
}

// Levels of the address between people of one postcode.
Counts NeighbourAddresses(const Profiles& profiles, const ProvisionalPeople& people) {
  std::vector<std::pair<Code, ProfileIndex>> by_postcode;
  for (const ProfileIndex p : people.first_profile) {
    const Profile& profile = profiles.rows[p];
    if (profile.postcode != kNoCode && profile.address != kNoCode) {
      by_postcode.emplace_back(profile.postcode, p);
    }
  }
  std::sort(by_postcode.begin(), by_postcode.end());
  Counts counts(address_level::kCount, 0.0);
  for (size_t i = 0; i < by_postcode.size(); ++i) {
    const size_t end = std::min(by_postcode.size(), i + 1 + kNeighboursMax);
    for (size_t j = i + 1; j < end && by_postcode[j].first == by_postcode[i].first; ++j) {
      const Level level = ComparePlaces(profiles.vocabulary, profiles.rows[by_postcode[i].second],
                                        profiles.rows[by_postcode[j].second]);
      ++counts[static_cast<size_t>(level - place_level::Joint(postcode_level::kEqual, 0))];
    }
  }
  return counts;
}

void SetNameChance(const Counts& counts, const Frequencies& frequencies, std::vector<double>& u) {
  Counts given(given_level::kCount, 0.0);
  Counts family(family_level::kCount, 0.0);
  double exchanged[2] = {0, 0};
  double joint_total = 0;
  double alone_total[2] = {0, 0};
  for (Level level = 0; level < name_level::kCount; ++level) {
    const double count = counts[static_cast<size_t>(level)];
    const Level g = name_level::GivenOf(level);
    const Level f = name_level::FamilyOf(level);
    if (g != kNullLevel) given[static_cast<size_t>(g)] += count;
    if (f != kNullLevel) family[static_cast<size_t>(f)] += count;
    if (level < name_level::kGivenAlone) joint_total += count;
    if (level >= name_level::kGivenAlone) alone_total[level >= name_level::kFamilyAlone] += count;
    if (level == name_level::kSwapped || level == name_level::kSwappedClose) {
      exchanged[level - name_level::kSwapped] += count;
    }
  }
  std::vector<double> g = Shares(given);
  std::vector<double> f = Shares(family);
  SetExact(g, frequencies.given.agreement);
  SetExact(f, frequencies.family.agreement);
  for (Level i = 0; i < given_level::kCount; ++i) {
    for (Level j = 0; j < family_level::kCount; ++j) {
      u[static_cast<size_t>(name_level::Joint(i, j))] =
          g[static_cast<size_t>(i)] * f[static_cast<size_t>(j)];
    }
    u[static_cast<size_t>(name_level::kGivenAlone + i)] = g[static_cast<size_t>(i)];
  }
  for (Level j = 0; j < family_level::kCount; ++j) {
    u[static_cast<size_t>(name_level::kFamilyAlone + j)] = f[static_cast<size_t>(j)];
  }
  for (int i = 0; i < 2; ++i) {
    const size_t level = static_cast<size_t>(i == 0 ? name_level::kGivenCrossed : name_level::kFamilyCrossed);
    u[level] = (counts[level] + 0.5) / (alone_total[i] + 1);
  }
  // Chance exchange needs a person whose names are another's the wrong way round.
  for (int i = 0; i < 2; ++i) {
    u[static_cast<size_t>(name_level::kSwapped + i)] = (exchanged[i] + 0.5) / (joint_total + 1) / 2;
  }
}

void SetPlaceChance(const Counts& counts, const Counts& neighbours, const Frequencies& frequencies,
                    std::vector<double>& u) {
  const auto postcode_begin = counts.begin() + place_level::kPostcodeAlone;
  const auto address_begin = counts.begin() + place_level::kAddressAlone;
  const Counts joint(counts.begin(), postcode_begin);
  // Postcodes alone are counted with the joint ones: the same thing is asked.
  Counts postcode(postcode_begin, address_begin);
  Counts address(address_begin, counts.end());
  for (size_t i = 0; i < joint.size(); ++i) {
    postcode[i / address_level::kCount] += joint[i];
    address[i % address_level::kCount] += joint[i];
  }
  std::vector<double> p = Shares(postcode);
  SetExact(p, frequencies.postcode.agreement);
  const std::vector<double> a = Shares(address);
  const std::vector<double> near = Shares(neighbours);
  for (Level i = 0; i < postcode_level::kCount; ++i) {
    for (Level j = 0; j < address_level::kCount; ++j) {
      const bool neighbour = i == postcode_level::kEqual || i == postcode_level::kSlip;
      u[static_cast<size_t>(place_level::Joint(i, j))] =
          p[static_cast<size_t>(i)] * (neighbour ? near : a)[static_cast<size_t>(j)];
    }
    u[static_cast<size_t>(place_level::kPostcodeAlone + i)] = p[static_cast<size_t>(i)];
  }
  for (Level j = 0; j < address_level::kCount; ++j) {
    u[static_cast<size_t>(place_level::kAddressAlone + j)] = a[static_cast<size_t>(j)];
  }
}

// Levels in groups whose first level needs no table of frequencies.
void SetByGroup(const Counts& counts, Comparator comparator, std::vector<double>& u) {
  const auto levels = LevelsOf(comparator);
  for (size_t begin = 0; begin < levels.size();) {
    size_t end = begin;
    while (end < levels.size() && levels[end].group == levels[begin].group) ++end;
    double total = 0;
    for (size_t i = begin; i < end; ++i) total += counts[i];
    if (total > 0) {
      const std::vector<double> shares =
          Shares(Counts(counts.begin() + static_cast<ptrdiff_t>(begin),
                        counts.begin() + static_cast<ptrdiff_t>(end)));
      std::copy(shares.begin(), shares.end(), u.begin() + static_cast<ptrdiff_t>(begin));
    }
    begin = end;
  }
}

void SetNumberChance(Comparator comparator, std::vector<double>& u) {
  const auto levels = LevelsOf(comparator);
  for (size_t i = 0; i < u.size(); ++i) {
    const bool first = i == 0 || levels[i].group != levels[i - 1].group;
    const bool last = i + 1 == u.size() || levels[i].group != levels[i + 1].group;
    // Ten digits that differ in one place: 90 + 9 neighbours of 10^9 numbers.
    u[i] = first ? kMixUp : last ? 1 - 2e-7 : 1e-7;
  }
}

}  // namespace

void EstimateChance(const Profiles& profiles, const ProvisionalPeople& people, Model& model) {
  if (people.count() < 2) return;
  const Comparer comparer(profiles, model.fields);
  const Sample sample = DrawPairs(comparer, people, model);
  const Counts neighbours = NeighbourAddresses(profiles, people);
  for (size_t i = 0; i < model.fields.size(); ++i) {
    FieldModel& field = model.fields[i];
    const Counts& counts = sample.by_field[i];
    switch (field.comparator) {
      case Comparator::kName:
        SetNameChance(counts, model.frequencies, field.u);
        break;
      case Comparator::kPlace:
        SetPlaceChance(counts, neighbours, model.frequencies, field.u);
        break;
      case Comparator::kNhsNumber:
      case Comparator::kLocalId:
        SetNumberChance(field.comparator, field.u);
        break;
      case Comparator::kIdentifier:
      case Comparator::kText:
        SetByGroup(counts, field.comparator, field.u);
        SetExact(field.u, model.frequencies.extra[field.extra_column].agreement);
        break;
      case Comparator::kBirthDate:
      case Comparator::kSex:
        SetByGroup(counts, field.comparator, field.u);
        break;
    }
    const double least = field.comparator == Comparator::kName ? kNameChanceMin : kChanceMin;
    for (double& u : field.u) u = std::clamp(u, least, 1.0);
  }
}

}  // namespace safehaven::linkage
