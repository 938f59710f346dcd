// Admitting a warrant at a data service, once its checkpoint is known: what stands
// before every answer. The log has a million leaves; 64 warrants came in one group
// commit and share its checkpoint.
#include <benchmark/benchmark.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "libs/base/status.h"
#include "libs/follow/consent_follower.h"
#include "libs/merkle/commitment.h"
#include "libs/merkle/tree.h"
#include "libs/warrant/verify.h"
#include "tests/bench/support/comparison.h"
#include "tests/support/environment_fakes.h"
#include "tests/support/merkle_fixtures.h"

namespace safehaven::bench {
namespace {

using testing_support::kTestOrigin;
using testing_support::TestSigner;

constexpr uint64_t kLeaves = 1'000'000;
constexpr uint64_t kLeavesQuick = 1'000;
constexpr size_t kWarrants = 64;

Question AskedQuestion() {
  Question question;
  question.approval = "CAG 9-01(a)/2025";
  question.purpose = Purpose::kCommissioningPlanning;
  question.operation = Operation::kAggregate;
  question.identifiability = Identifiability::kAggregateSuppressed;
  question.commissioner = "ZC1";
  question.list_day = CivilDay(20'362);
  question.first_day = CivilDay(20'179);
  question.last_day = CivilDay(20'543);
  question.datasets = {"acute/apc", "social_care/services"};
  question.measures = {"cost_per_head"};
  question.dimensions = {"age_band", "sector"};
  return Normalise(question).value();
}

class World {
 public:
  explicit World(uint64_t leaves) : question(AskedQuestion()), signer_(TestSigner(kTestOrigin, 'k')) {
    std::mt19937_64 prng(1);
    tree_ = testing_support::RandomTree(prng, leaves);
    for (size_t i = 0; i < kWarrants; ++i) AddWarrant(i);
    Finish();
    follower = std::make_unique<ConsentFollower>(
        ConsentFollower::Options{.rules = {.origin = kTestOrigin, .log_keys = keys},
                                 .audience = "costing",
                                 .start_time = clock_.Now() - absl::Hours(1)},
        ConsentCalls{.watch = [this](const Revision&, const Revision&) { return News(); },
                     .prove = [this](uint64_t first, uint64_t second) { return tree_.ConsistencyProof(first, second); }},
        clock_, [](const FollowedCheckpoint&) { return absl::OkStatus(); }, std::nullopt);
    SH_CHECK(follower->Poll().ok());
  }

  absl::StatusOr<AdmittedWarrant> Admit(const ProvenLeaf& leaf) const {
    return follower->Admit(leaf, {.question = &question,
                                  .operation = Operation::kAggregate,
                                  .presenter_thumbprint = thumbprint});
  }

  Question question;
  std::string thumbprint = std::string(32, 'p');
  std::vector<ProvenLeaf> warrants;
  std::vector<NoteVerifier> keys;
  std::unique_ptr<ConsentFollower> follower;

 private:
  void AddWarrant(size_t number) {
    const Revision revision = {.incarnation = testing_support::kTestIncarnation, .size = 5};
    const std::string body =
        SerialiseWarrant({.id = absl::StrFormat("%032x", number),
                          .question_digest = QuestionDigest(question),
                          .operation = question.operation,
                          .purpose = question.purpose,
                          .identifiability = question.identifiability,
                          .audience = "costing",
                          .presenter_thumbprint = thumbprint,
                          .organisation = "ZC1",
                          .role = "analyst",
                          .caller_digest = std::string(32, 'c'),
                          .approval = question.approval,
                          .relied_on = {{"agreements/DSA-SEAHAVEN-acute", 1}, {"agreements/DSA-SEAHAVEN-social_care", 2},
                                        {"approvals/CAG 9-01(a)/2025", 3}, {"organisations/ZC1", 4}},
                          .population = {.commissioner = "ZC1", .list_day = question.list_day},
                          .disclosure_domain = "seahaven",
                          .flows = {"acute-apc-2025", "social_care-services-2025"},
                          .crosswalk = "CAG 9-01(a)/2025",
                          .objections = {{.source = "acute", .sets = {"national", "type1"}},
                                         {.source = "social_care", .sets = {"national", "type1"}}},
                          .objection_revision = revision,
                          .register_revision = revision,
                          .issue_time = clock_.Now(),
                          .expire_time = clock_.Now() + absl::Seconds(10)});
    const std::string salt(kSaltBytes, 's');
    tree_.Append(LeafHash(AsBytes(Commitment({.kind = kWarrantLeafKind, .salt = salt, .body = body}))));
    warrants.push_back({.kind = kWarrantLeafKind, .index = tree_.size() - 1, .salt = salt, .body = body});
  }

  // One checkpoint over all of them.
  void Finish() {
    keys = {signer_.verifier()};
    note_ = SignCheckpoint({.origin = kTestOrigin,
                            .size = tree_.size(),
                            .root = tree_.Root(),
                            .incarnation = testing_support::kTestIncarnation},
                           signer_)
                .value();
    for (ProvenLeaf& warrant : warrants) {
      warrant.inclusion = tree_.InclusionProof(warrant.index, tree_.size()).value();
      warrant.checkpoint = note_;
    }
  }

  ConsentNews News() const {
    return {.heartbeat = SignHeartbeat({.origin = kTestOrigin,
                                        .incarnation = testing_support::kTestIncarnation,
                                        .size = tree_.size(),
                                        .root = tree_.Root(),
                                        .time = clock_.Now()},
                                       signer_)
                             .value(),
            .checkpoint = note_,
            .consistency = {}};
  }

  testing_support::FakeClock clock_;
  NoteSigner signer_;
  MerkleTree tree_;
  std::string note_;
};

// The yardstick: the one signature that all warrants of a group commit share.
void OpenNotes(const World& world, benchmark::State& state) {
  for (auto _ : state) {
    const auto opened = OpenCheckpoint(world.warrants[0].checkpoint, world.keys);
    if (!opened.ok()) state.SkipWithError("the checkpoint does not open");
    benchmark::DoNotOptimize(opened);
  }
}

void AdmitWarrants(const World& world, benchmark::State& state) {
  size_t next = 0;
  for (auto _ : state) {
    const auto admitted = world.Admit(world.warrants[next++ % kWarrants]);
    if (!admitted.ok()) state.SkipWithError("a warrant was refused");
    benchmark::DoNotOptimize(admitted);
  }
}

absl::Status Agrees(const World& world) {
  for (const ProvenLeaf& warrant : world.warrants) SH_RETURN_IF_ERROR(world.Admit(warrant).status());
  ProvenLeaf altered = world.warrants[0];
  altered.body[40] = static_cast<char>(altered.body[40] ^ 1);
  if (ReasonOf(world.Admit(altered).status()) != "WARRANT_UNPROVEN") return Internal("VERIFY_WRONG", "altered body");
  altered = world.warrants[0];
  altered.checkpoint[altered.checkpoint.size() - 8] ^= 1;
  if (world.Admit(altered).ok()) return Internal("VERIFY_WRONG", "altered signature");
  return absl::OkStatus();
}

}  // namespace

std::vector<Comparison> Comparisons(bool quick) {
  const auto world = std::make_shared<const World>(quick ? kLeavesQuick : kLeaves);
  Comparison verify;
  verify.name = "warrant/verify";
  verify.sides = {{.name = "open note", .body = [world](benchmark::State& state) { OpenNotes(*world, state); }},
                  {.name = "admit", .body = [world](benchmark::State& state) { AdmitWarrants(*world, state); }}};
  verify.figures = {{.name = "admitting a warrant, checkpoint known", .unit = "us", .of = CpuMicrosPerItem(1),
                     .bound = AtMost(10),
                     .physical_limit = "20 SHA-256 of nodes and 2 of bodies, 3.5 us; parsing 600 bytes, 1 us"},
                    {.name = "verifying a checkpoint's signature", .unit = "us", .of = CpuMicrosPerItem(0)},
                    {.name = "admitting against one signature", .unit = "ratio", .of = CpuRatio(1, 0)}};
  verify.agrees = [world] { return Agrees(*world); };
  return {verify};
}

}  // namespace safehaven::bench
