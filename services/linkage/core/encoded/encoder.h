// Makes filters of records, at the source, under a secret that all sources of a linkage
// share and linkage does not have.
//
// Every field is cut into tokens (pairs of letters of names and texts, digits with their
// place of dates and numbers) and every token sets bits of 2,048, at places that
// HMAC-SHA-512 under the epoch's key gives: random hashing, so that no place follows from
// another (Niedermeyer et al. 2014). The filter is then folded in half by exclusive or
// (Schnell and Borgs 2016), which leaves no bit with one cause. Neither a value nor a
// hash of one is in the result. How strong that is: docs/threats.md.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_ENCODER_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_ENCODER_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/encoded/filter.h"
#include "services/linkage/core/pseudonym.h"

namespace safehaven::linkage {

// A secret has at least so many bytes: the key must not be found by trying words.
inline constexpr size_t kSecretBytesMin = 32;
inline constexpr size_t kEpochBytesMax = 64;
// More letters of one value set no bits.
inline constexpr size_t kEncodedTextMax = 64;

// What of a record goes into its key as well, so that only records that agree in it are
// alike. Hardens and loses every match that does not agree exactly (docs/threats.md).
enum class EncodingSalt : uint8_t { kNone, kBirthYearAndSex, kBirthDate };
absl::string_view EncodingSaltName(EncodingSalt salt);
absl::StatusOr<EncodingSalt> ParseEncodingSalt(absl::string_view name);

// How a field's value becomes tokens, and how many bits each sets.
enum class TokenKind : uint8_t {
  kName,      // pairs of letters
  kText,      // pairs of letters, fewer bits
  kAddress,   // pairs of characters, fewer still
  kDate,      // places of YYYYMMDD, and year, month and day
  kNumber,    // places of digits; pairs of characters where it has letters
  kPostcode,  // pairs of characters, and the sector
  kCode,      // the value whole
};

struct EncodedField {
  // Its tokens are this field's alone. Of the same name at every source.
  std::string name;
  TokenKind kind = TokenKind::kText;
};

struct EncodingRules {
  // Of the linkage, agreed between the sources: filters of two epochs are not alike.
  std::string epoch;
  EncodingSalt salt = EncodingSalt::kNone;
  std::vector<EncodedField> fields;
};

// One record, standardised: a value for each field of FilterEncoder::rules(), in that order,
// "" for none.
struct EncodableRecord {
  std::vector<std::string> values;
  // Of the rules' salt; "" if the record lacks what it is made of.
  std::string salt;
};

class FilterEncoder {
 public:
  // INVALID_ARGUMENT with reason SECRET_TOO_SHORT or EPOCH_INVALID (1 to kEpochBytesMax
  // printable characters).
  static absl::StatusOr<FilterEncoder> Make(absl::string_view secret, EncodingRules rules);

  // Empty if the record says nothing. Single-threaded.
  Filter Encode(const EncodableRecord& record);

  // Equal exactly if two encoders' filters can be compared: format, fields, salt, epoch and
  // secret are the same. 32 hex digits, keyed: says nothing about the secret.
  const std::string& comparability() const { return comparability_; }
  const EncodingRules& rules() const { return rules_; }

 private:
  // As many places as any token sets bits.
  using Places = std::array<uint16_t, 32>;

  FilterEncoder(SecretKey key, EncodingRules rules);
  const Places& PlacesOf(const std::string& message);

  SecretKey key_;
  EncodingRules rules_;
  std::string comparability_;
  absl::flat_hash_map<std::string, Places> places_;
};

// A token and the bits that it sets.
struct WeighedToken {
  std::string text;
  int bits = 0;
};

// The tokens of a value, each once.
std::vector<WeighedToken> TokensOf(TokenKind kind, absl::string_view value);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_ENCODER_H_
