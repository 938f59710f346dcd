#include "libs/follow/consent_follower.h"

#include <gtest/gtest.h>

#include <utility>

#include "libs/base/status.h"
#include "libs/merkle/commitment.h"
#include "libs/merkle/tree.h"
#include "libs/warrant/verify.h"

namespace safehaven {
namespace {

constexpr char kOrigin[] = "demo.safehaven.invalid/consent";
const std::string kThumbprint(32, 'p');

class ManualClock : public Clock {
 public:
  absl::Time Now() const override { return now; }
  absl::Time now = absl::FromUnixSeconds(1'780'000'000);
};

Question AnyQuestion() {
  return *Normalise({.approval = "CAG 9-01(a)/2025",
                     .purpose = Purpose::kCommissioningPlanning,
                     .operation = Operation::kAggregate,
                     .identifiability = Identifiability::kAggregateSuppressed,
                     .commissioner = "ZC1",
                     .datasets = {"acute/apc"},
                     .measures = {"cost"}});
}

// A consent with a real log in memory and a real key.
class LogOfConsent {
 public:
  LogOfConsent(const ManualClock& clock, char key, char incarnation = '1')
      : clock_(clock), incarnation_(32, incarnation),
        signers_({SignerOf(key)}) {}

  static NoteSigner SignerOf(char key) {
    return *NoteSigner::Make(kOrigin, NoteKeyKind::kEd25519, *Ed25519PrivateKey::FromSeed(std::string(32, key)));
  }
  // Signs with these keys from now on.
  void SignWith(absl::string_view keys) {
    signers_.clear();
    for (const char key : keys) signers_.push_back(SignerOf(key));
  }

  ProvenLeaf Log(uint8_t kind, const std::string& body) {
    const std::string salt(kSaltBytes, 's');
    tree_.Append(LeafHash(AsBytes(Commitment({.kind = kind, .salt = salt, .body = body}))));
    return {.kind = kind,
            .index = tree_.size() - 1,
            .salt = salt,
            .body = body,
            .inclusion = *tree_.InclusionProof(tree_.size() - 1, tree_.size()),
            .checkpoint = Note()};
  }

  ProvenLeaf LogWarrant() {
    Warrant warrant = {.id = std::string(32, 'a'),
                       .question_digest = QuestionDigest(AnyQuestion()),
                       .operation = Operation::kAggregate,
                       .purpose = Purpose::kCommissioningPlanning,
                       .identifiability = Identifiability::kAggregateSuppressed,
                       .audience = "costing",
                       .presenter_thumbprint = kThumbprint,
                       .organisation = "ZC1",
                       .role = "analyst",
                       .caller_digest = std::string(32, 'c'),
                       .approval = "CAG 9-01(a)/2025",
                       .issue_time = clock_.now,
                       .expire_time = clock_.now + absl::Seconds(10)};
    return Log(kWarrantLeafKind, SerialiseWarrant(warrant));
  }

  std::string Note() const {
    return *SignCheckpoint({.origin = kOrigin, .size = tree_.size(), .root = tree_.Root(), .incarnation = incarnation_},
                           signers_);
  }

  ConsentNews News(const Revision& have) const {
    ConsentNews news = {.heartbeat = *SignHeartbeat({.origin = kOrigin,
                                                     .incarnation = incarnation_,
                                                     .size = tree_.size(),
                                                     .root = tree_.Root(),
                                                     .time = clock_.now + skew,
                                                     .floor = floor},
                                                    signers_),
                        .checkpoint = Note(),
                        .consistency = {}};
    if (have.size > 0 && have.size <= tree_.size()) {
      news.consistency = *tree_.ConsistencyProof(have.size, tree_.size());
    }
    return news;
  }

  ConsentCalls Calls() {
    return {.watch = [this](const Revision& have, const Revision&) -> absl::StatusOr<ConsentNews> {
              if (silent) return Unavailable("CONSENT_UNREACHABLE", "silent");
              return News(have);
            },
            .prove = [this](uint64_t first, uint64_t second) { return tree_.ConsistencyProof(first, second); },
            .cosigned = [this]() -> absl::StatusOr<std::vector<std::string>> { return cosigned; }};
  }

  // Witnesses, by letters, sign the log as it is.
  void BeSeenBy(absl::string_view witnesses) {
    for (const char letter : witnesses) cosigned.push_back(*AddSignature(Note(), WitnessOf(letter), clock_.now));
  }
  static NoteSigner WitnessOf(char letter) {
    return *NoteSigner::Make(std::string("witness/") + letter, NoteKeyKind::kCosignature,
                             *Ed25519PrivateKey::FromSeed(std::string(32, letter)));
  }


  uint64_t floor = 0;
  bool silent = false;
  std::vector<std::string> cosigned;
  absl::Duration skew;

 private:
  const ManualClock& clock_;
  std::string incarnation_;
  std::vector<NoteSigner> signers_;
  MerkleTree tree_;
};

class ConsentFollowerTest : public testing::Test {
 protected:
  ConsentFollowerTest() : consent_(clock_, 'k') { consent_.Log(2, "first"); }

  // Believes the keys of `believed`; the first consent's is 'k'.
  ConsentFollower Follower(LogOfConsent& consent, std::string reconciled = "", absl::string_view believed = "k") {
    FollowRules rules = {.origin = kOrigin, .log_keys = {}, .witnesses = {}};
    for (const char key : believed) rules.log_keys.push_back(LogOfConsent::SignerOf(key).verifier());
    return ConsentFollower({.rules = std::move(rules),
                            .audience = "costing",
                            .start_time = clock_.now - absl::Hours(1),
                            .reconciled_incarnation = std::move(reconciled)},
                           consent.Calls(), clock_,
                           [this](const FollowedCheckpoint& checkpoint) {
                             saved_ = checkpoint;
                             return absl::OkStatus();
                           },
                           saved_);
  }

  std::string Refusal(ConsentFollower& follower, const ProvenLeaf& leaf) {
    const Question question = AnyQuestion();
    return ReasonOf(follower
                        .Admit(leaf, {.question = &question,
                                      .operation = Operation::kAggregate,
                                      .presenter_thumbprint = kThumbprint})
                        .status());
  }

  ManualClock clock_;
  LogOfConsent consent_;
  std::optional<FollowedCheckpoint> saved_;
};

TEST_F(ConsentFollowerTest, AdmitsAWarrantThatConsentLogged) {
  ConsentFollower follower = Follower(consent_);
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, consent_.LogWarrant()), "");
  EXPECT_EQ(saved_->size, 2u) << "the newer checkpoint is kept";
}

TEST_F(ConsentFollowerTest, AdmitsAnOlderWarrantWhenItIsAheadOfIt) {
  ConsentFollower follower = Follower(consent_);
  const ProvenLeaf leaf = consent_.LogWarrant();
  consent_.Log(2, "later");
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, leaf), "");
}

TEST_F(ConsentFollowerTest, AnAlteredWarrantIsRefused) {
  ConsentFollower follower = Follower(consent_);
  ASSERT_TRUE(follower.Poll().ok());
  ProvenLeaf leaf = consent_.LogWarrant();
  leaf.body[5] = static_cast<char>(leaf.body[5] ^ 1);
  EXPECT_EQ(Refusal(follower, leaf), "WARRANT_UNPROVEN");
}

TEST_F(ConsentFollowerTest, AnotherKindOfLeafIsNoWarrant) {
  ConsentFollower follower = Follower(consent_);
  ASSERT_TRUE(follower.Poll().ok());
  ProvenLeaf leaf = consent_.LogWarrant();
  leaf = consent_.Log(2, leaf.body);
  EXPECT_EQ(Refusal(follower, leaf), "WARRANT_UNPROVEN");
}

TEST_F(ConsentFollowerTest, AnotherKeysLogIsRefused) {
  LogOfConsent impostor(clock_, 'x');
  ConsentFollower follower = Follower(consent_);
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, impostor.LogWarrant()), "WARRANT_CHECKPOINT");
}

// The real key signs a second history: larger, equal in size, or smaller.
TEST_F(ConsentFollowerTest, AForkSignedWithTheRealKeyIsRefused) {
  LogOfConsent fork(clock_, 'k');
  fork.Log(2, "another first");
  const ProvenLeaf equal_later = fork.LogWarrant();
  ConsentFollower follower = Follower(consent_);
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, equal_later), "WARRANT_LOG_FORKED") << "larger than what is followed";
  consent_.Log(2, "second");
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, equal_later), "WARRANT_LOG_FORKED") << "equal in size";
  consent_.Log(2, "third");
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, equal_later), "WARRANT_LOG_FORKED") << "smaller";
  EXPECT_EQ(Refusal(follower, consent_.LogWarrant()), "") << "the real log is still followed";
}

TEST_F(ConsentFollowerTest, AnOlderCopyOfConsentHaltsEverything) {
  consent_.Log(2, "second");
  ConsentFollower before = Follower(consent_);
  ASSERT_TRUE(before.Poll().ok());
  LogOfConsent restored(clock_, 'k');
  restored.Log(2, "first");
  ConsentFollower follower = Follower(restored);
  EXPECT_EQ(ReasonOf(follower.Poll()), "LOG_ROLLED_BACK");
  EXPECT_EQ(ReasonOf(follower.Fresh().status()), "LOG_ROLLED_BACK");
  EXPECT_EQ(Refusal(follower, restored.LogWarrant()), "LOG_ROLLED_BACK");
  for (int i = 0; i < 3; ++i) restored.Log(2, "other");
  EXPECT_FALSE(follower.Poll().ok());
  EXPECT_EQ(ReasonOf(follower.Fresh().status()), "LOG_ROLLED_BACK") << "what was noticed first stays the reason";
}

TEST_F(ConsentFollowerTest, ANewIncarnationIsFollowedOnlyWhenAnOperatorSaysSo) {
  ConsentFollower before = Follower(consent_);
  ASSERT_TRUE(before.Poll().ok());
  LogOfConsent restored(clock_, 'k', '2');
  restored.Log(2, "first");
  ConsentFollower stopped = Follower(restored);
  EXPECT_EQ(ReasonOf(stopped.Poll()), "INCARNATION_CHANGED");
  EXPECT_EQ(ReasonOf(stopped.Fresh().status()), "INCARNATION_CHANGED");
  ConsentFollower wrong = Follower(restored, std::string(32, '3'));
  EXPECT_EQ(ReasonOf(wrong.Poll()), "INCARNATION_CHANGED");
  ConsentFollower reconciled = Follower(restored, std::string(32, '2'));
  EXPECT_TRUE(reconciled.Poll().ok());
  EXPECT_EQ(Refusal(reconciled, restored.LogWarrant()), "");
}

TEST_F(ConsentFollowerTest, ASilentConsentStopsAnswersAfterOneLease) {
  ConsentFollower follower = Follower(consent_);
  EXPECT_EQ(ReasonOf(follower.Fresh().status()), "CONSENT_STALE");
  ASSERT_TRUE(follower.Poll().ok());
  consent_.silent = true;
  EXPECT_FALSE(follower.Poll().ok());
  clock_.now += kWarrantLifeMax;
  EXPECT_TRUE(follower.Fresh().ok());
  clock_.now += absl::Seconds(1);
  EXPECT_EQ(ReasonOf(follower.Fresh().status()), "CONSENT_STALE");
}

TEST_F(ConsentFollowerTest, ClocksAnHourApartAreNotFresh) {
  for (const absl::Duration skew : {absl::Hours(1), -absl::Hours(1)}) {
    consent_.skew = skew;
    ConsentFollower follower = Follower(consent_);
    EXPECT_EQ(ReasonOf(follower.Poll()), "CLOCK_SKEW");
    EXPECT_EQ(ReasonOf(follower.Fresh().status()), "CLOCK_SKEW");
    consent_.skew = absl::ZeroDuration();
    ASSERT_TRUE(follower.Poll().ok());
    EXPECT_TRUE(follower.Fresh().ok()) << "the clocks are together again";
  }
}

TEST_F(ConsentFollowerTest, AClockThatIsSetBackDoesNotMakeConsentFresh) {
  ConsentFollower follower = Follower(consent_);
  ASSERT_TRUE(follower.Poll().ok());
  consent_.silent = true;
  clock_.now -= absl::Hours(1);
  EXPECT_EQ(ReasonOf(follower.Fresh().status()), "CONSENT_STALE");
  clock_.now += absl::Hours(1);
  EXPECT_TRUE(follower.Fresh().ok());
}

TEST_F(ConsentFollowerTest, AClockThatRunsAwayStopsAnswersAtTheNextHeartbeat) {
  ConsentFollower follower = Follower(consent_);
  ASSERT_TRUE(follower.Poll().ok());
  consent_.skew = absl::Hours(1);
  EXPECT_EQ(ReasonOf(follower.Poll()), "CLOCK_SKEW");
  EXPECT_EQ(ReasonOf(follower.Fresh().status()), "CLOCK_SKEW") << "though the last good heartbeat is young";
}

TEST_F(ConsentFollowerTest, WarrantsFromBeforeTheFloorAreSuperseded) {
  ConsentFollower follower = Follower(consent_);
  ASSERT_TRUE(follower.Poll().ok());
  const ProvenLeaf leaf = consent_.LogWarrant();
  consent_.Log(2, "withdrawal");
  consent_.floor = 3;
  EXPECT_EQ(Refusal(follower, leaf), "") << "not heard yet: within the lease";
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, leaf), "WARRANT_SUPERSEDED");
}

TEST_F(ConsentFollowerTest, FollowsThroughAnOverlapOfKeysWhicheverItBelieves) {
  for (const char* believed : {"k", "n", "kn"}) {
    LogOfConsent consent(clock_, 'k');
    consent.Log(2, "first");
    consent.SignWith("kn");
    saved_.reset();
    ConsentFollower follower = Follower(consent, "", believed);
    ASSERT_TRUE(follower.Poll().ok()) << believed;
    EXPECT_EQ(Refusal(follower, consent.LogWarrant()), "") << believed;
  }
}

TEST_F(ConsentFollowerTest, StopsAtOnceWhenNoKeyThatItBelievesSigns) {
  ConsentFollower follower = Follower(consent_);
  ASSERT_TRUE(follower.Poll().ok());
  const ProvenLeaf warrant = consent_.LogWarrant();
  consent_.SignWith("n");
  EXPECT_EQ(ReasonOf(follower.Poll()), "CONSENT_KEY_REFUSED");
  EXPECT_EQ(ReasonOf(follower.Fresh().status()), "CONSENT_KEY_REFUSED") << "not only when the heartbeat is old";
  EXPECT_EQ(Refusal(follower, warrant), "CONSENT_KEY_REFUSED");
  consent_.SignWith("kn");
  EXPECT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, warrant), "") << "no halt: it ends when a believed key signs again";
}

TEST_F(ConsentFollowerTest, AWarrantOfAKeyThatWasDroppedIsRefused) {
  const ProvenLeaf warrant = consent_.LogWarrant();
  consent_.SignWith("n");
  ConsentFollower follower = Follower(consent_, "", "n");
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, warrant), "WARRANT_CHECKPOINT") << "it is in the log, but only the old key says so";
}

TEST_F(ConsentFollowerTest, AFloorThatRisesWhileAWarrantIsPlacedCounts) {
  ConsentCalls calls = consent_.Calls();
  ConsentFollower* follower = nullptr;
  bool withdrawn = false;
  calls.prove = [&, prove = calls.prove](uint64_t first, uint64_t second) {
    if (!std::exchange(withdrawn, true)) {
      consent_.Log(2, "withdrawal");
      consent_.floor = 3;
      EXPECT_TRUE(follower->Poll().ok());
    }
    return prove(first, second);
  };
  const NoteVerifier key = LogOfConsent::SignerOf('k').verifier();
  ConsentFollower placing({.rules = {.origin = kOrigin, .log_keys = {key}, .witnesses = {}},
                           .audience = "costing",
                           .start_time = clock_.now - absl::Hours(1),
                           .reconciled_incarnation = ""},
                          calls, clock_, [](const FollowedCheckpoint&) { return absl::OkStatus(); }, std::nullopt);
  follower = &placing;
  ASSERT_TRUE(placing.Poll().ok());
  EXPECT_EQ(Refusal(placing, consent_.LogWarrant()), "WARRANT_SUPERSEDED");
  EXPECT_EQ(Refusal(placing, consent_.LogWarrant()), "") << "the twin, of after the withdrawal";
}

class WitnessedFollowerTest : public ConsentFollowerTest {
 protected:
  // Asks for two of the witnesses x, y and z, no older than ten minutes.
  ConsentFollower Witnessed(LogOfConsent& consent) {
    WitnessRules rules = {.witnesses = {}, .count_min = 2};
    for (const char letter : {'x', 'y', 'z'}) rules.witnesses.push_back(LogOfConsent::WitnessOf(letter).verifier());
    return ConsentFollower({.rules = {.origin = kOrigin, .log_keys = {LogOfConsent::SignerOf('k').verifier()}},
                            .audience = "costing",
                            .start_time = clock_.now - absl::Hours(1),
                            .witnesses = std::move(rules)},
                           consent.Calls(), clock_, [](const FollowedCheckpoint&) { return absl::OkStatus(); },
                           std::nullopt);
  }
};

TEST_F(WitnessedFollowerTest, AnswersOnceEnoughWitnessesHaveSigned) {
  ConsentFollower follower = Witnessed(consent_);
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, consent_.LogWarrant()), "WITNESSES_MISSING");
  consent_.BeSeenBy("x");
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, consent_.LogWarrant()), "WITNESSES_MISSING") << "one of two";
  consent_.BeSeenBy("xq");
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, consent_.LogWarrant()), "WITNESSES_MISSING") << "the same again, and a stranger";
  consent_.BeSeenBy("y");
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, consent_.LogWarrant()), "") << "newer than what they saw, and proven to extend it";
}

TEST_F(WitnessedFollowerTest, StopsWhenWitnessesFallSilentAndGoesOnWhenTheyComeBack) {
  consent_.BeSeenBy("xy");
  ConsentFollower follower = Witnessed(consent_);
  ASSERT_TRUE(follower.Poll().ok());
  clock_.now += absl::Minutes(10);
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, consent_.LogWarrant()), "") << "at the limit";
  clock_.now += absl::Seconds(1);
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, consent_.LogWarrant()), "WITNESSES_MISSING");
  consent_.BeSeenBy("yz");
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, consent_.LogWarrant()), "") << "any two";
}

TEST_F(WitnessedFollowerTest, AWitnessOfAnotherHistoryHaltsIt) {
  consent_.BeSeenBy("xy");
  ConsentFollower follower = Witnessed(consent_);
  ASSERT_TRUE(follower.Poll().ok());
  // The history that z was shown, with consent's real key.
  LogOfConsent fork(clock_, 'k');
  fork.Log(2, "another first");
  fork.BeSeenBy("z");
  consent_.cosigned.push_back(fork.cosigned.front());
  clock_.now += absl::Minutes(2);
  EXPECT_EQ(ReasonOf(follower.Poll()), "LOG_FORKED");
  EXPECT_EQ(Refusal(follower, consent_.LogWarrant()), "LOG_FORKED");
}

TEST_F(WitnessedFollowerTest, AWordFromTheFutureOrUnderAnotherKeyOfTheLogDoesNotCount) {
  clock_.now += absl::Minutes(1);
  consent_.BeSeenBy("xy");
  clock_.now -= absl::Minutes(1);
  ConsentFollower follower = Witnessed(consent_);
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, consent_.LogWarrant()), "WITNESSES_MISSING");
  consent_.SignWith("n");
  consent_.BeSeenBy("xy");
  consent_.SignWith("k");
  ASSERT_TRUE(follower.Poll().ok());
  EXPECT_EQ(Refusal(follower, consent_.LogWarrant()), "WITNESSES_MISSING") << "the log's own signature is needed too";
}

}  // namespace
}  // namespace safehaven
