#include "libs/warrant/age_bands.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace safehaven {

size_t AgeBandIndex(int32_t first_age) {
  return first_age < 0 ? 0 : static_cast<size_t>(1 + std::min(first_age, kAgeBandLast) / kAgeBandYears);
}

const std::vector<std::string>& AgeBandLabels() {
  static const std::vector<std::string>* const labels = [] {
    auto* made = new std::vector<std::string>{"unknown"};
    for (int32_t first = 0; first < kAgeBandLast; first += kAgeBandYears) {
      made->push_back(absl::StrFormat("%02d-%02d", first, first + kAgeBandYears - 1));
    }
    made->push_back(absl::StrCat(kAgeBandLast, "+"));
    return made;
  }();
  return *labels;
}

}  // namespace safehaven
