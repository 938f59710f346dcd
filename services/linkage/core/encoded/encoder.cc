#include "services/linkage/core/encoded/encoder.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::linkage {
namespace {

constexpr size_t kUnfoldedBits = 2048;
constexpr absl::string_view kBetween = "\x1f";
// Places kept in memory: a few thousand for pairs of letters, times the salts.
constexpr size_t kPlacesMax = 500'000;
constexpr size_t kComparabilityBytes = 16;

std::string Mac(const EVP_MD* hash, absl::string_view key, absl::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  // Fails only for lack of memory.
  SH_CHECK(HMAC(hash, key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
                message.size(), digest.data(), &length) != nullptr);
  return std::string(reinterpret_cast<const char*>(digest.data()), length);
}

absl::string_view KeyBytes(const SecretKey& key) {
  return {reinterpret_cast<const char*>(key.Reveal().data()), kKeyBytes};
}

// All that decides which bits a record sets, but for the key.
std::string ParametersText(const EncodingRules& rules) {
  std::string text = absl::StrCat("safehaven-encoded/1", kBetween, "bits 2048 folded 1024 hmac-sha-512", kBetween,
                                  EncodingSaltName(rules.salt), kBetween, rules.epoch);
  for (const EncodedField& field : rules.fields) {
    absl::StrAppend(&text, kBetween, field.name, "=", static_cast<int>(field.kind));
  }
  return text;
}

}  // namespace

absl::string_view EncodingSaltName(EncodingSalt salt) {
  switch (salt) {
    case EncodingSalt::kNone: return "none";
    case EncodingSalt::kBirthYearAndSex: return "birth_year_sex";
    case EncodingSalt::kBirthDate: return "birth_date";
  }
  return "unknown";
}

absl::StatusOr<EncodingSalt> ParseEncodingSalt(absl::string_view name) {
  for (const EncodingSalt salt : {EncodingSalt::kNone, EncodingSalt::kBirthYearAndSex, EncodingSalt::kBirthDate}) {
    if (EncodingSaltName(salt) == name) return salt;
  }
  return InvalidArgument("NAME_UNKNOWN", "a salt is none, birth_year_sex or birth_date");
}

absl::StatusOr<FilterEncoder> FilterEncoder::Make(absl::string_view secret, EncodingRules rules) {
  if (secret.size() < kSecretBytesMin) {
    return InvalidArgument("SECRET_TOO_SHORT", absl::StrCat("a secret has at least ", kSecretBytesMin, " bytes"));
  }
  const bool printable = std::all_of(rules.epoch.begin(), rules.epoch.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (rules.epoch.empty() || rules.epoch.size() > kEpochBytesMax || !printable) {
    return InvalidArgument("EPOCH_INVALID", absl::StrCat("an epoch is 1 to ", kEpochBytesMax,
                                                         " printable characters without blanks"));
  }
  // Names in order: the order of a file's columns must not matter.
  std::sort(rules.fields.begin(), rules.fields.end(),
            [](const EncodedField& a, const EncodedField& b) { return a.name < b.name; });
  const std::string derived = Mac(EVP_sha256(), secret, absl::StrCat("safehaven encode 1", kBetween, rules.epoch));
  SH_ASSIGN_OR_RETURN(SecretKey key, KeyFromBytes(derived));
  return FilterEncoder(std::move(key), std::move(rules));
}

FilterEncoder::FilterEncoder(SecretKey key, EncodingRules rules) : key_(std::move(key)), rules_(std::move(rules)) {
  const std::string mac = Mac(EVP_sha256(), KeyBytes(key_), absl::StrCat("comparable", kBetween, ParametersText(rules_)));
  comparability_ = absl::BytesToHexString(mac.substr(0, kComparabilityBytes));
}

const FilterEncoder::Places& FilterEncoder::PlacesOf(const std::string& message) {
  const auto found = places_.find(message);
  if (found != places_.end()) return found->second;
  if (places_.size() >= kPlacesMax) places_.clear();
  const std::string mac = Mac(EVP_sha512(), KeyBytes(key_), message);
  Places places;
  for (size_t i = 0; i < places.size(); ++i) {
    const auto high = static_cast<unsigned char>(mac[2 * i]), low = static_cast<unsigned char>(mac[2 * i + 1]);
    places[i] = static_cast<uint16_t>((high << 8 | low) % kUnfoldedBits);
  }
  return places_.emplace(message, places).first->second;
}

Filter FilterEncoder::Encode(const EncodableRecord& record) {
  std::array<uint64_t, 2 * kFilterWords> unfolded{};
  for (size_t f = 0; f < rules_.fields.size(); ++f) {
    for (const WeighedToken& token : TokensOf(rules_.fields[f].kind, record.values[f])) {
      const Places& places = PlacesOf(
          absl::StrCat("token", kBetween, record.salt, kBetween, rules_.fields[f].name, kBetween, token.text));
      for (int i = 0; i < token.bits; ++i) {
        const uint16_t place = places[static_cast<size_t>(i)];
        unfolded[place / 64] |= uint64_t{1} << (place % 64);
      }
    }
  }
  Filter filter;
  for (size_t w = 0; w < kFilterWords; ++w) filter.words[w] = unfolded[w] ^ unfolded[w + kFilterWords];
  return filter;
}

}  // namespace safehaven::linkage
