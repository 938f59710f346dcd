#include "services/linkage/store/service_facts.h"

#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "libs/storage/memory_store.h"
#include "services/linkage/store/domain_keys.h"
#include "services/linkage/store/run_store.h"
#include "tests/support/environment_fakes.h"

namespace safehaven::linkage {
namespace {

using testing_support::FakeRandomness;

const absl::Time kNever = absl::InfiniteFuture();
const absl::Time kNow = absl::FromUnixSeconds(1'780'000'000);

TEST(Incarnation, IsMadeOnceAndAnewOnlyWhenAsked) {
  MemoryStore store;
  FakeRandomness randomness(1);
  const std::string first = *OpenIncarnation(store, randomness, false);
  EXPECT_EQ(first.size(), 32u);
  EXPECT_EQ(*OpenIncarnation(store, randomness, false), first);
  EXPECT_NE(*OpenIncarnation(store, randomness, true), first);
}

TEST(Followed, TheLastCheckpointIsReadBack) {
  MemoryStore store;
  EXPECT_FALSE(ReadFollowed(store)->has_value());
  FollowedCheckpoint checkpoint = {.incarnation = std::string(32, '1'), .size = 7};
  checkpoint.root.fill(9);
  ASSERT_TRUE(SaveFollowed(store, checkpoint).ok());
  EXPECT_EQ(**ReadFollowed(store), checkpoint);
}

TEST(UsedWarrantsTest, AWarrantIsGoodForOnePurposeAndItsRetries) {
  MemoryStore store;
  UsedWarrants used(store);
  const UsedWarrants::Use use = {.warrant = "w1", .expire_time = kNow + absl::Seconds(10), .purpose = "load:a", .now = kNow};
  EXPECT_TRUE(used.Take(use, kNever).ok());
  EXPECT_TRUE(used.Take(use, kNever).ok()) << "the same again";
  UsedWarrants::Use other = use;
  other.purpose = "load:b";
  EXPECT_EQ(ReasonOf(used.Take(other, kNever)), "WARRANT_USED");
  UsedWarrants restarted(store);
  EXPECT_EQ(ReasonOf(restarted.Take(other, kNever)), "WARRANT_USED") << "also after a restart";
}

TEST(UsedWarrantsTest, AreForgottenOnlyLongAfterTheyExpired) {
  MemoryStore store;
  UsedWarrants used(store);
  UsedWarrants::Use use = {.warrant = "w1", .expire_time = kNow + absl::Seconds(10), .purpose = "a", .now = kNow};
  ASSERT_TRUE(used.Take(use, kNever).ok());
  use.purpose = "b";
  use.now = kNow + absl::Minutes(5);
  EXPECT_EQ(ReasonOf(used.Take(use, kNever)), "WARRANT_USED");
  use.now = kNow + absl::Minutes(20);
  EXPECT_TRUE(used.Take(use, kNever).ok());
}

TEST(DomainKeysTest, ADomainsKeyIsMadeOnceAndKeptOnlyWrapped) {
  MemoryStore store;
  FakeRandomness randomness(1);
  DomainKeys keys(store, *KeyFromBytes(std::string(32, 'w')), randomness);
  const SecretKey key = *keys.Get("domain", kNever);
  EXPECT_EQ(*keys.Get("domain", kNever), key);
  EXPECT_FALSE(*keys.Get("other", kNever) == key);
  const std::string plain(key.Reveal().begin(), key.Reveal().end());
  const auto snapshot = store.TakeSnapshot(kNever);
  ASSERT_TRUE(store.Scan("", "", **snapshot, kNever, [&plain](absl::string_view, const Entry& entry) {
                     EXPECT_EQ(entry.value.find(plain), std::string::npos);
                     return true;
                   }).ok());
  DomainKeys stranger(store, *KeyFromBytes(std::string(32, 'x')), randomness);
  EXPECT_EQ(ReasonOf(stranger.Get("domain", kNever).status()), "WRAPPING_KEY_OTHER");
}

TEST(RunStoreTest, TheSameIdIsTheSameRun) {
  MemoryStore store;
  RunStore runs(store);
  storage::v1::LinkageRunRecord run;
  run.set_run("r1");
  run.set_question_digest("digest");
  run.set_accept_unix_ms(1);
  run.set_phase(storage::v1::LINKAGE_RUN_PHASE_PENDING);
  ASSERT_TRUE(runs.Add(run, kNever).ok());
  storage::v1::LinkageRunRecord again = run;
  again.set_accept_unix_ms(2);
  EXPECT_EQ(runs.Add(again, kNever)->accept_unix_ms(), 1) << "the first stays";
  again.set_question_digest("another");
  EXPECT_EQ(ReasonOf(runs.Add(again, kNever).status()), "REQUEST_ID_REUSED");
  EXPECT_EQ(ReasonOf(runs.Get("r2", kNever).status()), "RUN_UNKNOWN");
  EXPECT_EQ(runs.Pending(kNever)->size(), 1u);
  run.set_phase(storage::v1::LINKAGE_RUN_PHASE_FAILED);
  ASSERT_TRUE(runs.Update(run, kNever).ok());
  EXPECT_TRUE(runs.Pending(kNever)->empty());
}

}  // namespace
}  // namespace safehaven::linkage
