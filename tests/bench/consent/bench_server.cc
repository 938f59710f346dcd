// consent as a process for the benchmarks: its real handlers, log and store behind mutual
// TLS, beside a method that does nothing. Says "ready PID PORT" when it takes calls.
//
//   bench_consent_server FOLDER REGIONS REAL_START_UNIX_MS
//
// FOLDER holds consent.crt, consent.key, authority.crt and jwks.json; the store is made
// in it.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/log/transparency_log.h"
#include "libs/server/server.h"
#include "libs/server/system.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "safehaven/test/v1/echo.pb.h"
#include "services/consent/core/entry_text.h"
#include "services/consent/rpc/handlers.h"
#include "tests/bench/consent/service_world.h"
#include "tests/support/merkle_fixtures.h"

namespace safehaven::consent {
namespace {

constexpr char kDomain[] = "demo.safehaven.invalid";
constexpr size_t kEntriesPerChange = 2'000;

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

absl::Status AppendRegister(ConsentStore& store, const std::vector<Entry>& entries) {
  for (size_t begin = 0; begin < entries.size(); begin += kEntriesPerChange) {
    storage::v1::RegisterChangeRecord record;
    for (size_t i = begin; i < std::min(begin + kEntriesPerChange, entries.size()); ++i) {
      storage::v1::RegisterEntryRecord* out = record.add_entries();
      out->set_key(KeyOf(entries[i]));
      out->set_text(SerialiseEntry(entries[i]));
    }
    SH_RETURN_IF_ERROR(store.AppendRegister(record, store.view(), absl::InfiniteFuture()).status());
  }
  return absl::OkStatus();
}

absl::Status Run(const std::string& folder, int regions, absl::Time real_start) {
  const SystemClock real_clock;
  const ShiftedClock clock(real_start);
  SystemRandomness randomness;
  ServerOptions options = {.program = "consent", .trust_domain = kDomain};
  options.tls = {.certificate = folder + "/consent.crt",
                 .key = folder + "/consent.key",
                 .authorities = folder + "/authority.crt"};
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Server> server, Server::Start(options, real_clock, randomness));
  SH_ASSIGN_OR_RETURN(std::unique_ptr<RocksDbStore> store, RocksDbStore::Open({.path = folder + "/state"}));
  Followers followers(clock, clock.Now() - absl::Hours(1));
  LogOptions log_options;
  log_options.origin = testing_support::kTestOrigin;
  SH_ASSIGN_OR_RETURN(std::unique_ptr<TransparencyLog> log,
                      TransparencyLog::Open(std::move(log_options),
                                            testing_support::TestSigner(testing_support::kTestOrigin, 'a'), *store,
                                            real_clock, randomness));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<ConsentStore> consent_store, ConsentStore::Open(*store, *log));
  SH_RETURN_IF_ERROR(AppendRegister(*consent_store, ServiceRegister(regions, ReadFile(folder + "/jwks.json"))));

  ReplayWindow replays({}, absl::InfinitePast());
  ConsentWorld world = {.store = *consent_store,
                        .followers = followers,
                        .clock = clock,
                        .randomness = randomness,
                        .replays = replays,
                        .profile = Profile::kProduction};
  ConsentHandlers handlers(world);
  MethodRegistry registry;
  handlers.Register(registry);
  // EchoService has to be whole; only its Echo is called, and does nothing.
  using test::v1::EchoRequest;
  using test::v1::EchoResponse;
  constexpr char kEcho[] = "safehaven.test.v1.EchoService";
  const auto nothing = [](const Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> { return EchoResponse(); };
  for (const char* method : {"Echo", "Write", "Hasten"}) registry.Unary<EchoRequest, EchoResponse>(kEcho, method, nothing);
  registry.ServerStream<EchoRequest, EchoResponse>(
      kEcho, "Count", [](const Call&, const EchoRequest&, Writer<EchoResponse>&) { return absl::OkStatus(); });
  for (const char* method : {"Exchange", "Linger"}) {
    registry.BidiStream<EchoRequest, EchoResponse>(
        kEcho, method, [](const Call&, Reader<EchoRequest>&, Writer<EchoResponse>&) { return absl::OkStatus(); });
  }
  SH_RETURN_IF_ERROR(server->Serve(std::move(registry)));
  std::printf("ready %d %d\n", static_cast<int>(getpid()), server->ports().grpc);
  std::fflush(stdout);
  return server->RunUntilTerminated({});
}

}  // namespace
}  // namespace safehaven::consent

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const absl::Status status =
      safehaven::consent::Run(argv[1], std::atoi(argv[2]), absl::FromUnixMillis(std::atoll(argv[3])));
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
