// Goal: any sequence of calls leaves a store as it leaves a std::map. Method: random
// batches, reads, scans and held snapshots over few keys, so that they meet often.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/store.h"
#include "tests/support/seed.h"
#include "tests/support/store_factories.h"

namespace safehaven {
namespace {

using testing_support::AllStores;
using testing_support::StoreFactory;

using Model = std::map<std::string, Entry>;
constexpr absl::Time kForever = absl::InfiniteFuture();
constexpr int kRounds = 1500;
constexpr size_t kSnapshotsMax = 4;

std::string RandomKey(std::mt19937_64& prng) { return absl::StrCat("k", prng() % 25); }

std::optional<Version> VersionIn(const Model& model, const std::string& key) {
  const auto found = model.find(key);
  return found == model.end() ? std::nullopt : std::optional<Version>(found->second.version);
}

Batch RandomBatch(const Model& model, std::mt19937_64& prng) {
  Batch batch;
  std::map<std::string, bool> chosen;  // key -> delete it?
  for (uint64_t i = prng() % 5; i > 0; --i) chosen[RandomKey(prng)] = prng() % 3 == 0;
  for (const auto& [key, remove] : chosen) {
    if (remove) {
      batch.deletes.push_back(key);
    } else {
      batch.puts.push_back({key, absl::StrCat("v", prng() % 1000)});
    }
  }
  for (uint64_t i = prng() % 3; i > 0; --i) {
    const std::string key = RandomKey(prng);
    std::optional<Version> version = VersionIn(model, key);
    if (prng() % 4 == 0) version = prng() % 2 == 0 ? std::nullopt : std::optional(Version{prng() % 50});
    batch.preconditions.push_back({key, version});
  }
  return batch;
}

void ApplyToBoth(Store& store, Model& model, const Batch& batch) {
  bool holds = true;
  for (const Precondition& precondition : batch.preconditions) {
    holds = holds && VersionIn(model, precondition.key) == precondition.version;
  }
  const absl::StatusOr<Version> version = store.Apply(batch, kForever);
  ASSERT_EQ(version.ok(), holds) << version.status();
  if (!holds) {
    ASSERT_EQ(ReasonOf(version.status()), "PRECONDITION_FAILED");
    return;
  }
  for (const KeyValue& put : batch.puts) model[put.key] = Entry{put.value, *version};
  for (const std::string& key : batch.deletes) model.erase(key);
}

void CompareScan(Store& store, const Model& model, const Snapshot& snapshot, std::mt19937_64& prng) {
  const std::string begin = prng() % 2 == 0 ? "" : RandomKey(prng);
  const std::string end = prng() % 2 == 0 ? "" : RandomKey(prng);
  Model seen;
  ASSERT_TRUE(store.Scan(begin, end, snapshot, kForever,
                         [&seen](absl::string_view key, const Entry& entry) {
                           seen.emplace(key, entry);
                           return true;
                         }).ok());
  Model expected;
  for (const auto& [key, entry] : model) {
    if (key >= begin && (end.empty() || key < end)) expected.emplace(key, entry);
  }
  ASSERT_EQ(seen, expected);
}

class StoreModel : public ::testing::TestWithParam<StoreFactory> {};

TEST_P(StoreModel, BehavesAsAMap) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const std::shared_ptr<Store> store = GetParam().make();
  Model model;
  struct Held {
    std::unique_ptr<Snapshot> snapshot;
    Model model;
  };
  std::vector<Held> held;
  for (int round = 0; round < kRounds; ++round) {
    switch (prng() % 6) {
      case 0: {
        const std::string key = RandomKey(prng);
        const absl::StatusOr<Entry> entry = store->Get(key, kForever);
        ASSERT_EQ(entry.ok(), model.contains(key));
        if (entry.ok()) {
          ASSERT_EQ(*entry, model[key]);
        }
        break;
      }
      case 1:
        if (held.size() == kSnapshotsMax) {
          held.erase(held.begin() + static_cast<std::ptrdiff_t>(prng() % held.size()));
        }
        held.push_back({store->TakeSnapshot(kForever).value(), model});
        break;
      case 2:
        if (held.empty()) break;
        {
          const Held& one = held[prng() % held.size()];
          ASSERT_NO_FATAL_FAILURE(CompareScan(*store, one.model, *one.snapshot, prng));
        }
        break;
      default:
        ASSERT_NO_FATAL_FAILURE(ApplyToBoth(*store, model, RandomBatch(model, prng)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreModel, ::testing::ValuesIn(AllStores()),
                         [](const ::testing::TestParamInfo<StoreFactory>& instance) {
                           return instance.param.name;
                         });

}  // namespace
}  // namespace safehaven
