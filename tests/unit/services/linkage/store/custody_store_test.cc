// Acts of custody, numbered keys of pseudonym domains, and the history of crosswalks.
#include "services/linkage/store/custody_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/memory_store.h"
#include "services/linkage/store/crosswalk_history.h"
#include "services/linkage/store/domain_keys.h"
#include "tests/support/environment_fakes.h"
#include "tests/support/linkage_people.h"
#include "tests/support/seed.h"

namespace safehaven::linkage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::FakeRandomness;

const absl::Time kNever = absl::InfiniteFuture();
constexpr char kDomain[] = "CAG 9-01(a)/2025|ZC1|1";
constexpr char kReference[] = "CAG 9-01(a)/2025";

SecretKey WrappingKey(char byte) { return *KeyFromBytes(std::string(kKeyBytes, byte)); }

CustodyAct Protection(char id) {
  CustodyAct act;
  act.id = std::string(32, id);
  act.kind = CustodyKind::kProtect;
  act.reason = "adoption";
  act.proposed = {.officer = std::string(32, 'o'), .role = "caldicott_guardian", .authority = kReference,
                  .time_unix_ms = id};
  act.done = true;
  act.pair = ProtectedPair{.former = TestNumber(5), .present = TestNumber(105)};
  act.request_digest = "digest";
  return act;
}

class CustodyStoreTest : public testing::Test {
 protected:
  MemoryStore store_;
  FakeRandomness randomness_{1};
  CustodyStore custody_{store_, WrappingKey('w'), randomness_};
  DomainKeys keys_{store_, WrappingKey('w'), randomness_};
};

TEST_F(CustodyStoreTest, AProtectionIsReadBackWithTheKeyFromOutsideAndWithNoOther) {
  ASSERT_TRUE(custody_.Add(Protection('a'), kNever).ok());
  const auto acts = custody_.All(kNever);
  ASSERT_TRUE(acts.ok()) << acts.status();
  ASSERT_THAT(*acts, SizeIs(1));
  EXPECT_EQ(acts->front().pair->former, TestNumber(5));
  EXPECT_EQ(acts->front().pair->present, TestNumber(105));
  EXPECT_THAT(StandingProtections(*acts), SizeIs(1));
  CustodyStore stranger(store_, WrappingKey('x'), randomness_);
  EXPECT_EQ(ReasonOf(stranger.All(kNever).status()), "WRAPPING_KEY_OTHER");
}

TEST_F(CustodyStoreTest, AnActIsKeptOnceAndEndsOnce) {
  ASSERT_TRUE(custody_.Add(Protection('a'), kNever).ok());
  EXPECT_TRUE(custody_.Add(Protection('a'), kNever).ok()) << "a retry";
  CustodyAct other = Protection('a');
  other.request_digest = "another";
  EXPECT_EQ(ReasonOf(custody_.Add(other, kNever).status()), "REQUEST_ID_REUSED");
  EXPECT_EQ(ReasonOf(custody_.Update(Protection('a'), kNever)), "CUSTODY_DONE");
  EXPECT_EQ(ReasonOf(custody_.Get(std::string(32, 'b'), kNever).status()), "CUSTODY_UNKNOWN");
}

TEST_F(CustodyStoreTest, OnlyALiftThatIsDoneEndsAProtection) {
  CustodyAct lift = Protection('b');
  lift.kind = CustodyKind::kLift;
  lift.pair.reset();
  lift.protection = std::string(32, 'a');
  lift.done = false;
  EXPECT_THAT(StandingProtections({Protection('a'), lift}), SizeIs(1));
  lift.done = true;
  EXPECT_THAT(StandingProtections({Protection('a'), lift}), IsEmpty());
  EXPECT_THAT(StandingProtections({Protection('c'), lift}), SizeIs(1));
}

TEST_F(CustodyStoreTest, ARotatedDomainHasBothKeysUntilTheFormerIsDestroyed) {
  const SecretKey first = *keys_.Get(kDomain, kNever);
  ASSERT_TRUE(keys_.RotateTo(kDomain, 2, kNever).ok());
  ASSERT_TRUE(keys_.RotateTo(kDomain, 2, kNever).ok()) << "again is nothing";
  EXPECT_EQ(ReasonOf(keys_.RotateTo(kDomain, 4, kNever)), "PSEUDONYM_KEY_NOT_NEXT");
  const SecretKey second = *keys_.Get(kDomain, kNever);
  EXPECT_FALSE(second == first);
  EXPECT_EQ(*keys_.GetNumbered(kDomain, 1, kNever), first);
  EXPECT_EQ(*keys_.GetNumbered(kDomain, 2, kNever), second);
  ASSERT_TRUE(keys_.DestroyFormer(kDomain, kNever).ok());
  EXPECT_EQ(ReasonOf(keys_.GetNumbered(kDomain, 1, kNever).status()), "PSEUDONYM_KEY_DESTROYED");
  EXPECT_EQ(*keys_.Get(kDomain, kNever), second);
}

TEST_F(CustodyStoreTest, ADestroyedDomainNeverGetsAKeyAgain) {
  ASSERT_TRUE(keys_.Get(kDomain, kNever).ok());
  ASSERT_TRUE(keys_.RotateTo(kDomain, 2, kNever).ok());
  ASSERT_TRUE(keys_.Destroy(kDomain, kNever).ok());
  ASSERT_TRUE(keys_.Destroy(kDomain, kNever).ok());
  EXPECT_EQ(ReasonOf(keys_.Get(kDomain, kNever).status()), "PSEUDONYM_DOMAIN_ENDED");
  EXPECT_EQ(ReasonOf(keys_.RotateTo(kDomain, 3, kNever)), "PSEUDONYM_DOMAIN_ENDED");
  size_t wrapped = 0;
  const auto snapshot = store_.TakeSnapshot(kNever);
  ASSERT_TRUE(store_.Scan("", "", **snapshot, kNever, [&wrapped](absl::string_view key, const Entry&) {
                      wrapped += key.find("pseudonym_key") != absl::string_view::npos;
                      return true;
                    }).ok());
  EXPECT_EQ(wrapped, 0u);
  EXPECT_TRUE(keys_.Get("another|ZC1|1", kNever).ok());
}

TEST_F(CustodyStoreTest, ADomainWithoutAKeyYetCanLoseItsFormerKeys) {
  ASSERT_TRUE(keys_.DestroyFormer(kDomain, kNever).ok());
  EXPECT_TRUE(keys_.Get(kDomain, kNever).ok());
}

TEST_F(CustodyStoreTest, EveryRevisionCanBeReadAsItStood) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  CrosswalkHistory history(store_);
  std::vector<Crosswalk> revisions(1);
  const absl::Time start = absl::FromUnixSeconds(1'780'000'000);
  for (uint64_t revision = 1; revision <= 6; ++revision) {
    Crosswalk next;
    next.authority = kReference;
    next.revision = revision;
    for (uint64_t token = 1; token <= 60; ++token) {
      if (prng() % 4 != 0) next.records.push_back({TokenOf(token), 1 + prng() % 5});
    }
    const auto put = history.Stage(revisions.back(), next, start + absl::Hours(24 * static_cast<int64_t>(revision)), kNever);
    ASSERT_TRUE(put.ok()) << put.status();
    ASSERT_TRUE(store_.Apply({.preconditions = {}, .puts = {*put}, .deletes = {}}, kNever).ok());
    revisions.push_back(next);
  }
  for (uint64_t revision = 1; revision <= 6; ++revision) {
    const auto records = history.RecordsAsOf(revisions.back(), revision, kNever);
    ASSERT_TRUE(records.ok()) << records.status();
    EXPECT_EQ(*records, revisions[revision].records) << revision;
    EXPECT_EQ(*history.RevisionOn(kReference, CivilDay::InLondon(start + absl::Hours(24 * static_cast<int64_t>(revision))),
                                  kNever), revision);
  }
  EXPECT_EQ(ReasonOf(history.RevisionOn(kReference, CivilDay::InLondon(start), kNever).status()), "HISTORY_NOT_KEPT");
  EXPECT_EQ(ReasonOf(history.RecordsAsOf(revisions.back(), 7, kNever).status()), "REVISION_UNKNOWN");
  // A crosswalk from before there was a history.
  Crosswalk older = revisions.back();
  older.authority = "another";
  EXPECT_EQ(ReasonOf(history.RecordsAsOf(older, 1, kNever).status()), "HISTORY_NOT_KEPT");
}

}  // namespace
}  // namespace safehaven::linkage
