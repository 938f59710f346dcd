#include "cli/sample/places.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace safehaven::sample {
namespace {

// About 15 addresses share a postcode in the United Kingdom (Royal Mail's figure);
// 2.3 people live in a household (ONS, Families and households), so 35 people.
constexpr int64_t kPersonsPerPostcode = 35;
// A lower-layer super output area has 400 to 1,200 households (ONS), about 1,600 people.
constexpr uint32_t kPostcodesPerSmallArea = 43;
// Real lists are near 10,000; a smaller one gives a small region several practices.
constexpr int64_t kPersonsPerPractice = 2'500;
constexpr int64_t kPracticesMin = 3;
constexpr int64_t kPracticesMax = 99;
constexpr uint32_t kPostcodesPerSector = 180;
constexpr uint32_t kSectorsPerDistrict = 10;
constexpr uint32_t kNearestPracticeRate = 7'500;
constexpr uint32_t kFlatRate = 1'500;

// Letters of the inward code; C I K M O V are not used (Royal Mail PAF).
constexpr char kInwardLetters[] = "ABDEFGHJLNPQRSTUWXYZ";
constexpr uint32_t kInwardLetterCount = 20;

std::string PostcodeText(int commissioner, uint32_t index) {
  const uint32_t sector = index / kPostcodesPerSector;
  // Spread over the 400 letter pairs: 7 and 400 have no common factor.
  const uint32_t pair = index % kPostcodesPerSector * 7 % (kInwardLetterCount * kInwardLetterCount);
  return absl::StrFormat("%s%d %d%c%c", commissioner == 0 ? "ZX" : "ZY",
                         1 + sector / kSectorsPerDistrict, sector % kSectorsPerDistrict,
                         kInwardLetters[pair / kInwardLetterCount],
                         kInwardLetters[pair % kInwardLetterCount]);
}

}  // namespace

Places Places::Make(int64_t persons, const Names& names, Random& random) {
  Places places;
  for (int commissioner = 0; commissioner < kCommissionerCount; ++commissioner) {
    const int64_t share = commissioner == 0 ? 10'000 - kNeighbourRate : kNeighbourRate;
    const int64_t local = std::max<int64_t>(persons * share / 10'000, 1);
    const int64_t postcodes = std::max<int64_t>(local / kPersonsPerPostcode, 4);
    const int64_t practices =
        std::clamp(local / kPersonsPerPractice, kPracticesMin, kPracticesMax);
    places.AddArea(commissioner, static_cast<uint32_t>(postcodes),
                   static_cast<uint32_t>(practices), names, random);
  }
  return places;
}

void Places::AddArea(int commissioner, uint32_t postcode_count, uint32_t practice_count,
                     const Names& names, Random& random) {
  first_postcode_[commissioner] = static_cast<uint32_t>(postcodes_.size());
  first_practice_[commissioner] = static_cast<uint32_t>(practices_.size());
  for (uint32_t index = 0; index < practice_count; ++index) {
    practices_.push_back({absl::StrFormat("Z8%d%03d", commissioner + 1, index + 1), commissioner});
  }
  const uint32_t small_area_base = commissioner == 0 ? 990'001 : 995'001;
  for (uint32_t index = 0; index < postcode_count; ++index) {
    Postcode postcode;
    postcode.text = PostcodeText(commissioner, index);
    postcode.small_area =
        absl::StrCat("E01", small_area_base + index / kPostcodesPerSmallArea);
    postcode.street = names.StreetName(random);
    postcode.commissioner = commissioner;
    postcode.practice = first_practice_[commissioner] + index * practice_count / postcode_count;
    postcode.next_house = static_cast<uint32_t>(random.Between(1, 90));
    postcodes_.push_back(std::move(postcode));
  }
  first_postcode_[commissioner + 1] = static_cast<uint32_t>(postcodes_.size());
  first_practice_[commissioner + 1] = static_cast<uint32_t>(practices_.size());
}

Address Places::TakeHome(int commissioner, Random& random) {
  const uint32_t first = first_postcode_[commissioner];
  const uint32_t count = first_postcode_[commissioner + 1] - first;
  Address address;
  address.postcode = first + static_cast<uint32_t>(random.Below(count));
  Postcode& postcode = postcodes_[address.postcode];
  const uint32_t house = postcode.next_house;
  postcode.next_house += 2;  // one side of the street
  if (random.Chance(kFlatRate)) {
    address.line = absl::StrCat("Flat ", random.Between(1, 9), ", ", house, " ", postcode.street);
  } else {
    address.line = absl::StrCat(house, " ", postcode.street);
  }
  return address;
}

uint32_t Places::ChoosePractice(uint32_t postcode, Random& random) const {
  if (random.Chance(kNearestPracticeRate)) return postcodes_[postcode].practice;
  const int commissioner = postcodes_[postcode].commissioner;
  const uint32_t first = first_practice_[commissioner];
  return first + static_cast<uint32_t>(random.Below(first_practice_[commissioner + 1] - first));
}

}  // namespace safehaven::sample
