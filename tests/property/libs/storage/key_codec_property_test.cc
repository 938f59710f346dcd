// Goal: encoded keys sort as their tuples do, read back whole, and never break the
// reader. Method: random tuples with awkward bytes against std::variant's order.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/key_codec.h"
#include "tests/support/seed.h"

namespace safehaven {
namespace {

// std::variant orders by alternative first, as the tags do; std::string by unsigned
// bytes, as keys are.
using Part = std::variant<std::string, uint64_t>;
using Tuple = std::vector<Part>;

Part RandomPart(std::mt19937_64& prng) {
  if (prng() % 2 == 0) return prng() >> (prng() % 64);
  constexpr char kAwkward[] = {'\0', '\x01', '\x02', '\x03', 'a', '\xFE', '\xFF'};
  std::string text(prng() % 5, 'a');
  for (char& c : text) c = kAwkward[prng() % sizeof(kAwkward)];
  return text;
}

Tuple RandomTuple(std::mt19937_64& prng) {
  Tuple tuple;
  for (uint64_t parts = prng() % 4; parts > 0; --parts) tuple.push_back(RandomPart(prng));
  return tuple;
}

std::string Encode(const Tuple& tuple) {
  KeyWriter writer;
  for (const Part& part : tuple) {
    if (const auto* text = std::get_if<std::string>(&part)) {
      writer.Text(*text);
    } else {
      writer.Number(std::get<uint64_t>(part));
    }
  }
  return writer.Take();
}

TEST(KeyCodecProperty, KeysSortAsTheirTuples) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 50'000; ++round) {
    const Tuple a = RandomTuple(prng);
    const Tuple b = RandomTuple(prng);
    ASSERT_EQ(a < b, Encode(a) < Encode(b));
    ASSERT_EQ(a == b, Encode(a) == Encode(b));
  }
}

TEST(KeyCodecProperty, KeysReadBackWhole) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 20'000; ++round) {
    const Tuple tuple = RandomTuple(prng);
    const std::string key = Encode(tuple);
    KeyReader reader(key);
    for (const Part& part : tuple) {
      if (const auto* text = std::get_if<std::string>(&part)) {
        ASSERT_EQ(reader.Text().value(), *text);
      } else {
        ASSERT_EQ(reader.Number().value(), std::get<uint64_t>(part));
      }
    }
    ASSERT_TRUE(reader.AtEnd());
  }
}

TEST(KeyCodecProperty, ATuplesExtensionsAreExactlyTheKeysWithItsPrefix) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 50'000; ++round) {
    const Tuple tuple = RandomTuple(prng);
    const Tuple prefix = RandomTuple(prng);
    const bool begins = prefix.size() <= tuple.size() &&
                        std::equal(prefix.begin(), prefix.end(), tuple.begin());
    ASSERT_EQ(absl::StartsWith(Encode(tuple), Encode(prefix)), begins);
    const std::string end = PrefixEnd(Encode(prefix));
    const bool in_range = Encode(tuple) >= Encode(prefix) && (end.empty() || Encode(tuple) < end);
    ASSERT_EQ(in_range, begins);
  }
}

TEST(KeyCodecProperty, RandomBytesAreReadOrRefused) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(prng() % 30, '\0');
    for (char& c : bytes) c = static_cast<char>(prng() % 4 == 0 ? prng() & 0xFF : prng() % 4);
    KeyReader reader(bytes);
    for (bool going = true; going && !reader.AtEnd();) {
      KeyReader before = reader;
      going = reader.Text().ok();
      if (!going) {
        reader = before;
        const absl::StatusOr<uint64_t> number = reader.Number();
        going = number.ok();
        if (!going) {
          ASSERT_EQ(ReasonOf(number.status()), "KEY_MALFORMED");
        }
      }
    }
  }
}

}  // namespace
}  // namespace safehaven
