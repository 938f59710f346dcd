// A costing service with one provider's run in memory, asked over mutual TLS where single
// events, currencies and accounts come from. Client and server share the machine's cores.
#include "tests/bench/costing/explain_bench.h"

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "libs/base/status.h"
#include "libs/client/client.h"
#include "libs/server/server.h"
#include "libs/server/system.h"
#include "libs/storage/memory_store.h"
#include "tests/support/costing_world.h"
#include "tests/support/echo_server.h"
#include "tests/support/test_certificates.h"

namespace safehaven::bench {
namespace {

using costing::CostQuestion;
using costing::RecordBytes;

constexpr uint64_t kBatchRows = 8'000;
constexpr int kResources = 20, kActivities = 60, kSupports = 4, kAccountsOfPool = 10, kCurrencies = 500;
constexpr char kService[] = "safehaven.costing.v1.CostingService";

std::string Model() {
  std::string text =
      "format: safehaven-cost-model/1\nprovider: ZA1\nversion: 1\nperiod: {start: 2025-04-01, end: 2026-03-31}\n"
      "cost_groups: [own_patient_care, education_training, research_development, commercial_other, "
      "other_organisations_patients]\npools:\n";
  for (int i = 0; i < kSupports; ++i) absl::StrAppend(&text, "  - {id: s", i, ", name: Support ", i, ", kind: support}\n");
  for (int i = 0; i < kResources; ++i) absl::StrAppend(&text, "  - {id: p", i, ", name: Pool ", i, ", kind: resource, resource: R", i, "}\n");
  text += "ledger_map:\n";
  for (int i = 0; i < kSupports + kResources; ++i) {
    const std::string pool = i < kSupports ? absl::StrCat("s", i) : absl::StrCat("p", i - kSupports);
    for (int a = 0; a < kAccountsOfPool; ++a) {
      absl::StrAppend(&text, "  - {cost_centre: C", i, ", account: \"", a, "\", to: ", pool, ", fraction: \"1\"}\n");
    }
  }
  text += "support_allocation:\n  method: reciprocal\n  order: [s0, s1, s2, s3]\n  statistics:\n";
  for (int i = 0; i < kSupports; ++i) {
    absl::StrAppend(&text, "    s", i, ": {s", (i + 1) % kSupports, ": 5");
    for (int p = 0; p < kResources; ++p) absl::StrAppend(&text, ", p", p, ": ", 3 + (i * p) % 11);
    text += "}\n";
  }
  text += "resources: [";
  for (int i = 0; i < kResources; ++i) absl::StrAppend(&text, i == 0 ? "" : ", ", "{id: R", i, ", name: Resource ", i, "}");
  text += "]\nactivities: [";
  for (int i = 0; i < kActivities; ++i) absl::StrAppend(&text, i == 0 ? "" : ", ", "{id: A", i, ", name: Activity ", i, "}");
  text += "]\nlinks:\n";
  for (int i = 0; i < kActivities; ++i) absl::StrAppend(&text, "  - {resource: R", i % kResources, ", activity: A", i, ", share: ", 1 + i % 7, "}\n");
  text += "drivers:\n";
  for (int i = 0; i < kActivities; ++i) absl::StrAppend(&text, "  - {activity: A", i, ", feed: apc, column: bed_days, factor: ", 1 + i, "}\n");
  return text + "feeds: [{id: apc, dataset: acute/apc}]\n";
}

std::string Ledger() {
  std::string csv = "provider,cost_centre,account,description,amount\n";
  for (int i = 0; i < kSupports + kResources; ++i) {
    for (int a = 0; a < kAccountsOfPool; ++a) absl::StrAppend(&csv, "ZA1,C", i, ",", a, ",,", 1'000'000 + 17 * i + a, ".37\n");
  }
  return csv;
}

// Stands still where the real clock is now, to the millisecond, as heartbeats are written: deadlines of real calls hold, and warrants last.
struct PresentClock : costing::WorldClock {
  PresentClock() { Advance(absl::FromUnixMillis(absl::ToUnixMillis(absl::Now())) - Now()); }
};

// The service and a client of it, as the tool.
class World {
 public:
  explicit World(uint64_t event_count) : event_count_(event_count) {
    const TlsFiles tool = certificates_.Issue("tool");
    thumbprint_ = TestCertificates::ThumbprintOf(tool);
    LoadEvents();
    ServerOptions options = {.program = "costing", .trust_domain = kTestTrustDomain};
    options.tls = certificates_.Issue("costing");
    server_ = Server::Start(options, real_clock_, randomness_).value();
    MethodRegistry registry;
    service_.handlers.Register(registry);
    SH_CHECK(server_->Serve(std::move(registry)).ok());
    client_ = Client::Make({.address = absl::StrCat("127.0.0.1:", server_->ports().grpc),
                            .server = {kTestTrustDomain, "costing"},
                            .tls = tool},
                           {.clock = real_clock_, .sleeper = sleeper_, .jitter = randomness_}).value();
    costing::v1::RunCostingRequest run = Asked<costing::v1::RunCostingRequest>();
    run.set_ledger_csv(Ledger());
    run.set_model_yaml(Model());
    run.set_request_id("00000000-0000-4000-8000-000000000001");
    const auto made = client_->CallUnary<costing::v1::RunCostingResponse>(kService, "RunCosting", run, {});
    SH_CHECK(made.ok());
    line_count_ = made->line_count();
    // One warrant serves all explanations of one run.
    explain_ = Asked<costing::v1::ExplainCostRequest>();
    explain_.set_run(made->run());
  }

  absl::StatusOr<costing::v1::ExplainCostResponse> Explain(std::mt19937_64& prng) {
    costing::v1::ExplainCostRequest request = explain_;
    switch (prng() % 4) {
      case 0:
        request.mutable_events()->set_currency(absl::StrFormat("HRG%03d", prng() % kCurrencies));
        break;
      case 1:
        request.set_account(absl::StrCat("C", prng() % (kSupports + kResources), "/", prng() % kAccountsOfPool));
        break;
      default:
        request.set_record_key(RecordBytes(1 + prng() % event_count_));
    }
    return client_->CallUnary<costing::v1::ExplainCostResponse>(kService, "ExplainCost", request, {});
  }
  uint64_t line_count() const { return line_count_; }

 private:
  template <typename Request>
  Request Asked() {
    Request request;
    *request.mutable_warrant() = consent_.Permit(CostQuestion(), "tool", [this](Warrant& warrant) {
      warrant.presenter_thumbprint = thumbprint_;
    });
    *request.mutable_question() = QuestionToProto(CostQuestion());
    return request;
  }

  void LoadEvents() {
    const costing::v1::OpenLoadRequest open = costing::OpenRequest(consent_);
    SH_CHECK(service_.handlers.loads.OpenLoad(service_.CallFrom("source/acute"), open).ok());
    for (uint64_t begin = 0; begin < event_count_; begin += kBatchRows) {
      std::vector<costing::v1::PayloadRow> rows;
      for (uint64_t i = begin; i < std::min(begin + kBatchRows, event_count_); ++i) {
        rows.push_back(costing::RowOf(1 + i, static_cast<int64_t>(1 + i % 9)));
        rows.back().set_currency(absl::StrFormat("HRG%03d", i % kCurrencies));
      }
      costing::PayloadStream stream;
      stream.requests.push_back(costing::BatchOf(open.load(), begin, rows));
      SH_CHECK(costing::Append(service_, stream).ok() && stream.responses.back().error_reason().empty());
    }
    linkage_.Hold(open.load(), linkage::v1::LOAD_STATE_CLOSED, event_count_);
    SH_CHECK(costing::Close(service_, open.load(), event_count_).ok());
  }

  const uint64_t event_count_;
  TestCertificates certificates_;
  std::string thumbprint_;
  SystemClock real_clock_;
  SystemRandomness randomness_;
  RecordingSleeper sleeper_;
  PresentClock clock_;
  MemoryStore store_;
  costing::ConsentInMemory consent_{clock_};
  costing::LinkageInMemory linkage_;
  costing::CostingService service_{store_, consent_, linkage_, clock_, randomness_};
  std::unique_ptr<Server> server_;
  std::unique_ptr<Client> client_;
  costing::v1::ExplainCostRequest explain_;
  uint64_t line_count_ = 0;
};

}  // namespace

Comparison ExplainComparison(bool quick) {
  const auto world = std::make_shared<World>(quick ? 500 : 50'000);
  const int calls = quick ? 40 : 1'000;
  const auto ask = [world, calls](benchmark::State& state) {
    std::mt19937_64 prng(7);
    std::vector<double> times_ms;
    for (auto _ : state) {
      for (int i = 0; i < calls; ++i) {
        const absl::Time begin = absl::Now();
        if (!world->Explain(prng).ok()) state.SkipWithError("an explanation failed");
        times_ms.push_back(absl::ToDoubleMilliseconds(absl::Now() - begin));
      }
    }
    std::sort(times_ms.begin(), times_ms.end());
    state.counters["p50"] = times_ms[times_ms.size() / 2];
    state.counters["p99"] = times_ms[(times_ms.size() * 99 - 1) / 100];
    state.counters[kItems] = static_cast<double>(times_ms.size());
  };
  return {.name = "costing/explain",
          .sides = {{.name = "ExplainCost over mutual TLS", .body = ask, .iterations = 1}},
          .figures = {{.name = absl::StrCat("one figure of ", world->line_count(), " lines, p99"), .unit = "ms", .of = Counter(0, "p99"),
                       .bound = AtMost(20), .needs_two_cores = true},
                      {.name = "the same, p50", .unit = "ms", .of = Counter(0, "p50")},
                      {.name = "CPU of one, client and server", .unit = "us", .of = CpuMicrosPerItem(0)}},
          .agrees = [world]() -> absl::Status {
            std::mt19937_64 prng(3);
            for (int i = 0; i < 20; ++i) {
              SH_ASSIGN_OR_RETURN(const costing::v1::ExplainCostResponse answer, world->Explain(prng));
              std::map<std::string, int64_t> sums;
              for (const costing::v1::FlowNode& node : answer.nodes()) {
                sums[node.stage()] += node.amount().units() * 1'000'000'000 + node.amount().nanos();
              }
              if (sums["account"] != answer.total().units() * 1'000'000'000 + answer.total().nanos()) {
                return absl::InternalError(absl::StrCat(answer.title(), " does not add up"));
              }
            }
            return absl::OkStatus();
          }};
}

}  // namespace safehaven::bench
