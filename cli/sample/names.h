// Picks names by heritage, sex and year of birth, and knows nicknames. Immutable
// after Make; thread-safe.
#ifndef SAFEHAVEN_CLI_SAMPLE_NAMES_H_
#define SAFEHAVEN_CLI_SAMPLE_NAMES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "cli/sample/random.h"

namespace safehaven::sample {

enum class Sex : uint8_t { kMale = 1, kFemale = 2 };

// Which lists a household's names come from.
enum class Heritage : uint8_t { kBritish, kMuslim, kIndian, kAfrican, kEastEuropean, kChinese };
inline constexpr int kHeritageCount = 6;

// A list of names with their weights.
class NameList {
 public:
  // `text` is "Name:weight Name:weight ...", as in names_data.h.
  explicit NameList(absl::string_view text);
  const std::string& Pick(Random& random) const;

 private:
  std::vector<std::string> names_;
  std::vector<uint32_t> weights_;
  WeightedChoice choice_;
};

class Names {
 public:
  Names();

  std::string FamilyName(Heritage heritage, Random& random) const;
  std::string GivenName(Heritage heritage, Sex sex, int birth_year, Random& random) const;

  // A nickname of `given_name`, or "" if it has none.
  std::string Nickname(absl::string_view given_name, Random& random) const;

  // Is `nickname` one of `given_name`'s? Both in lower case.
  bool IsNickname(absl::string_view nickname, absl::string_view given_name) const;

  // "Marine Parade".
  std::string StreetName(Random& random) const;

 private:
  std::vector<NameList> family_;          // by heritage
  std::vector<NameList> other_male_;      // by heritage but British
  std::vector<NameList> other_female_;
  std::vector<NameList> british_male_;    // by time of birth
  std::vector<NameList> british_female_;
  NameList beginnings_;
  NameList endings_;
  NameList street_names_;
  NameList street_kinds_;
  absl::flat_hash_map<std::string, std::vector<std::string>> nicknames_;
  absl::flat_hash_set<std::string> nickname_pairs_;  // "nickname name", lower case
};

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_NAMES_H_
