// Goal: no key of any service's store says who somebody is; keys are what tools, logs and
// backups show. Method: the stores of a region that was loaded, linked and costed, each
// key searched for every NHS number, name, postcode and record id of the extracts, as
// text and as number. That the search would find them is shown on linkage's values.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/tour/demo_questions.h"
#include "libs/base/status.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "tests/e2e/support/late_extract.h"
#include "tests/e2e/support/prepared_region.h"

namespace safehaven {
namespace {

using testing_support::PreparedRegion;

// Shorter words stand in keys by chance.
constexpr size_t kWordSizeMin = 6;

struct Identifiers {
  absl::flat_hash_set<std::string> words;  // upper case
  absl::flat_hash_set<uint64_t> numbers;
};

Identifiers IdentifiersOf(const std::string& region) {
  Identifiers identifiers;
  for (const std::string& dataset : cli::AllDatasets()) {
    const auto rows = testing_support::ReadRows(absl::StrCat(region, "/extracts/", dataset, ".csv"));
    SH_CHECK(rows.ok());
    for (const testing_support::CsvRow& row : *rows) {
      for (const char* column : {"record_id", "nhs_number", "family_name", "postcode", "local_id"}) {
        const auto value = row.find(column);
        if (value == row.end() || value->second.size() < kWordSizeMin) continue;
        identifiers.words.insert(absl::AsciiStrToUpper(value->second));
        uint64_t number = 0;
        if (column == std::string("nhs_number") && absl::SimpleAtoi(value->second, &number)) {
          identifiers.numbers.insert(number);
        }
      }
    }
  }
  return identifiers;
}

bool IsWordByte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == ' '; }

// The first identifier in `bytes`; "" if there is none.
std::string FindIdentifier(absl::string_view bytes, const Identifiers& identifiers) {
  for (size_t begin = 0; begin < bytes.size(); ++begin) {
    if (!IsWordByte(bytes[begin])) continue;
    size_t end = begin;
    while (end < bytes.size() && IsWordByte(bytes[end])) ++end;
    const std::string run = absl::AsciiStrToUpper(bytes.substr(begin, end - begin));
    for (size_t from = 0; from + kWordSizeMin <= run.size(); ++from) {
      for (size_t size = kWordSizeMin; size <= std::min<size_t>(run.size() - from, 20); ++size) {
        if (identifiers.words.contains(run.substr(from, size))) return run.substr(from, size);
      }
    }
    begin = end;
  }
  for (size_t from = 0; from + sizeof(uint64_t) <= bytes.size(); ++from) {
    uint64_t number = 0;
    std::memcpy(&number, bytes.data() + from, sizeof(number));
    if (identifiers.numbers.contains(number) || identifiers.numbers.contains(__builtin_bswap64(number))) {
      return absl::StrCat("number ", number);
    }
  }
  return "";
}

TEST(StorageKeys, NoneSaysWhoSomebodyIs) {
  const PreparedRegion& region = PreparedRegion::Get();
  const Identifiers identifiers = IdentifiersOf(region.ground().region());
  ASSERT_GT(identifiers.numbers.size(), 1000u);
  const std::string copy = region.ground().File("states-to-read");
  std::filesystem::create_directories(copy);
  for (const std::string service : {"consent", "linkage", "costing"}) {
    std::filesystem::copy(absl::StrCat(region.states(), "/", service), absl::StrCat(copy, "/", service),
                          std::filesystem::copy_options::recursive);
    const auto store = RocksDbStore::Open({.path = absl::StrCat(copy, "/", service)});
    ASSERT_TRUE(store.ok()) << store.status();
    const auto snapshot = (*store)->TakeSnapshot(absl::InfiniteFuture());
    ASSERT_TRUE(snapshot.ok());
    size_t key_count = 0, values_with_one = 0;
    const absl::Status scanned = ScanPrefix(**store, "", **snapshot, absl::InfiniteFuture(),
                                            [&](absl::string_view key, const Entry& entry) {
                                              ++key_count;
                                              EXPECT_EQ(FindIdentifier(key, identifiers), "") << service;
                                              const bool look = service == "linkage" && values_with_one == 0;
                                              if (look && !FindIdentifier(entry.value, identifiers).empty()) ++values_with_one;
                                              return true;
                                            });
    ASSERT_TRUE(scanned.ok()) << scanned;
    EXPECT_GT(key_count, 20u) << service;
    if (service == "linkage") {
      EXPECT_GT(values_with_one, 0u) << "the search finds what is there";
    }
  }
}

}  // namespace
}  // namespace safehaven
