// consent's handlers over a real log in memory, with the demonstration's own register
// and a person whose token is signed by a real key.
#include "services/consent/rpc/handlers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/sample_register/sample_register.h"
#include "libs/base/status.h"
#include "libs/evidence/evidence.h"
#include "libs/merkle/heartbeat.h"
#include "libs/storage/memory_store.h"
#include "libs/transport/act_digest.h"
#include "libs/warrant/verify.h"
#include "libs/warrant/wire.h"
#include "services/consent/core/entry_text.h"
#include "services/consent/core/register_yaml.h"
#include "tests/support/log_fixture.h"

namespace safehaven::consent {
namespace {

constexpr char kAcuteId[] = "spiffe://demo.safehaven.invalid/source/acute";

// What a source sends over one stream, and what it is answered.
class ScreenStreamFake final : public MessageStream {
 public:
  explicit ScreenStreamFake(std::vector<v1::ScreenRequest> requests) : requests_(std::move(requests)) {}

  absl::StatusOr<bool> Read(google::protobuf::Message& message) override {
    if (next_ == requests_.size()) return false;
    message.CopyFrom(requests_[next_++]);
    return true;
  }
  absl::Status Write(const google::protobuf::Message& message) override {
    answers.emplace_back().CopyFrom(message);
    return absl::OkStatus();
  }

  std::vector<v1::ScreenResponse> answers;

 private:
  const std::vector<v1::ScreenRequest> requests_;
  size_t next_ = 0;
};

class ConsentHandlersTest : public testing::Test {
 protected:
  ConsentHandlersTest() : followers_(around_.clock, around_.clock.Now() - absl::Hours(1)) {
    Restart();
    AppendSampleRegister();
  }

  // The service begins, with nothing but what its store holds.
  void Restart() {
    handlers_.reset();
    world_.reset();
    consent_.reset();
    log_.reset();
    log_ = *testing_support::OpenTestLog(store_, around_, testing_support::TestLogOptions());
    consent_ = *ConsentStore::Open(store_, *log_);
    replays_ = std::make_unique<ReplayWindow>(consent_->state().UsedRequests(), absl::InfinitePast());
    world_ = std::make_unique<ConsentWorld>(ConsentWorld{.store = *consent_,
                                                         .followers = followers_,
                                                         .clock = around_.clock,
                                                         .randomness = around_.randomness,
                                                         .replays = *replays_,
                                                         .profile = Profile::kDemo});
    handlers_ = std::make_unique<ConsentHandlers>(*world_);
  }

  // The register as two people would have applied it; who signs is tested elsewhere.
  void AppendSampleRegister() {
    sample::SampleKeys keys = {.issuer_url = "https://issuer.demo.safehaven.invalid", .issuer_jwks = "{\"keys\": []}"};
    keys.tool_key = SigningKey('t').public_key().bytes();
    for (const char* source : {"gp", "acute", "ambulance", "mental_health", "community", "social_care"}) {
      keys.source_keys[source] = SigningKey('s').public_key().bytes();
    }
    keys.environment_signing_key = SigningKey('e').public_key().bytes();
    keys.environment_sealing_key = std::string(32, 'x');
    const auto files = sample::SampleRegisterFiles(keys, 2025);
    ASSERT_TRUE(files.ok()) << files.status();
    v1::PlanRegisterRequest request;
    for (const auto& [name, text] : *files) {
      v1::RegisterFile* file = request.add_files();
      file->set_name(name);
      file->set_text(text);
      files_.push_back(*file);
    }
    const auto plan = handlers_->registers.PlanRegister(CallFrom("tool"), request);
    ASSERT_TRUE(plan.ok()) << plan.status();
    planned_ = plan->changes_size();
    storage::v1::RegisterChangeRecord record;
    for (const auto& [name, text] : *files) {
      const auto entries = ParseRegisterFile(name, text);
      for (const FileEntry& entry : *entries) {
        storage::v1::RegisterEntryRecord* out = record.add_entries();
        out->set_key(KeyOf(entry.entry));
        out->set_text(SerialiseEntry(entry.entry));
      }
    }
    ASSERT_TRUE(consent_->AppendRegister(record, consent_->view(), testing_support::kForever).ok());
  }

  Call CallFrom(const std::string& program) {
    CallFacts facts = {.id = "call", .terms = &terms_, .deadline = testing_support::kForever};
    facts.peer = {.spiffe_path = program, .thumbprint = std::string(32, program[0])};
    return Call(std::move(facts), [] { return false; });
  }

  static Ed25519PrivateKey SigningKey(char seed) { return *Ed25519PrivateKey::FromSeed(std::string(32, seed)); }

  type::v1::Evidence ProgramEvidence(const char* program, char key, const Question& question) {
    return ProgramEvidence(program, key, QuestionDigest(question));
  }
  type::v1::Evidence ProgramEvidence(const char* program, char key, const std::string& digest) {
    const SignedRequest request = SignRequest(SignerKind::kProgram, digest,
                                              {.signer = program,
                                               .signed_unix_ms = absl::ToUnixMillis(around_.clock.Now()),
                                               .nonce = around_.randomness.Bytes(16)},
                                              SigningKey(key));
    type::v1::Evidence evidence;
    evidence.mutable_program()->set_signer(request.signer);
    evidence.mutable_program()->set_signed_unix_ms(request.signed_unix_ms);
    evidence.mutable_program()->set_nonce(request.nonce);
    evidence.mutable_program()->set_signature(request.signature);
    return evidence;
  }

  static Question Collect() {
    return *Normalise({.approval = "CAG 9-01(a)/2025",
                       .purpose = Purpose::kCommissioningPlanning,
                       .operation = Operation::kCollect,
                       .identifiability = Identifiability::kIdentifiable,
                       .subject = "acute-apc-2025",
                       .first_day = *CivilDay::FromYmd(2025, 4, 1),
                       .last_day = *CivilDay::FromYmd(2026, 3, 31),
                       .datasets = {"acute/apc"}});
  }

  absl::StatusOr<v1::DecideResponse> Decide(const Question& question, const type::v1::Evidence& evidence,
                                            const std::string& program = "source/acute") {
    v1::DecideRequest request;
    *request.mutable_question() = QuestionToProto(question);
    *request.mutable_evidence() = evidence;
    return handlers_->decide.Decide(CallFrom(program), request);
  }

  MemoryStore store_;
  testing_support::LogSurroundings around_;
  Followers followers_;
  std::unique_ptr<ReplayWindow> replays_;
  MethodTerms terms_;
  std::unique_ptr<TransparencyLog> log_;
  std::unique_ptr<ConsentStore> consent_;
  std::unique_ptr<ConsentWorld> world_;
  std::unique_ptr<ConsentHandlers> handlers_;
  std::vector<v1::RegisterFile> files_;
  int planned_ = 0;
};

TEST_F(ConsentHandlersTest, APermittedLoadGetsAWarrantForEachHalfBoundToItsPresenter) {
  const auto response = Decide(Collect(), ProgramEvidence(kAcuteId, 's', Collect()));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->decision().effect(), v1::EFFECT_PERMITTED);
  for (const auto& [leaf, audience] : {std::pair{response->warrant(), "costing"},
                                       std::pair{response->linkage_warrant(), "linkage"}}) {
    const absl::StatusOr<Warrant> warrant = ParseWarrant(leaf.body());
    ASSERT_TRUE(warrant.ok()) << warrant.status();
    EXPECT_EQ(warrant->audience, audience);
    EXPECT_EQ(warrant->presenter_thumbprint, std::string(32, 's'));
    EXPECT_EQ(warrant->question_digest, QuestionDigest(Collect()));
    EXPECT_TRUE(CheckProvenLeaf(*ProvenLeafFromProto(leaf), testing_support::TestFollowRules()).ok());
  }
  EXPECT_EQ(log_->revision().size, 4u) << "register, two warrants, one decision";
}

TEST_F(ConsentHandlersTest, ARefusalIsAnAnswerAndIsLogged) {
  Question other = Collect();
  other.subject = "ambulance-incidents-2025";
  other.datasets = {"ambulance/incidents"};
  const uint64_t size = log_->revision().size;
  const auto response = Decide(other, ProgramEvidence(kAcuteId, 's', other));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->decision().effect(), v1::EFFECT_REFUSED);
  EXPECT_EQ(response->decision().verdicts_size(), 13);
  EXPECT_FALSE(response->has_warrant());
  EXPECT_TRUE(response->has_refusal());
  EXPECT_EQ(log_->revision().size, size + 1);
}

TEST_F(ConsentHandlersTest, EvidenceIsBoundToItsQuestionItsSignerAndOneUse) {
  const type::v1::Evidence evidence = ProgramEvidence(kAcuteId, 's', Collect());
  Question other = Collect();
  other.last_day = other.last_day.AddDays(-1);
  EXPECT_EQ(ReasonOf(Decide(other, evidence).status()), "EVIDENCE_SIGNATURE");
  EXPECT_TRUE(Decide(Collect(), evidence).ok());
  EXPECT_EQ(ReasonOf(Decide(Collect(), evidence).status()), "EVIDENCE_REPLAYED");
  EXPECT_EQ(ReasonOf(Decide(Collect(), ProgramEvidence(kAcuteId, 't', Collect())).status()), "EVIDENCE_SIGNATURE");
  EXPECT_EQ(ReasonOf(Decide(Collect(), {}).status()), "EVIDENCE_MISSING");
}

TEST_F(ConsentHandlersTest, ASignedRequestIsUsedUpOverARestart) {
  const type::v1::Evidence evidence = ProgramEvidence(kAcuteId, 's', Collect());
  ASSERT_TRUE(Decide(Collect(), evidence).ok());
  Restart();
  EXPECT_EQ(ReasonOf(Decide(Collect(), evidence).status()), "EVIDENCE_REPLAYED");
  EXPECT_TRUE(Decide(Collect(), ProgramEvidence(kAcuteId, 's', Collect())).ok());
}

TEST_F(ConsentHandlersTest, AnEvaluationHasNoWarrantAndWritesNothing) {
  const uint64_t size = log_->revision().size;
  v1::EvaluateRequest request;
  *request.mutable_question() = QuestionToProto(Collect());
  *request.mutable_evidence() = ProgramEvidence(kAcuteId, 's', ActDigest(request));
  const auto response = handlers_->decide.Evaluate(CallFrom("tool"), request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->decision().effect(), v1::EFFECT_PERMITTED);
  EXPECT_EQ(log_->revision().size, size);
  request.set_organisation("ZC2");
  *request.mutable_evidence() = ProgramEvidence(kAcuteId, 's', ActDigest(request));
  EXPECT_EQ(ReasonOf(handlers_->decide.Evaluate(CallFrom("tool"), request).status()), "ROLE_REFUSED");
}

TEST_F(ConsentHandlersTest, TheRegisterThatIsThereAlreadyIsNoChange) {
  EXPECT_GT(planned_, 50);
  v1::PlanRegisterRequest request;
  request.mutable_files()->Assign(files_.begin(), files_.end());
  const auto plan = handlers_->registers.PlanRegister(CallFrom("tool"), request);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->changes_size(), 0);
}

TEST_F(ConsentHandlersTest, AChangeWithoutAProposerIsRefused) {
  v1::ApplyRegisterRequest request;
  request.mutable_files()->Assign(files_.begin(), files_.end());
  request.set_request_id("r1");
  EXPECT_EQ(ReasonOf(handlers_->registers.ApplyRegister(CallFrom("tool"), request).status()), "PROPOSER_MISSING");
}

TEST_F(ConsentHandlersTest, AFileWithAnUnknownFieldIsRefusedWithItsPlace) {
  v1::PlanRegisterRequest request;
  v1::RegisterFile* file = request.add_files();
  file->set_name("organisations.yaml");
  file->set_text("format: safehaven-register/1\norganisations:\n  - {code: ZC9, name: X, kind: commissioner, from: 2025-04-01, colour: blue}\n");
  const absl::Status status = handlers_->registers.PlanRegister(CallFrom("tool"), request).status();
  EXPECT_EQ(ReasonOf(status), "REGISTER_FIELD_UNKNOWN");
  EXPECT_EQ(MetadataOf(status)["file"], "organisations.yaml");
  EXPECT_EQ(MetadataOf(status)["line"], "3");
}

TEST_F(ConsentHandlersTest, FollowersReadObjectionsInOrderAndLearnWhenThatIsAll) {
  storage::v1::ObjectionBatchRecord record;
  record.set_set("national");
  record.set_load("l");
  record.add_nhs_numbers(9990000018);
  record.add_effective_days(1);
  record.add_received_days(2);
  record.set_withdrawn(std::string(1, '\0'));
  ASSERT_TRUE(consent_->AppendObjections(record, testing_support::kForever).ok());
  const auto response = handlers_->objections.ReadObjections(CallFrom("linkage"), {});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_TRUE(response->complete());
  ASSERT_EQ(response->batches_size(), 1);
  EXPECT_EQ(response->batches(0).objections(0).nhs_number(), 9990000018u);
  EXPECT_EQ(response->up_to_size(), consent_->state().view().objections_size);
  v1::ReadObjectionsRequest rest;
  rest.set_after_size(response->up_to_size());
  EXPECT_EQ(handlers_->objections.ReadObjections(CallFrom("linkage"), rest)->batches_size(), 0);
}

class ScreeningTest : public ConsentHandlersTest {
 protected:
  ScreeningTest() {
    storage::v1::ObjectionBatchRecord record;
    record.set_set("type1");
    record.set_load("l");
    record.add_nhs_numbers(9990000018);
    record.add_effective_days(1);
    record.add_received_days(2);
    record.set_withdrawn(std::string(1, '\0'));
    SH_CHECK(consent_->AppendObjections(record, testing_support::kForever).ok());
  }

  v1::ScreenRequest First(const Question& question, std::vector<uint64_t> numbers) {
    v1::ScreenRequest request = Numbers(std::move(numbers));
    *request.mutable_question() = QuestionToProto(question);
    *request.mutable_evidence() = ProgramEvidence(kAcuteId, 's', question);
    return request;
  }
  static v1::ScreenRequest Numbers(std::vector<uint64_t> numbers) {
    v1::ScreenRequest request;
    request.mutable_nhs_numbers()->Assign(numbers.begin(), numbers.end());
    return request;
  }

  absl::Status Stream(ScreenStreamFake& stream) {
    Reader<v1::ScreenRequest> reader(stream);
    Writer<v1::ScreenResponse> writer(stream);
    return handlers_->objections.ScreenStream(CallFrom("source/acute"), reader, writer);
  }
};

TEST_F(ScreeningTest, OnlyWhoDoesNotObjectMayBeSentAndNothingThatIsNoNumber) {
  const auto response = handlers_->objections.Screen(
      CallFrom("source/acute"), First(Collect(), {9990000018, 9990000026, 9990000027, 99'900'000'180}));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->allowed(), std::string("\0\1\0\0", 4));
  EXPECT_EQ(response->revision().size(), consent_->state().view().objections_size);
}

TEST_F(ScreeningTest, AStreamIsDecidedOnceAndAnsweredMessageByMessage) {
  const uint64_t size = log_->revision().size;
  ScreenStreamFake stream({First(Collect(), {}), Numbers({9990000018}), Numbers({9990000026, 9990000018})});
  ASSERT_TRUE(Stream(stream).ok());
  ASSERT_EQ(stream.answers.size(), 3u);
  EXPECT_TRUE(stream.answers[0].has_revision());
  EXPECT_EQ(stream.answers[0].allowed(), "");
  EXPECT_EQ(stream.answers[1].allowed(), std::string("\0", 1));
  EXPECT_EQ(stream.answers[2].allowed(), std::string("\1\0", 2));
  EXPECT_EQ(log_->revision().size, size + 3) << "two warrants and their decision, for all of it";
}

TEST_F(ScreeningTest, AStreamForAnotherSourcesFlowLearnsNothing) {
  Question other = Collect();
  other.subject = "ambulance-incidents-2025";
  other.datasets = {"ambulance/incidents"};
  ScreenStreamFake stream({First(other, {9990000018})});
  EXPECT_EQ(ReasonOf(Stream(stream)), "DECISION_REFUSED");
  EXPECT_TRUE(stream.answers.empty());
}

TEST_F(ScreeningTest, AStreamWithoutEvidenceLearnsNothing) {
  v1::ScreenRequest first = First(Collect(), {9990000018});
  first.clear_evidence();
  ScreenStreamFake stream({first});
  EXPECT_EQ(ReasonOf(Stream(stream)), "EVIDENCE_MISSING");
  EXPECT_TRUE(stream.answers.empty());
}

TEST_F(ScreeningTest, AMessageOfTooManyNumbersEndsTheStream) {
  ScreenStreamFake stream({First(Collect(), {}), Numbers(std::vector<uint64_t>(65'537, 9990000026))});
  EXPECT_EQ(ReasonOf(Stream(stream)), "BATCH_TOO_LARGE");
  EXPECT_EQ(stream.answers.size(), 1u);
}

TEST_F(ConsentHandlersTest, AHeartbeatTellsFloorAndObjectionsAndIsSigned) {
  const auto response = handlers_->watch.Watch(CallFrom("costing"), {});
  ASSERT_TRUE(response.ok()) << response.status();
  const FollowRules rules = testing_support::TestFollowRules();
  const absl::StatusOr<Heartbeat> heartbeat = OpenHeartbeat(response->heartbeat(), rules.origin, rules.log_keys);
  ASSERT_TRUE(heartbeat.ok()) << heartbeat.status();
  EXPECT_EQ(heartbeat->size, log_->revision().size);
  EXPECT_TRUE(followers_.LiveThumbprint("costing").has_value());
}

}  // namespace
}  // namespace safehaven::consent
