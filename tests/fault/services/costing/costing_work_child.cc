// Loads, costs and answers on RocksDB until it is killed. What was acknowledged is
// printed, a line each, for costing_kill_test.cc:
//
//     rows <load> <next offset>
//     visible <load>
//     run <request id> <number> <certificate>
//     answer <warrant> <SHA-256 of the response, hex>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "libs/merkle/sha256.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "tests/support/costing_world.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

// First of a round's own records; below are those of the published crosswalk.
constexpr uint64_t kFirstRecord = 1000;
constexpr uint64_t kBatchRows = 3;
// A consent of its own for each round; '0' is the test's.
constexpr char kIncarnations[] = "123456789abcdef";

void Say(const std::string& line) {
  if (write(STDOUT_FILENO, line.data(), line.size()) < 0) std::abort();
}

class Work {
 public:
  Work(Store& store, int round)
      : round_(round), randomness_(static_cast<uint64_t>(round)),
        consent_(clock_, kIncarnations[round]), service_(store, consent_, linkage_, clock_, randomness_) {
    Publish(service_, consent_.objections(1));
  }

  void LoadOne(int number) {
    const std::string load = absl::StrFormat("%016x%016x", round_, number);
    SH_CHECK(service_.handlers.loads.OpenLoad(service_.CallFrom("source/acute"), OpenRequest(consent_, load)).ok());
    for (uint64_t offset = 0; offset < 2 * kBatchRows; offset += kBatchRows) {
      std::vector<v1::PayloadRow> rows;
      for (uint64_t i = 0; i < kBatchRows; ++i) {
        rows.push_back(RowOf(number == 0 ? 1 + offset + i : kFirstRecord + next_record_++));
      }
      PayloadStream stream;
      stream.requests.push_back(BatchOf(load, offset, rows));
      SH_CHECK(Append(service_, stream).ok() && stream.responses[0].error_reason().empty());
      Say(absl::StrCat("rows ", load, " ", stream.responses[0].next_offset(), "\n"));
    }
    linkage_.Hold(load, linkage::v1::LOAD_STATE_CLOSED, 2 * kBatchRows);
    SH_CHECK(Close(service_, load, 2 * kBatchRows).ok());
    Say(absl::StrCat("visible ", load, "\n"));
  }

  void RunOne(int number) {
    v1::RunCostingRequest request;
    *request.mutable_warrant() = consent_.Permit(CostQuestion(), "tool");
    *request.mutable_question() = QuestionToProto(CostQuestion());
    request.set_ledger_csv(kLedgerCsv);
    request.set_model_yaml(testing_support::kModelYaml);
    request.set_request_id(absl::StrFormat("%08x-0000-4000-8000-%012x", round_, number));
    const auto run = service_.handlers.runs.RunCosting(service_.CallFrom("tool"), request);
    SH_CHECK(run.ok());
    Say(absl::StrCat("run ", request.request_id(), " ", run->run(), " ", run->certificate(), "\n"));
  }

  void AnswerOne() {
    const v1::AnswerRequest request = Ask(consent_, TableQuestion());
    const auto response = service_.handlers.answers.Answer(service_.CallFrom("gateway"), request);
    SH_CHECK(response.ok());
    const Warrant warrant = *ParseWarrant(request.warrant().proof().body());
    Say(absl::StrCat("answer ", warrant.id, " ",
                     absl::BytesToHexString(ToBytes(Sha256(response->SerializeAsString()))), "\n"));
  }

 private:
  const int round_;
  uint64_t next_record_ = static_cast<uint64_t>(round_) * 1'000'000;
  WorldClock clock_;
  safehaven::testing_support::FakeRandomness randomness_;
  ConsentInMemory consent_;
  LinkageInMemory linkage_;
  CostingService service_;
};

int Run(const std::string& path, int round) {
  const auto store = RocksDbStore::Open({.path = path});
  if (!store.ok()) return 1;
  Work work(**store, round);
  for (int number = 0;; ++number) {
    work.LoadOne(number);
    work.AnswerOne();
    work.RunOne(number);
    work.AnswerOne();
  }
}

}  // namespace
}  // namespace safehaven::costing

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  return safehaven::costing::Run(argv[1], std::atoi(argv[2]));
}
