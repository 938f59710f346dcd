// A linkage model: which fields are compared how, what each level of agreement is
// worth, how candidates are found and what is done with a score. Data only, frozen
// once trained: the same model gives the same answer for a pair wherever and
// whenever it is asked, and its identity names it in every explanation.
//
// The mathematics is Fellegi and Sunter (1969): a level has probability m among
// matches and u among strangers, a pair's weight is the sum of log2(m/u) and of the
// prior's. One thing is added: two people of one household agree in family name and
// place without being one person, and twins in the date of birth as well, which
// independent fields cannot express. So a match has to beat two explanations,
// strangers (u) and a household (h), and the better one counts.
// Thread-compatible.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_MODEL_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_MODEL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "services/linkage/core/compare/levels.h"
#include "services/linkage/core/frozen.h"
#include "services/linkage/core/weight.h"

namespace safehaven::linkage {

struct FieldModel {
  std::string name;
  Comparator comparator = Comparator::kText;
  // Of kIdentifier and kText: the further column compared.
  uint16_t extra_column = 0;
  // By level of the comparator; within each group of levels both sum to 1.
  std::vector<double> m;
  std::vector<double> u;
  // The same among different people of one household (train/household.h).
  std::vector<double> h;
  // Training sessions that m is the median of; 0: the default was kept.
  int sessions = 0;
};

// At most so many rules: the rules that find a record are a 64-bit set.
inline constexpr size_t kRulesMax = 64;

// A part of a blocking key. Records with equal keys are candidates; a record for
// which any part is unknown is not found by that rule.
enum class KeyPart : uint8_t {
  kNhsNumber,
  kFamilyName,
  kGivenName,       // first token
  kNamePair,        // given and family name in either order
  kFamilyPhonetic,
  kGivenInitial,
  kFamilyInitial,
  kGivenRoot,       // full form of a nickname
  kFamilyPrefix,    // first four letters
  kGivenPrefix,     // first three letters
  kBirthDate,       // complete
  kBirthYear,
  kBirthMonthDay,   // without the year; complete otherwise
  kBirthSwapProof,  // day and month in either order
  kPostcode,
  kSector,
  kHouseNumber,
  kLocalId,         // with its source
  kExtra,           // a further column
  kExtraPrefix,     // its first five characters
};

struct BlockingRule {
  std::string name;
  // Empty: all records are candidates of each other, where the budget allows that.
  std::vector<KeyPart> parts;
  // The column of kExtra and kExtraPrefix.
  uint16_t extra_column = 0;
  // A block of more profiles is split by further parts of the key, or given up. This is
  // the size where the budget of pairs is just met; all rules' sizes grow and shrink
  // together with what the budget allows (block/blocks.h). A broad rule has a small one.
  uint32_t block_profiles_max = 0;
  // Is a larger block split? What a broad rule would split into, a narrow one finds.
  bool split = false;
};

// How common the values of a column are among people. The tables belong to the
// model, so that a pair weighs the same in a batch and alone.
struct FrequencyTable {
  // Share of people with a value, in (0, 1], by hash of the value.
  absl::flat_hash_map<uint64_t, float> share;
  // The share of a value that was never seen.
  float unseen = 1;
  // Probability that two different people have one value; 1 before training.
  double agreement = 1;
};

struct Frequencies {
  FrequencyTable given;   // first token
  FrequencyTable family;  // without blanks
  FrequencyTable postcode;
  // One for each further column.
  std::vector<FrequencyTable> extra;
};

// u of a field among strangers who agree in another (train/dependence.h).
struct FieldDependence {
  uint16_t field = 0;
  uint16_t on = 0;
  std::vector<double> u;
};

struct Thresholds {
  // From here on two records are one person's.
  Weight link = 0;
  // From here on a clerk should look.
  Weight review = 0;
  // From here on the link is possible: enough to keep an objector's record out.
  Weight exclude = 0;
};

struct Model {
  std::string name;
  std::vector<FieldModel> fields;
  std::vector<FieldDependence> dependences;
  std::vector<BlockingRule> rules;
  // The budget of candidate pairs: so many a profile, or so many in all if that is more
  // (of data beyond block/blocks.h's kWholeProfiles only a part of that).
  double pairs_per_profile = 12;
  uint64_t pairs_min = 20'000'000;
  // Probability that two records drawn at random are one person's.
  double lambda = 1e-4;
  Thresholds thresholds;
  // Between sources of one record a person, a pair for review is linked if it is the
  // best of both its records by at least this much (score/clear.h).
  Weight clear_margin = 0;
  // The most that the rarity of values may add to a pair's weight.
  Weight rarity_cap = 0;
  // Probability that two records drawn at random are two people's of one household.
  double household = 1e-5;
  Frequencies frequencies;
  // Set by training; without it blocks are cut to the data at hand.
  std::optional<Frozen> frozen;
};

// A further column that the data have: compared as a number of an authority (an
// account, a telephone) or as text (a town).
struct ExtraField {
  std::string name;
  Comparator comparator = Comparator::kText;
};

// The model for person data in the United Kingdom before any training: levels of
// docs/formats.md, m from general experience with administrative records, u from
// simple counting arguments. Extra fields get a comparison each, identifiers also a
// blocking rule.
Model DefaultModel(const std::vector<ExtraField>& extra_fields);

// FAILED_PRECONDITION with reason MODEL_INVALID if a field lacks a level, a
// probability is not in (0, 1], the thresholds are not in order or the levels do
// not fit a 64-bit pattern.
absl::Status ValidateModel(const Model& model);

// SHA-256 over everything that can change an answer, as lower-case hex.
std::string ModelIdentity(const Model& model);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_MODEL_H_
