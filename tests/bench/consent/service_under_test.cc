#include "tests/bench/consent/service_under_test.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "cli/issuer/signing_key.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "libs/evidence/evidence.h"
#include "libs/transport/act_digest.h"
#include "libs/warrant/wire.h"
#include "tests/bench/support/probe.h"

namespace safehaven::bench {
namespace {

using consent::v1::AppendObjectionsRequest;
using consent::v1::AppendObjectionsResponse;
using consent::v1::ScreenRequest;
using consent::v1::ScreenResponse;

constexpr char kConsentService[] = "safehaven.consent.v1.ConsentService";
constexpr size_t kBatch = 8192;
// Batches that are on their way before the first is acknowledged.
constexpr size_t kBatchesAhead = 4;

std::string TokenFor(const cli::SigningKey& key, absl::Time now) {
  for (const consent::Entry& entry : consent::SampleEntries()) {
    const auto* issuer = std::get_if<consent::Issuer>(&entry);
    if (issuer == nullptr) continue;
    const auto token = key.Sign(absl::StrCat("{\"iss\":\"", issuer->url, "\",\"sub\":\"", consent::kAmiraSubject,
                                             "\",\"aud\":\"", issuer->audience, "\",\"iat\":", absl::ToUnixSeconds(now),
                                             ",\"exp\":", absl::ToUnixSeconds(now + absl::Hours(1)), "}"));
    SH_CHECK(token.ok());
    return *token;
  }
  return "";
}

std::string OwnFolder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path().string(); }

}  // namespace

ServiceUnderTest::ServiceUnderTest(int regions) : real_start_(absl::Now()), clock_(real_start_) {
  const auto key = cli::SigningKey::Generate();
  SH_CHECK(key.ok());
  token_ = TokenFor(*key, clock_.Now());
  std::ofstream(folder_.File("jwks.json")) << key->Jwks();
  const TlsFiles files = certificates_.Issue("consent");
  std::filesystem::copy_file(files.certificate, folder_.File("consent.crt"));
  std::filesystem::copy_file(files.key, folder_.File("consent.key"));
  std::filesystem::copy_file(files.authorities, folder_.File("authority.crt"));
  server_ = std::make_unique<testing_support::ChildProcess>(
      std::vector<std::string>{absl::StrCat(OwnFolder(), "/bench_consent_server"), folder_.path(),
                               absl::StrCat(regions), absl::StrCat(absl::ToUnixMillis(real_start_))});
  const auto ready = server_->ReadLine();
  SH_CHECK(ready.has_value());
  std::istringstream words(*ready);
  std::string word;
  int port = 0;
  words >> word >> server_pid_ >> port;
  SH_CHECK(word == "ready" && port > 0);
  gateway_ = ClientAs("gateway", port);
  acute_ = ClientAs("source/acute", port);
}

std::unique_ptr<Client> ServiceUnderTest::ClientAs(absl::string_view program, int port) {
  auto client = Client::Make({.address = absl::StrCat("127.0.0.1:", port),
                              .server = {kTestTrustDomain, "consent"},
                              .tls = certificates_.Issue(program)},
                             {.clock = real_clock_, .sleeper = sleeper_, .jitter = randomness_});
  SH_CHECK(client.ok());
  return *std::move(client);
}

double ServiceUnderTest::ServerCpuSeconds() const { return CpuSecondsOf(server_pid_); }

consent::v1::DecideRequest ServiceUnderTest::AmirasRequest() const {
  consent::v1::DecideRequest request;
  *request.mutable_question() = QuestionToProto(consent::PioneerAggregate());
  request.mutable_evidence()->set_token(token_);
  return request;
}

type::v1::Evidence ServiceUnderTest::AcuteEvidence(absl::string_view digest) {
  const SignedRequest signed_request = SignRequest(SignerKind::kProgram, digest,
                                                   {.signer = consent::kAcuteProgram,
                                                    .signed_unix_ms = absl::ToUnixMillis(clock_.Now()),
                                                    .nonce = randomness_.Bytes(16)},
                                                   consent::AcuteKey());
  type::v1::Evidence evidence;
  evidence.mutable_program()->set_signer(signed_request.signer);
  evidence.mutable_program()->set_signed_unix_ms(signed_request.signed_unix_ms);
  evidence.mutable_program()->set_nonce(signed_request.nonce);
  evidence.mutable_program()->set_signature(signed_request.signature);
  return evidence;
}

absl::Status ServiceUnderTest::Load(const std::string& load, const std::vector<uint64_t>& numbers) {
  SH_ASSIGN_OR_RETURN(auto stream, (acute_->OpenStream<AppendObjectionsRequest, AppendObjectionsResponse>(
                                       kConsentService, "AppendObjections", {})));
  const auto read = [&stream]() -> absl::Status {
    AppendObjectionsResponse response;
    SH_ASSIGN_OR_RETURN(const bool any, stream.Read(response));
    if (!any) return stream.Finish();
    return response.error_reason().empty() ? absl::OkStatus()
                                           : InvalidArgument(response.error_reason(), response.error_message());
  };
  size_t unanswered = 0;
  AppendObjectionsRequest request;
  for (size_t begin = 0; begin < numbers.size(); begin += kBatch) {
    request.Clear();
    if (begin == 0) {
      request.set_set("type1");
      request.set_load(load);
      *request.mutable_evidence() = AcuteEvidence(ActDigest(request));
    }
    request.set_offset(begin);
    for (size_t i = begin; i < std::min(begin + kBatch, numbers.size()); ++i) {
      consent::v1::Objection* objection = request.add_objections();
      objection->set_nhs_number(numbers[i]);
      objection->set_effective_day(20'000);
      objection->set_received_day(20'001);
    }
    if (!stream.Write(request)) return stream.Finish();
    if (++unanswered < kBatchesAhead) continue;
    SH_RETURN_IF_ERROR(read());
    --unanswered;
  }
  for (; unanswered > 0; --unanswered) SH_RETURN_IF_ERROR(read());
  stream.CloseWrites();
  return stream.Finish();
}

absl::StatusOr<std::string> ServiceUnderTest::Screen(const std::vector<uint64_t>& numbers) {
  SH_ASSIGN_OR_RETURN(auto stream,
                      (acute_->OpenStream<ScreenRequest, ScreenResponse>(kConsentService, "ScreenStream", {})));
  // One thread writes while this one reads, so that the columns follow each other.
  const Question question = consent::CollectAcute();
  std::jthread writer([&] {
    ScreenRequest request;
    for (size_t begin = 0; begin < numbers.size(); begin += kBatch) {
      request.Clear();
      if (begin == 0) {
        *request.mutable_question() = QuestionToProto(question);
        *request.mutable_evidence() = AcuteEvidence(QuestionDigest(question));
      }
      const size_t end = std::min(begin + kBatch, numbers.size());
      request.mutable_nhs_numbers()->Add(numbers.data() + begin, numbers.data() + end);
      if (!stream.Write(request)) return;
    }
    stream.CloseWrites();
  });
  std::string allowed;
  ScreenResponse response;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, stream.Read(response));
    if (!any) break;
    allowed += response.allowed();
  }
  writer.join();
  SH_RETURN_IF_ERROR(stream.Finish());
  return allowed;
}

std::vector<uint64_t> TestNumbers(size_t count, uint64_t seed) {
  std::mt19937_64 prng(seed);
  absl::flat_hash_set<uint64_t> seen;
  std::vector<uint64_t> numbers;
  while (numbers.size() < count) {
    // 900 to 998 million: kept for tests, and large enough.
    const auto number = NhsNumber::FromBase(static_cast<uint32_t>(900'000'000 + prng() % 99'000'000));
    if (number.ok() && seen.insert(number->value()).second) numbers.push_back(number->value());
  }
  return numbers;
}

}  // namespace safehaven::bench
