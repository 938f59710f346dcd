// A linkage service over a RocksDB store, with a consent of its own making: loads a
// population unless it is there, asks for a run, and prints each stage the run enters,
// then "done". For linkage_kill_test.cc, which kills it at one of the stages.
#include <unistd.h>

#include <cstdio>
#include <random>
#include <string>

#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "services/linkage/rpc/convert.h"
#include "services/linkage/store/identity_rows.h"
#include "tests/support/linkage_world.h"

namespace safehaven::linkage {
namespace {

constexpr uint32_t kPersons = 300;

void Say(const std::string& text) {
  const std::string line = text + "\n";
  if (write(STDOUT_FILENO, line.data(), line.size()) < 0) std::abort();
}

// A visible load of `rows`.
void AddLoad(StagedLoads& loads, const std::string& source, const std::string& flow, const std::string& dataset, char id,
             const storage::v1::IdentityBatchRecord& rows) {
  const absl::Time never = absl::InfiniteFuture();
  storage::v1::LoadRecord facts;
  facts.set_load(std::string(32, id));
  facts.set_source(source);
  facts.set_flow(flow);
  facts.set_dataset(dataset);
  const auto count = static_cast<uint64_t>(rows.rows_size());
  SH_CHECK(loads.Open(facts, never).ok());
  SH_CHECK(loads.Append(facts.load(), {.offset = 0, .row_count = count, .bytes = rows.SerializeAsString()}, never).ok());
  SH_CHECK(loads.Close(facts.load(), count, never).ok());
  SH_CHECK(loads.MakeVisible(facts.load(), count, never).ok());
}

void AddPopulation(StagedLoads& loads) {
  std::mt19937_64 prng(7);
  const Population population = MakePopulation(prng, kPersons);
  storage::v1::IdentityBatchRecord rows[3];
  for (const SourceRecord& record : population.records) {
    v1::IdentityRow row = RowOf(0, record.identity.Reveal());
    row.set_token(TokenToBytes(record.token));
    *rows[record.source].add_rows() = IdentityToRecord(row);
  }
  AddLoad(loads, "gp", "gp-register-2025", "gp/register", 'a', rows[0]);
  AddLoad(loads, "acute", "acute-apc-2025", "acute/apc", 'b', rows[1]);
  AddLoad(loads, "social_care", "social-2025", "social_care/services", 'c', rows[2]);
}

int Run(const std::string& path) {
  const auto store = RocksDbStore::Open({.path = path});
  if (!store.ok()) return 1;
  const testing_support::FakeClock clock;
  testing_support::FakeRandomness randomness(std::random_device{}());
  FakeConsent consent(clock, '1');
  LinkageService service(**store, consent, clock, randomness, {.on_progress = [](const RunProgress& progress) {
                           Say(absl::StrCat("stage ", progress.per_mille));
                         }});
  if (service.loads.List(absl::InfiniteFuture())->empty()) AddPopulation(service.loads);
  // Consent's log is the same in every life: the register and one warrant.
  const v1::RunLinkageRequest request = LinkRequest(service, 1);
  if (!service.Follow().ok()) return 1;
  const auto run = service.handlers.runs.RunLinkage(service.CallFrom("tool"), request);
  if (!run.ok()) {
    std::fprintf(stderr, "%s\n", run.status().ToString().c_str());
    return 1;
  }
  Say("accepted");
  if (!service.runner.Start().ok()) return 1;
  const v1::GetLinkageRunResponse ended = service.AwaitRun(run->run());
  Say(absl::StrCat("done ", ended.error_reason(), ended.summary().crosswalk_revision()));
  return 0;
}

}  // namespace
}  // namespace safehaven::linkage

int main(int argc, char** argv) { return argc == 2 ? safehaven::linkage::Run(argv[1]) : 2; }
