// The new enemy: somebody objects, consent acknowledges it, and only then is a question
// decided and answered, from a service that has not heard of the objection yet.
//
// Goal: with the check of the objection revision this never happens; without it, it does,
// and this test sees it. Method: two writers of objections, a follower that lags behind
// them, and somebody who asks for rows all the while. Without the check: a warrant that
// names no objections.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "libs/storage/memory_store.h"
#include "tests/support/costing_world.h"

namespace safehaven::costing {
namespace {

constexpr int kQuestions = 40;

// What consent has acknowledged: each objection is one revision more. Thread-safe.
class Acknowledged {
 public:
  struct State {
    uint64_t size = 1;
    std::set<uint64_t> objectors;
  };
  // A person objects, or withdraws that.
  void Turn(uint64_t person) {
    absl::MutexLock lock(&mutex_);
    ++state_.size;
    if (!state_.objectors.erase(person)) state_.objectors.insert(person);
  }
  State Now() const {
    absl::MutexLock lock(&mutex_);
    return state_;
  }

 private:
  mutable absl::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_);
};

class NewEnemyTest : public testing::Test {
 protected:
  NewEnemyTest() {
    Load(service_, linkage_, OpenRequest(consent_), Episodes());
    Publish(service_, consent_.objections(1));
    linkage_.resolve = [](const linkage::v1::ResolvePersonsRequest& request) -> absl::StatusOr<linkage::v1::ResolvePersonsResponse> {
      linkage::v1::ResolvePersonsResponse response;
      for (const uint64_t person : request.persons()) response.add_pseudonyms(absl::StrCat(person));
      return response;
    };
  }

  void Apply(const Acknowledged::State& state) {
    SH_CHECK(service_.live.SetExclusions(kAuthority, 1, consent_.objections(state.size),
                                         {{"national", {state.objectors.begin(), state.objectors.end()}}}).ok());
  }

  // People in an answer who had objected, and been told so, before it was decided, and
  // have not withdrawn since.
  size_t Anomalies(bool check) {
    const Acknowledged::State before = acknowledged_.Now();
    const v1::AnswerRequest request = Ask(consent_, RowsQuestion(), [&](Warrant& warrant) {
      warrant.objection_revision = consent_.objections(check ? before.size : 1);
    });
    const auto response = service_.handlers.answers.Answer(service_.CallFrom("gateway"), request);
    EXPECT_TRUE(response.ok()) << response.status();
    const Acknowledged::State after = acknowledged_.Now();
    const auto& columns = response->answer().columns();
    const auto at = static_cast<int>(std::find(columns.begin(), columns.end(), "pseudonym") - columns.begin());
    size_t anomalies = 0;
    for (const v1::AnswerRow& row : response->answer().rows()) {
      uint64_t person = 0;
      SH_CHECK(absl::SimpleAtoi(row.values(at), &person));
      anomalies += before.objectors.contains(person) && after.objectors.contains(person) && steady_.contains(person);
    }
    return anomalies;
  }

  // Asks while people object and the follower lags; how often somebody was in an answer
  // who should not have been.
  size_t AskAmongWriters(bool check) {
    std::atomic<bool> done{false};
    std::vector<std::thread> threads;
    // Those who object and stay with it, one after the other, and those who go back and forth.
    threads.emplace_back([&] {
      for (const uint64_t person : steady_) {
        acknowledged_.Turn(person);
        for (int i = 0; i < 100 && !done; ++i) std::this_thread::yield();
      }
    });
    threads.emplace_back([&] {
      for (uint64_t i = 0; !done; ++i) {
        acknowledged_.Turn(11 + i % 10);
        for (int j = 0; j < 20 && !done; ++j) std::this_thread::yield();
      }
    });
    threads.emplace_back([&] {
      while (!done) {
        const Acknowledged::State state = acknowledged_.Now();
        for (int i = 0; i < 20 && !done; ++i) std::this_thread::yield();  // old by the time it is applied
        Apply(state);
      }
    });
    size_t anomalies = 0;
    for (int i = 0; i < kQuestions; ++i) anomalies += Anomalies(check);
    done = true;
    for (std::thread& thread : threads) thread.join();
    return anomalies;
  }

  WorldClock clock_;
  safehaven::testing_support::FakeRandomness randomness_{1};
  MemoryStore store_;
  ConsentInMemory consent_{clock_};
  LinkageInMemory linkage_;
  CostingService service_{store_, consent_, linkage_, clock_, randomness_};
  Acknowledged acknowledged_;
  const std::set<uint64_t> steady_ = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
};

TEST_F(NewEnemyTest, WithTheCheckNobodyWhoHadObjectedIsInAnAnswer) { EXPECT_EQ(AskAmongWriters(/*check=*/true), 0u); }

// The follower has not applied anything yet: without the check nothing keeps the answer.
TEST_F(NewEnemyTest, WithoutTheCheckTheTestSeesTheAnomaly) {
  acknowledged_.Turn(1);
  EXPECT_EQ(Anomalies(/*check=*/false), 1u);
  Apply(acknowledged_.Now());
  EXPECT_EQ(Anomalies(/*check=*/false), 0u) << "it is the lag that does it";
  acknowledged_.Turn(2);
  EXPECT_EQ(Anomalies(/*check=*/false), 1u);
}

}  // namespace
}  // namespace safehaven::costing
