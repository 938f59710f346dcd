// What every engine and decorator must do: the contract of libs/storage/store.h, one
// case a sentence. A new engine is one line in tests/support/store_factories.h.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/base/status.h"
#include "libs/storage/store.h"
#include "tests/support/store_factories.h"

namespace safehaven {
namespace {

using testing_support::AllStores;
using testing_support::StoreFactory;

constexpr absl::Time kForever = absl::InfiniteFuture();

class StoreConformance : public ::testing::TestWithParam<StoreFactory> {
 protected:
  StoreConformance() : store_(GetParam().make()) {}

  Version Put(const std::string& key, const std::string& value) {
    return store_->Apply({.preconditions = {}, .puts = {{key, value}}, .deletes = {}}, kForever)
        .value();
  }
  Version Delete(const std::string& key) {
    return store_->Apply({.preconditions = {}, .puts = {}, .deletes = {key}}, kForever).value();
  }
  // A put of "probe" that holds only if `precondition` does.
  absl::Status TryPut(const Precondition& precondition) {
    return store_->Apply({.preconditions = {precondition}, .puts = {{"probe", "x"}}, .deletes = {}},
                         kForever).status();
  }
  bool Has(const std::string& key) { return store_->Get(key, kForever).ok(); }

  std::unique_ptr<Snapshot> Now() { return store_->TakeSnapshot(kForever).value(); }

  std::vector<std::string> Keys(const std::string& begin, const std::string& end,
                                const Snapshot& snapshot) {
    std::vector<std::string> keys;
    EXPECT_TRUE(store_->Scan(begin, end, snapshot, kForever,
                             [&keys](absl::string_view key, const Entry&) {
                               keys.emplace_back(key);
                               return true;
                             }).ok());
    return keys;
  }

  std::shared_ptr<Store> store_;
};

TEST_P(StoreConformance, AnAbsentKeyIsNotFound) {
  const absl::Status status = store_->Get("a", kForever).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReasonOf(status), "KEY_ABSENT");
}

TEST_P(StoreConformance, WhatWasPutIsReadWithItsVersion) {
  const Version version = Put("a", "1");
  EXPECT_EQ(store_->Get("a", kForever).value(), (Entry{"1", version}));
}

TEST_P(StoreConformance, KeysAndValuesAreAnyBytes) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  Put(all, all);
  Put("empty", "");
  EXPECT_EQ(store_->Get(all, kForever)->value, all);
  EXPECT_EQ(store_->Get("empty", kForever)->value, "");
}

TEST_P(StoreConformance, EachBatchHasAGreaterVersion) {
  const Version first = Put("a", "1");
  const Version second = Put("b", "1");
  const Version third = Put("a", "2");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_EQ(store_->Get("a", kForever)->version, third);
  EXPECT_EQ(store_->Get("b", kForever)->version, second);
}

TEST_P(StoreConformance, AllKeysOfABatchHaveItsVersion) {
  const Version version =
      store_->Apply({.preconditions = {}, .puts = {{"a", "1"}, {"b", "2"}}, .deletes = {}}, kForever)
          .value();
  EXPECT_EQ(store_->Get("a", kForever)->version, version);
  EXPECT_EQ(store_->Get("b", kForever)->version, version);
}

TEST_P(StoreConformance, ApplyIsAllOrNothing) {
  Put("a", "1");
  // `a` exists, so a batch that requires it absent must change nothing, not even `b`.
  const Batch batch = {.preconditions = {{"a", std::nullopt}},
                       .puts = {{"b", "2"}},
                       .deletes = {"a"}};
  const absl::Status status = store_->Apply(batch, kForever).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(status), "PRECONDITION_FAILED");
  EXPECT_FALSE(Has("b"));
  EXPECT_TRUE(Has("a"));
}

TEST_P(StoreConformance, AFailedPreconditionIsNamedByItsPlace) {
  Put("a", "1");
  const Batch batch = {.preconditions = {{"x", std::nullopt}, {"a", std::nullopt}},
                       .puts = {{"b", "2"}},
                       .deletes = {}};
  EXPECT_EQ(MetadataOf(store_->Apply(batch, kForever).status()).at("precondition"), "1");
}

TEST_P(StoreConformance, AbsentHoldsBeforeTheFirstPutAndAfterADelete) {
  EXPECT_TRUE(TryPut({"a", std::nullopt}).ok());
  Put("a", "1");
  EXPECT_EQ(ReasonOf(TryPut({"a", std::nullopt})), "PRECONDITION_FAILED");
  Delete("a");
  EXPECT_TRUE(TryPut({"a", std::nullopt}).ok());
}

TEST_P(StoreConformance, AVersionHoldsUntilTheNextPut) {
  const Version first = Put("a", "1");
  EXPECT_TRUE(TryPut({"a", first}).ok());
  const Version second = Put("a", "1");
  EXPECT_EQ(ReasonOf(TryPut({"a", first})), "PRECONDITION_FAILED");
  EXPECT_TRUE(TryPut({"a", second}).ok());
}

TEST_P(StoreConformance, AVersionDoesNotHoldForAnAbsentOrRecreatedKey) {
  const Version first = Put("a", "1");
  Delete("a");
  EXPECT_EQ(ReasonOf(TryPut({"a", first})), "PRECONDITION_FAILED");
  Put("a", "1");
  EXPECT_EQ(ReasonOf(TryPut({"a", first})), "PRECONDITION_FAILED");
}

TEST_P(StoreConformance, PreconditionsMayStandAlone) {
  const Version version = Put("a", "1");
  const Batch batch = {.preconditions = {{"a", version}}, .puts = {}, .deletes = {}};
  EXPECT_TRUE(store_->Apply(batch, kForever).ok());
  Put("a", "2");
  EXPECT_EQ(ReasonOf(store_->Apply(batch, kForever).status()), "PRECONDITION_FAILED");
}

TEST_P(StoreConformance, DeletingAnAbsentKeyIsAllowed) {
  Delete("a");
  EXPECT_FALSE(Has("a"));
}

TEST_P(StoreConformance, RefusesABatchThatWritesAKeyTwice) {
  for (const Batch& batch :
       {Batch{.preconditions = {}, .puts = {{"a", "1"}, {"a", "2"}}, .deletes = {}},
        Batch{.preconditions = {}, .puts = {{"a", "1"}}, .deletes = {"a"}},
        Batch{.preconditions = {}, .puts = {}, .deletes = {"a", "a"}}}) {
    EXPECT_EQ(ReasonOf(store_->Apply(batch, kForever).status()), "BATCH_INVALID");
  }
  EXPECT_FALSE(Has("a"));
}

TEST_P(StoreConformance, RefusesKeysOutOfBounds) {
  const std::string longest(kKeyBytesMax, 'k');
  const std::string too_long(kKeyBytesMax + 1, 'k');
  Put(longest, "1");
  EXPECT_TRUE(Has(longest));
  for (const std::string& key : {std::string(), too_long}) {
    EXPECT_EQ(ReasonOf(store_->Apply({.preconditions = {}, .puts = {{key, ""}}, .deletes = {}},
                                     kForever).status()),
              "BATCH_INVALID");
    EXPECT_EQ(ReasonOf(TryPut({key, std::nullopt})), "BATCH_INVALID");
    EXPECT_EQ(ReasonOf(store_->Get(key, kForever).status()), "KEY_INVALID");
  }
}

TEST_P(StoreConformance, RefusesBatchesOutOfBounds) {
  const std::string too_long(kValueBytesMax + 1, 'v');
  EXPECT_EQ(ReasonOf(store_->Apply({.preconditions = {}, .puts = {{"a", too_long}}, .deletes = {}},
                                   kForever).status()),
            "BATCH_INVALID");
}

TEST_P(StoreConformance, HoldsValuesOfMegabytes) {
  const std::string large(5 * 1024 * 1024, 'v');
  Put("a", large);
  EXPECT_EQ(store_->Get("a", kForever)->value, large);
}

TEST_P(StoreConformance, MultiGetAnswersInTheOrderOfItsKeys) {
  const Version version = Put("b", "2");
  const std::vector<std::string> keys = {"c", "b", "a", "b"};
  const auto entries = store_->MultiGet(keys, kForever).value();
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_FALSE(entries[0].has_value());
  EXPECT_EQ(entries[1], (Entry{"2", version}));
  EXPECT_FALSE(entries[2].has_value());
  EXPECT_EQ(entries[3], (Entry{"2", version}));
  EXPECT_TRUE(store_->MultiGet({}, kForever)->empty());
}

TEST_P(StoreConformance, ScanIsInByteOrderAndHalfOpen) {
  for (const char* key : {"b", "a", "\xff", "ab", "c"}) Put(key, key);
  Put(std::string("a\0", 2), "");
  const auto now = Now();
  EXPECT_EQ(Keys("", "", *now),
            (std::vector<std::string>{"a", std::string("a\0", 2), "ab", "b", "c", "\xff"}));
  EXPECT_EQ(Keys("ab", "c", *now), (std::vector<std::string>{"ab", "b"}));
  EXPECT_EQ(Keys("aa", "ab", *now), std::vector<std::string>{});
  EXPECT_EQ(Keys("c", "a", *now), std::vector<std::string>{});
  EXPECT_EQ(Keys("c", "", *now), (std::vector<std::string>{"c", "\xff"}));
}

TEST_P(StoreConformance, ScanGivesValuesAndVersions) {
  const Version version = Put("a", "1");
  const auto now = Now();
  Entry seen;
  ASSERT_TRUE(store_->Scan("", "", *now, kForever, [&seen](absl::string_view, const Entry& entry) {
    seen = entry;
    return true;
  }).ok());
  EXPECT_EQ(seen, (Entry{"1", version}));
}

TEST_P(StoreConformance, ScanStopsWhenTheVisitorHasEnough) {
  for (int i = 0; i < 10; ++i) Put(absl::StrCat("k", i), "");
  int visited = 0;
  const auto now = Now();
  ASSERT_TRUE(store_->Scan("", "", *now, kForever, [&visited](absl::string_view, const Entry&) {
    return ++visited < 3;
  }).ok());
  EXPECT_EQ(visited, 3);
}

TEST_P(StoreConformance, ASnapshotDoesNotMove) {
  Put("a", "1");
  Put("gone", "1");
  const auto before = Now();
  const Version last = Put("a", "2");
  Put("new", "1");
  Delete("gone");
  EXPECT_EQ(Keys("", "", *before), (std::vector<std::string>{"a", "gone"}));
  EXPECT_EQ(GetAt(*store_, "a", *before, kForever)->value, "1");
  EXPECT_EQ(ReasonOf(GetAt(*store_, "new", *before, kForever).status()), "KEY_ABSENT");
  EXPECT_LT(before->version(), last);
  EXPECT_EQ(store_->Get("a", kForever)->value, "2");
  EXPECT_EQ(Keys("", "", *Now()), (std::vector<std::string>{"a", "new"}));
}

TEST_P(StoreConformance, ASnapshotKnowsItsVersion) {
  EXPECT_EQ(Now()->version(), Version{0});
  const Version version = Put("a", "1");
  EXPECT_EQ(Now()->version(), version);
}

TEST_P(StoreConformance, AnExpiredSnapshotIsRefused) {
  Put("a", "1");
  const auto expired = store_->TakeSnapshot(absl::InfinitePast()).value();
  const absl::Status status =
      store_->Scan("", "", *expired, kForever, [](absl::string_view, const Entry&) { return true; });
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), "SNAPSHOT_EXPIRED");
}

TEST_P(StoreConformance, ScanPrefixVisitsExactlyThePrefix) {
  for (const char* key : {"a", "p", "pa", "pz", "q", "p\xff\xff", "\xff", "\xff\xff"}) Put(key, "");
  const auto now = Now();
  std::vector<std::string> keys;
  const auto collect = [&keys](absl::string_view key, const Entry&) {
    keys.emplace_back(key);
    return true;
  };
  ASSERT_TRUE(ScanPrefix(*store_, "p", *now, kForever, collect).ok());
  EXPECT_EQ(keys, (std::vector<std::string>{"p", "pa", "pz", "p\xff\xff"}));
  keys.clear();
  ASSERT_TRUE(ScanPrefix(*store_, "\xff", *now, kForever, collect).ok());
  EXPECT_EQ(keys, (std::vector<std::string>{"\xff", "\xff\xff"}));
}

TEST_P(StoreConformance, APassedDeadlineChangesNothing) {
  constexpr absl::Time kPassed = absl::InfinitePast();
  Put("a", "1");
  const auto now = Now();
  const absl::Status applied =
      store_->Apply({.preconditions = {}, .puts = {{"b", "1"}}, .deletes = {}}, kPassed).status();
  EXPECT_EQ(applied.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(ReasonOf(applied), "DEADLINE_PASSED");
  EXPECT_FALSE(Has("b"));
  const std::vector<std::string> keys = {"a"};
  EXPECT_EQ(ReasonOf(store_->Get("a", kPassed).status()), "DEADLINE_PASSED");
  EXPECT_EQ(ReasonOf(store_->MultiGet(keys, kPassed).status()), "DEADLINE_PASSED");
  EXPECT_EQ(ReasonOf(store_->Scan("", "", *now, kPassed,
                                  [](absl::string_view, const Entry&) { return true; })),
            "DEADLINE_PASSED");
}

TEST_P(StoreConformance, OfManyThatWantOneVersionOneWins) {
  // Goal: preconditions are judged one after the other, also inside a group commit.
  constexpr int kThreads = 4;
  constexpr int kRounds = 50;
  Put("counter", "0");
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this] {
      for (int done = 0; done < kRounds;) {
        const Entry entry = store_->Get("counter", kForever).value();
        const Batch increment = {
            .preconditions = {{"counter", entry.version}},
            .puts = {{"counter", absl::StrCat(std::stoi(entry.value) + 1)}},
            .deletes = {}};
        const absl::Status status = store_->Apply(increment, kForever).status();
        if (status.ok()) {
          ++done;
        } else {
          EXPECT_EQ(ReasonOf(status), "PRECONDITION_FAILED");
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store_->Get("counter", kForever)->value, absl::StrCat(kThreads * kRounds));
}

TEST_P(StoreConformance, ASnapshotNeverSeesHalfABatch) {
  // Goal: two keys that are always put together are equal in every snapshot.
  constexpr int kRounds = 200;
  const auto put_both = [this](int i) {
    const std::string value = absl::StrCat(i);
    EXPECT_TRUE(store_->Apply({.preconditions = {}, .puts = {{"x", value}, {"y", value}}, .deletes = {}},
                              kForever).ok());
  };
  put_both(0);
  std::thread writer([&put_both] {
    for (int i = 1; i <= kRounds; ++i) put_both(i);
  });
  for (int i = 0; i < kRounds; ++i) {
    const auto now = Now();
    EXPECT_EQ(GetAt(*store_, "x", *now, kForever).value(), GetAt(*store_, "y", *now, kForever).value());
    const std::vector<std::string> keys = {"x", "y"};
    const auto both = store_->MultiGet(keys, kForever).value();
    EXPECT_EQ(both[0], both[1]);
  }
  writer.join();
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreConformance, ::testing::ValuesIn(AllStores()),
                         [](const ::testing::TestParamInfo<StoreFactory>& instance) {
                           return instance.param.name;
                         });

}  // namespace
}  // namespace safehaven
