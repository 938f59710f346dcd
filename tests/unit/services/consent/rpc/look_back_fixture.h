// consent with the sample register, people with tokens of a real key, and programs with
// keys of their own in the same roles: for tests of looking back and of erasing.
#ifndef SAFEHAVEN_TESTS_UNIT_SERVICES_CONSENT_RPC_LOOK_BACK_FIXTURE_H_
#define SAFEHAVEN_TESTS_UNIT_SERVICES_CONSENT_RPC_LOOK_BACK_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cli/issuer/signing_key.h"
#include "cli/sample_register/sample_register.h"
#include "libs/base/status.h"
#include "libs/evidence/evidence.h"
#include "libs/storage/memory_store.h"
#include "libs/transport/act_digest.h"
#include "libs/warrant/verify.h"
#include "libs/warrant/wire.h"
#include "services/consent/rpc/look_back.h"
#include "tests/support/consent_world.h"
#include "tests/support/log_fixture.h"

namespace safehaven::consent {

inline constexpr char kAnalyst[] = "analyst";
inline constexpr char kOfficer[] = "information_governance";
inline constexpr char kValidator[] = "invoice_validator";
inline constexpr char kGuardian[] = "caldicott_guardian";
inline constexpr char kRoom[] = "cef-zc1";
inline constexpr uint64_t kSomebody = 9990000018;
inline constexpr uint64_t kSomebodyElse = 9990000026;

class LookBackTest : public testing::Test {
 protected:
  LookBackTest() : followers_(around_.clock, around_.clock.Now() - absl::Hours(1)) {
    log_ = *testing_support::OpenTestLog(store_, around_, testing_support::TestLogOptions());
    Begin(absl::InfinitePast());
    sample::SampleKeys keys = TestKeys();
    keys.issuer_jwks = IssuerKey().Jwks();
    keys.environment_signing_key = KeyOf(kRoom).public_key().bytes();
    const auto sample_files = sample::SampleRegisterFiles(keys, sample::kSampleReferenceYear);
    SH_CHECK(sample_files.ok());
    for (const auto& [name, text] : *sample_files) AddFile(name, text);
    std::string programs = "format: safehaven-register/1\nprograms:\n";
    const std::vector<std::pair<std::string, std::string>> officers = {
        {kAnalyst, kAnalyst}, {kOfficer, kOfficer},   {kGuardian, kGuardian}, {"auditor", "auditor"},
        {"second", kOfficer}, {"colleague", kAnalyst}, {kValidator, kValidator}};
    for (const auto& [who, role] : officers) {
      absl::StrAppend(&programs, "  - {spiffe_id: '", IdOf(who), "', organisation: ZC1, role: ", role, ", public_key: '",
                      absl::BytesToHexString(KeyOf(who).public_key().bytes()), "', from: 2025-04-01}\n");
    }
    absl::StrAppend(&programs, "members:\n");
    for (const auto& [who, role] : officers) {
      absl::StrAppend(&programs, "  - {issuer: '", kTestIssuer, "', subject: ", who, ", organisation: ZC1, role: ", role,
                      ", from: 2025-04-01}\n");
    }
    AddFile("officers.yaml", programs);
    const absl::Status applied = Apply("first").status();
    EXPECT_TRUE(applied.ok()) << applied;
  }

  // The service begins with what its log holds, at `begin_time`.
  void Begin(absl::Time begin_time) {
    handlers_.reset();
    world_.reset();
    consent_ = *ConsentStore::Open(store_, *log_);
    replays_ = std::make_unique<ReplayWindow>(consent_->state().UsedRequests(), begin_time);
    world_ = std::make_unique<ConsentWorld>(ConsentWorld{.store = *consent_,
                                                         .followers = followers_,
                                                         .clock = around_.clock,
                                                         .randomness = around_.randomness,
                                                         .replays = *replays_,
                                                         .profile = Profile::kDemo});
    handlers_ = std::make_unique<ConsentHandlers>(*world_);
  }
  void Restart() { Begin(around_.clock.Now()); }

  // The files say that the pioneer's approval ended before today.
  void EndThePioneer() {
    for (auto& [name, text] : files_) {
      const size_t at = text.find("reference: CAG 9-01(a)/2025");
      const size_t end = at == std::string::npos ? at : text.find("\n    to: 2030-03-31", at);
      if (end != std::string::npos) text.replace(end, 19, "\n    to: 2025-12-31");
    }
  }
  // The files have the program no more.
  void TakeOff(absl::string_view who) {
    std::string& officers = files_["officers.yaml"];
    const size_t at = officers.find(IdOf(who));
    const size_t line = officers.rfind("  - {", at);
    officers.erase(line, officers.find('\n', at) - line + 1);
  }

  void AddFile(const std::string& name, const std::string& text) { files_[name] = text; }

  template <typename Message>
  void AddFilesTo(Message& message) {
    for (const auto& [name, text] : files_) {
      v1::RegisterFile* file = message.add_files();
      file->set_name(name);
      file->set_text(text);
    }
  }

  absl::StatusOr<v1::ApplyRegisterResponse> Apply(const std::string& request_id) {
    v1::ApplyRegisterRequest request;
    AddFilesTo(request);
    request.set_request_id(request_id);
    *request.mutable_proposer() = TokenOf(kOfficer);
    *request.mutable_approver() = TokenOf(kGuardian);
    return handlers_->registers.ApplyRegister(CallFrom("tool"), request);
  }

  Call CallFrom(const std::string& program) {
    CallFacts facts = {.id = "call", .terms = &terms_, .deadline = testing_support::kForever};
    facts.peer = {.spiffe_path = program, .thumbprint = std::string(32, program[0])};
    return Call(std::move(facts), [] { return false; });
  }

  static std::string IdOf(absl::string_view who) {
    return absl::StrCat("spiffe://demo.safehaven.invalid/officer/", who);
  }
  static Ed25519PrivateKey KeyOf(absl::string_view who) {
    return *Ed25519PrivateKey::FromSeed(std::string(31, who.back()) + who.front());
  }

  // The issuer's, made once for all tests.
  static const cli::SigningKey& IssuerKey() {
    static const auto* const key = new cli::SigningKey(cli::SigningKey::Generate().value());
    return *key;
  }
  // As the register and the log name the person.
  static std::string PersonOf(absl::string_view who) { return absl::StrCat(kTestIssuer, "|", who); }

  // The token of a person, who has the role of the program of that name.
  type::v1::Evidence TokenOf(absl::string_view who) {
    const int64_t now = absl::ToUnixSeconds(around_.clock.Now());
    type::v1::Evidence evidence;
    evidence.set_token(IssuerKey()
                           .Sign(absl::StrCat("{\"iss\":\"", kTestIssuer, "\",\"sub\":\"", who, "\",\"aud\":\"",
                                              sample::SampleKeys().issuer_audience, "\",\"iat\":", now,
                                              ",\"exp\":", now + 600, "}"))
                           .value());
    return evidence;
  }
  // The same, asked from inside the pioneer's controlled environment.
  type::v1::Evidence TokenInside(absl::string_view who, const google::protobuf::Message& request) {
    type::v1::Evidence evidence = TokenOf(who);
    Write(Sign(SignerKind::kEnvironment, kRoom, KeyOf(kRoom), ActDigest(request)), *evidence.mutable_environment());
    return evidence;
  }

  // Of a program that signs this request, as it is but for its evidence.
  type::v1::Evidence EvidenceOn(absl::string_view who, const google::protobuf::Message& request) {
    return EvidenceOf(who, ActDigest(request));
  }

  // `digest`: of the question that is asked, or of the request (ActDigest).
  type::v1::Evidence EvidenceOf(absl::string_view who, const std::string& digest) {
    type::v1::Evidence evidence;
    Write(Sign(SignerKind::kProgram, IdOf(who), KeyOf(who), digest), *evidence.mutable_program());
    return evidence;
  }

  SignedRequest Sign(SignerKind kind, const std::string& signer, const Ed25519PrivateKey& key, const std::string& digest) {
    return SignRequest(kind, digest,
                       {.signer = signer,
                        .signed_unix_ms = absl::ToUnixMillis(around_.clock.Now()),
                        .nonce = around_.randomness.Bytes(16)},
                       key);
  }
  template <typename Wire>
  static void Write(const SignedRequest& request, Wire& wire) {
    wire.set_signer(request.signer);
    wire.set_signed_unix_ms(request.signed_unix_ms);
    wire.set_nonce(request.nonce);
    wire.set_signature(request.signature);
  }

  v1::DecideResponse Decide(const Question& question, absl::string_view who = kAnalyst) {
    v1::DecideRequest request;
    *request.mutable_question() = QuestionToProto(question);
    *request.mutable_evidence() = EvidenceOf(who, QuestionDigest(question));
    const auto response = handlers_->decide.Decide(CallFrom("gateway"), request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.value_or(v1::DecideResponse());
  }

  // Somebody's objection: in effect on `effective`, received on `received`.
  uint64_t Object(const std::string& set, uint64_t number, absl::string_view effective, absl::string_view received,
                  const std::string& load = "l") {
    storage::v1::ObjectionBatchRecord record;
    record.set_set(set);
    record.set_load(load);
    record.set_offset(consent_->state().ObjectionOffset({.set = set, .load = load}));
    record.add_nhs_numbers(number);
    record.add_effective_days(Day(effective).days_since_1970());
    record.add_received_days(Day(received).days_since_1970());
    record.set_withdrawn(std::string(1, '\0'));
    return consent_->AppendObjections(record, testing_support::kForever).value_or(0);
  }

  MemoryStore store_;
  testing_support::LogSurroundings around_;
  Followers followers_;
  MethodTerms terms_;
  std::unique_ptr<TransparencyLog> log_;
  std::unique_ptr<ConsentStore> consent_;
  std::unique_ptr<ReplayWindow> replays_;
  std::unique_ptr<ConsentWorld> world_;
  std::unique_ptr<ConsentHandlers> handlers_;
  std::map<std::string, std::string> files_;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_TESTS_UNIT_SERVICES_CONSENT_RPC_LOOK_BACK_FIXTURE_H_
