// consent over mutual TLS, in a process of its own: decisions with 64 in flight beside a
// method that does nothing, screening in columns, and loading objections. Server and
// client share the machine's cores, so the server's CPU time is what counts.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "libs/base/status.h"
#include "libs/transport/wire_status.h"
#include "libs/warrant/wire.h"
#include "safehaven/test/v1/echo.pb.h"
#include "tests/bench/consent/service_under_test.h"
#include "tests/bench/support/comparison.h"
#include "tests/bench/support/probe.h"

namespace safehaven::bench {
namespace {

using consent::v1::DecideRequest;
using consent::v1::DecideResponse;
using test::v1::EchoRequest;
using test::v1::EchoResponse;

constexpr size_t kInFlight = 64;

struct Sizes {
  int regions;
  size_t calls;
  size_t objections;
  size_t screened;
};
constexpr Sizes kSizes = {.regions = 1250, .calls = 3'000, .objections = 4'000'000, .screened = 8'000'000};
constexpr Sizes kSizesQuick = {.regions = 2, .calls = 100, .objections = 20'000, .screened = 50'000};

// Keeps a number of unary calls of one method in flight until all are answered.
template <typename Request, typename Response>
class Caller {
 public:
  Caller(const Channel& channel, std::string path, const Request& request, size_t count)
      : stub_(channel.grpc_channel()), path_(std::move(path)), request_(request), to_send_(count), to_answer_(count) {}

  absl::Status Run(size_t in_flight) {
    for (size_t i = 0; i < in_flight; ++i) SendNext();
    done_.WaitForNotification();
    absl::MutexLock lock(&mutex_);
    return status_;
  }

  const Response& last() const { return last_; }

 private:
  struct Flight {
    grpc::ClientContext context;
    Response response;
  };

  void SendNext() {
    {
      absl::MutexLock lock(&mutex_);
      if (to_send_ == 0) return;
      --to_send_;
    }
    auto* flight = new Flight;
    flight->context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
    stub_.UnaryCall(&flight->context, path_, grpc::StubOptions(), &request_, &flight->response,
                    [this, flight](const grpc::Status& status) { Answered(flight, status); });
  }

  void Answered(Flight* flight, const grpc::Status& status) {
    SendNext();
    absl::MutexLock lock(&mutex_);
    if (status_.ok()) status_ = FromGrpc(status);
    last_ = std::move(flight->response);
    delete flight;
    if (--to_answer_ == 0) done_.Notify();
  }

  grpc::TemplatedGenericStub<Request, Response> stub_;
  const std::string path_;
  const Request& request_;
  absl::Notification done_;
  absl::Mutex mutex_;
  size_t to_send_ ABSL_GUARDED_BY(mutex_);
  size_t to_answer_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  Response last_;
};

struct World {
  explicit World(const Sizes& the_sizes)
      : sizes(the_sizes),
        service(the_sizes.regions),
        objections(TestNumbers(the_sizes.objections, 1)),
        screened(TestNumbers(the_sizes.screened, 2)) {}

  Sizes sizes;
  ServiceUnderTest service;
  std::vector<uint64_t> objections;
  std::vector<uint64_t> screened;
  int loads = 0;
};

constexpr char kServerCpu[] = "server_cpu_seconds";

// Runs `body` once and notes how much CPU the server took for it.
template <typename Body>
void WithServerCpu(World& world, double items, benchmark::State& state, const Body& body) {
  const double before = world.service.ServerCpuSeconds();
  for (auto _ : state) {
    const absl::Status status = body();
    if (!status.ok()) state.SkipWithError(status.ToString().c_str());
  }
  state.counters[kServerCpu] = world.service.ServerCpuSeconds() - before;
  state.counters[kItems] = items;
}

void CallEmpty(World& world, benchmark::State& state) {
  WithServerCpu(world, static_cast<double>(world.sizes.calls), state, [&world] {
    const EchoRequest request;
    return Caller<EchoRequest, EchoResponse>(world.service.gateway().channel(), "/safehaven.test.v1.EchoService/Echo",
                                             request, world.sizes.calls)
        .Run(kInFlight);
  });
}

void CallDecide(World& world, benchmark::State& state) {
  WithServerCpu(world, static_cast<double>(world.sizes.calls), state, [&world] {
    const DecideRequest request = world.service.AmirasRequest();
    return Caller<DecideRequest, DecideResponse>(world.service.gateway().channel(),
                                                 "/safehaven.consent.v1.ConsentService/Decide", request,
                                                 world.sizes.calls)
        .Run(kInFlight);
  });
}

void SyncFile(World& world, benchmark::State& state) {
  constexpr int kSyncs = 20;
  const int file = open(world.service.FolderFile("raw").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  const std::string record(4096, 'r');
  for (auto _ : state) {
    for (int i = 0; i < kSyncs; ++i) {
      if (write(file, record.data(), record.size()) < 0 || fdatasync(file) != 0) state.SkipWithError("cannot write");
    }
  }
  close(file);
  state.counters[kItems] = kSyncs;
}

void LoadObjections(World& world, benchmark::State& state) {
  WithServerCpu(world, static_cast<double>(world.objections.size()), state, [&world] {
    return world.service.Load(absl::StrCat("load-", ++world.loads), world.objections);
  });
}

void ScreenNumbers(World& world, benchmark::State& state) {
  WithServerCpu(world, static_cast<double>(world.screened.size()), state,
                [&world] { return world.service.Screen(world.screened).status(); });
}

absl::Status DecisionsAgree(World& world) {
  const DecideRequest request = world.service.AmirasRequest();
  Caller<DecideRequest, DecideResponse> caller(world.service.gateway().channel(),
                                               "/safehaven.consent.v1.ConsentService/Decide", request, 1);
  SH_RETURN_IF_ERROR(caller.Run(1));
  const DecideResponse& response = caller.last();
  SH_ASSIGN_OR_RETURN(const ProvenLeaf leaf, ProvenLeafFromProto(response.warrant()));
  SH_ASSIGN_OR_RETURN(const Warrant warrant, ParseWarrant(leaf.body));
  const bool right = response.decision().effect() == consent::v1::EFFECT_PERMITTED &&
                     warrant.question_digest == QuestionDigest(consent::PioneerAggregate());
  return right ? absl::OkStatus() : Internal("DECISION_WRONG", "the pioneer's question was not permitted");
}

// A few objectors among others, one withdrawn number and one that is none.
absl::Status ScreeningAgrees(World& world) {
  const std::vector<uint64_t> objecting = TestNumbers(20'000, 3);
  SH_RETURN_IF_ERROR(world.service.Load("oracle", objecting));
  std::vector<uint64_t> asked = TestNumbers(20'000, 4);
  const size_t others = asked.size();
  asked.insert(asked.end(), objecting.begin(), objecting.end());
  asked.push_back(asked[0] + 1);
  SH_ASSIGN_OR_RETURN(const std::string allowed, world.service.Screen(asked));
  if (allowed.size() != asked.size()) return Internal("SCREENING_WRONG", "not every number was answered");
  for (size_t i = others; i < asked.size(); ++i) {
    if (allowed[i] != '\0') return Internal("SCREENING_WRONG", "an objector may be sent");
  }
  size_t passed = 0;
  for (size_t i = 0; i < others; ++i) passed += allowed[i] == '\1' ? 1 : 0;
  // Some of them are among the four million that an earlier comparison loaded.
  return passed + others / 10 > others ? absl::OkStatus() : Internal("SCREENING_WRONG", "people who did not object are kept");
}

std::function<double(const Round&)> ServerMicros(size_t side) {
  return [side](const Round& round) { return round[side].counters.at(kServerCpu) / round[side].items * 1e6; };
}
std::function<double(const Round&)> Rate(size_t side) {
  return [side](const Round& round) { return round[side].items / round[side].wall_seconds; };
}
std::function<double(const Round&)> Divided(std::function<double(const Round&)> a,
                                            std::function<double(const Round&)> b) {
  return [a = std::move(a), b = std::move(b)](const Round& round) { return a(round) / b(round); };
}
// Both ends: what one core would do.
std::function<double(const Round&)> MillionsPerCpuSecondOfBoth(size_t side) {
  return [side](const Round& round) {
    return round[side].items / (round[side].cpu_seconds + round[side].counters.at(kServerCpu)) / 1e6;
  };
}

Comparison DecideComparison(const std::shared_ptr<World>& world) {
  Comparison decide;
  decide.name = "consent/rpc-decide";
  decide.sides = {{.name = "empty", .body = [world](benchmark::State& s) { CallEmpty(*world, s); }, .iterations = 1},
                  {.name = "decide", .body = [world](benchmark::State& s) { CallDecide(*world, s); }, .iterations = 1},
                  {.name = "sync", .body = [world](benchmark::State& s) { SyncFile(*world, s); }, .iterations = 1}};
  decide.figures = {
      {.name = "server CPU of an empty method", .unit = "us", .of = ServerMicros(0),
       .physical_limit = "gRPC's own set-up of a call with mutual TLS: 23 us"},
      {.name = "server CPU of a decision, logged and proven", .unit = "us", .of = ServerMicros(1)},
      {.name = "  against the empty method", .unit = "ratio", .of = Divided(ServerMicros(1), ServerMicros(0)),
       .bound = AtMost(2.5)},
      {.name = "decisions a second, 64 in flight", .unit = "1/s", .of = Rate(1)},
      {.name = "  against the empty method", .unit = "ratio", .of = Divided(Rate(1), Rate(0)), .bound = AtLeast(0.5),
       .needs_two_cores = true, .physical_limit = "64 in flight share an fsync: 64 / its latency"},
      {.name = "fdatasync on the same disk", .unit = "ms",
       .of = [](const Round& round) { return round[2].wall_seconds / round[2].items * 1e3; }}};
  decide.agrees = [world] { return DecisionsAgree(*world); };
  return decide;
}

Comparison LoadComparison(const std::shared_ptr<World>& world) {
  Comparison load;
  load.name = "consent/rpc-load";
  load.sides = {{.name = "load", .body = [world](benchmark::State& s) { LoadObjections(*world, s); }, .iterations = 1}};
  load.figures = {{.name = "4 million objections, durable and validated", .unit = "s", .of = WallSeconds(0),
                   .bound = AtMost(6), .needs_two_cores = true,
                   .physical_limit = "490 fsyncs of 100 kB and 52 MB written: 0.3 s on a calm disk"},
                  {.name = "  CPU of both ends", .unit = "s",
                   .of = [](const Round& round) { return round[0].cpu_seconds + round[0].counters.at(kServerCpu); },
                   .bound = AtMost(6)}};
  load.agrees = [] { return absl::OkStatus(); };
  return load;
}

Comparison ScreenComparison(const std::shared_ptr<World>& world) {
  Comparison screen;
  screen.name = "consent/rpc-screen";
  screen.sides = {{.name = "screen", .body = [world](benchmark::State& s) { ScreenNumbers(*world, s); },
                   .iterations = 1}};
  screen.figures = {{.name = "numbers screened in columns", .unit = "million/s", .of = MillionsPerWallSecond(0),
                     .bound = AtLeast(10), .needs_two_cores = true,
                     .physical_limit = "TLS and copies of 9 bytes a number: 40 to 60 million/s"},
                    {.name = "  for a second of CPU at both ends", .unit = "million/s",
                     .of = MillionsPerCpuSecondOfBoth(0), .bound = AtLeast(10)}};
  screen.agrees = [world] { return ScreeningAgrees(*world); };
  return screen;
}

}  // namespace

std::vector<Comparison> Comparisons(bool quick) {
  const auto world = std::make_shared<World>(quick ? kSizesQuick : kSizes);
  return {DecideComparison(world), LoadComparison(world), ScreenComparison(world)};
}

}  // namespace safehaven::bench
