#include "services/linkage/core/compare/levels.h"

#include <array>

namespace safehaven::linkage {
namespace {

constexpr LevelInfo kNumberLevels[] = {
    {"equal, both verified", 0},     {"one slip apart, both verified", 0},
    {"different, both verified", 0}, {"equal", 1},
    {"one slip apart", 1},           {"different", 1}};

constexpr LevelInfo kNameLevels[] = {
    {"given equal, family equal", 0},
    {"given equal, family close", 0},
    {"given equal, family far", 0},
    {"given equal, family different", 0},
    {"given a form of the same name, family equal", 0},
    {"given a form of the same name, family close", 0},
    {"given a form of the same name, family far", 0},
    {"given a form of the same name, family different", 0},
    {"given close, family equal", 0},
    {"given close, family close", 0},
    {"given close, family far", 0},
    {"given close, family different", 0},
    {"given far, family equal", 0},
    {"given far, family close", 0},
    {"given far, family far", 0},
    {"given far, family different", 0},
    {"given initial agrees, family equal", 0},
    {"given initial agrees, family close", 0},
    {"given initial agrees, family far", 0},
    {"given initial agrees, family different", 0},
    {"given different, family equal", 0},
    {"given different, family close", 0},
    {"given different, family far", 0},
    {"given different, family different", 0},
    {"given and family exchanged", 0},
    {"given and family exchanged, close", 0},
    {"given equal, family missing", 1},
    {"given a form of the same name, family missing", 1},
    {"given close, family missing", 1},
    {"given far, family missing", 1},
    {"given initial agrees, family missing", 1},
    {"given different, family missing", 1},
    {"given is the other's family", 1},
    {"family equal, given missing", 2},
    {"family close, given missing", 2},
    {"family far, given missing", 2},
    {"family different, given missing", 2},
    {"family is the other's given", 2}};
static_assert(std::size(kNameLevels) == name_level::kCount);

constexpr LevelInfo kDateLevels[] = {{"equal", 0},
                                     {"day and month exchanged", 0},
                                     {"one slip apart", 0},
                                     {"two parts equal", 0},
                                     {"at most a month apart", 0},
                                     {"at most a year apart", 0},
                                     {"at most ten years apart", 0},
                                     {"different", 0},
                                     {"both known parts equal", 1},
                                     {"one of two known parts equal", 1},
                                     {"both known parts different", 1},
                                     {"only known part equal", 2},
                                     {"only known part different", 2}};

constexpr LevelInfo kPlaceLevels[] = {
    {"postcode equal, address equal", 0},
    {"postcode equal, street equal", 0},
    {"postcode equal, house number equal", 0},
    {"postcode equal, address different", 0},
    {"postcode one slip apart, address equal", 0},
    {"postcode one slip apart, street equal", 0},
    {"postcode one slip apart, house number equal", 0},
    {"postcode one slip apart, address different", 0},
    {"sector equal, address equal", 0},
    {"sector equal, street equal", 0},
    {"sector equal, house number equal", 0},
    {"sector equal, address different", 0},
    {"district equal, address equal", 0},
    {"district equal, street equal", 0},
    {"district equal, house number equal", 0},
    {"district equal, address different", 0},
    {"area equal, address equal", 0},
    {"area equal, street equal", 0},
    {"area equal, house number equal", 0},
    {"area equal, address different", 0},
    {"postcode different, address equal", 0},
    {"postcode different, street equal", 0},
    {"postcode different, house number equal", 0},
    {"postcode different, address different", 0},
    {"postcode equal", 1},
    {"postcode one slip apart", 1},
    {"sector equal", 1},
    {"district equal", 1},
    {"area equal", 1},
    {"postcode different", 1},
    {"address equal", 2},
    {"street equal", 2},
    {"house number equal", 2},
    {"address different", 2}};
static_assert(std::size(kPlaceLevels) == place_level::kCount);

constexpr LevelInfo kEqualLevels[] = {{"equal", 0}, {"different", 0}};
constexpr LevelInfo kIdentifierLevels[] = {{"equal", 0}, {"nearly equal", 0}, {"different", 0}};
constexpr LevelInfo kTextLevels[] = {{"equal", 0}, {"close", 0}, {"far", 0}, {"different", 0}};

}  // namespace

std::span<const LevelInfo> LevelsOf(Comparator comparator) {
  switch (comparator) {
    case Comparator::kNhsNumber: return kNumberLevels;
    case Comparator::kName: return kNameLevels;
    case Comparator::kBirthDate: return kDateLevels;
    case Comparator::kPlace: return kPlaceLevels;
    case Comparator::kSex: return kEqualLevels;
    case Comparator::kLocalId: return kEqualLevels;
    case Comparator::kIdentifier: return kIdentifierLevels;
    case Comparator::kText: return kTextLevels;
  }
  return {};
}

absl::string_view ComparatorName(Comparator comparator) {
  switch (comparator) {
    case Comparator::kNhsNumber: return "nhs_number";
    case Comparator::kName: return "name";
    case Comparator::kBirthDate: return "birth_date";
    case Comparator::kPlace: return "place";
    case Comparator::kSex: return "sex";
    case Comparator::kLocalId: return "local_id";
    case Comparator::kIdentifier: return "identifier";
    case Comparator::kText: return "text";
  }
  return "unknown";
}

}  // namespace safehaven::linkage
