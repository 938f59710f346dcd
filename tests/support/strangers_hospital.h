// A stranger's hospital on files, for tests of costing on files: one ward, a laboratory
// whose tests find their stay by number or else by patient and day, and names of columns
// that are not ours. Everything in it is invented.
#ifndef SAFEHAVEN_TESTS_SUPPORT_STRANGERS_HOSPITAL_H_
#define SAFEHAVEN_TESTS_SUPPORT_STRANGERS_HOSPITAL_H_

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "cli/costing/file_run.h"
#include "cli/costing/output_folder.h"
#include "cli/costing/run_output.h"
#include "libs/base/status.h"

namespace safehaven::testing_support {

inline constexpr char kStrangersModel[] = R"(format: safehaven-cost-model/1
provider: ZX1
version: 1
period: {start: 2025-04-01, end: 2026-03-31}
cost_groups: [own_patient_care, education_training, research_development, commercial_other, other_organisations_patients]
pools:
  - {id: estates, name: Estates, kind: support}
  - {id: ward, name: Ward, kind: resource, resource: WARD}
  - {id: laboratory, name: Laboratory, kind: resource, resource: LAB}
ledger_map: {file: ledger_map.csv}
support_allocation: {method: step_down, order: [estates], statistics: {estates: {ward: 3, laboratory: 1}}}
resources: [{id: WARD, name: Ward}, {id: LAB, name: Laboratory}]
activities: [{id: CARE, name: Ward care}, {id: TESTS, name: Tests}]
links: [{resource: WARD, activity: CARE, share: 1}, {resource: LAB, activity: TESTS, share: 1}]
drivers:
  - {activity: CARE, feed: stays, column: nights_in_period, kind: time}
  - {activity: TESTS, feed: tests, column: price, kind: relative_weight, where_not: {state: [cancelled]}}
feeds:
  - {id: stays, dataset: stays}
  - {id: tests, dataset: tests, kind: auxiliary}
matching:
  rules:
    - {id: by_stay, feed: tests, key: event, targets: [stays]}
    - {id: by_patient, feed: tests, key: patient, targets: [stays], days_before: 7, days_after: 0}
income_map: [{cost_centre: INC, account: "*", cost_group: own_patient_care}]
)";
inline constexpr char kStrangersInputs[] = R"(format: safehaven-cost-inputs/1
audited_total: "1000.00"
ledger: {file: gl.csv, columns: {cost_centre: CC, account: Acc, amount: Pounds}}
income: {file: income.csv, columns: {cost_centre: CC, account: Acc, amount: Pounds}}
datasets:
  stays: {file: stays.csv, day_format: uk, columns: {record_id: Stay, patient: Hosp No, start_date: In, end_date: Out},
          constants: {point_of_delivery: EL, currency: AA01A}}
  tests: {file: tests.csv, columns: {event_id: Stay, patient: Hosp No, day: When}, decimals: {price: 2}}
)";

// Every file by its path below the hospital's folder.
inline std::map<std::string, std::string> StrangersFiles() {
  return {{"model/model.yaml", kStrangersModel},
          {"model/inputs.yaml", kStrangersInputs},
          {"model/ledger_map.csv",
           "cost_centre,account,to,amount,fraction\nE1,*,estates,,1\nW1,PAY,laboratory,100.00,\nW1,PAY,ward,,1\n"},
          {"input/gl.csv", "CC,Acc,Pounds\nE1,RENT,400.00\nW1,PAY,600.00\n"},
          {"input/income.csv", "CC,Acc,Pounds\nINC,TARIFF,900.00\n"},
          {"input/stays.csv", "Stay,Hosp No,In,Out\nS1,P1,01/05/2025,03/05/2025\nS2,P2,10/05/2025,16/05/2025\n"},
          {"input/tests.csv",
           "Stay,Hosp No,When,price,state\n"
           "S1,P1,2025-05-02T10:00,1.50,done\n"
           ",P2,2025-05-05,2.5,done\n"
           ",P3,2025-05-05,1,done\n"
           "S2,P2,2025-05-11,99,cancelled\n"}};
}

class StrangersHospital {
 public:
  explicit StrangersHospital(std::filesystem::path root) : root_(std::move(root)) { Reset(); }

  void Reset() {
    for (const auto& [name, text] : StrangersFiles()) Put(name, text);
  }
  void Put(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary | std::ios::trunc) << text;
  }
  std::string Get(const std::string& name) const {
    std::ifstream in(root_ / name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::string Path(const std::string& name) const { return (root_ / name).string(); }

  absl::StatusOr<cli::FileRun> Run() const {
    return cli::RunOnFiles({.model = Path("model"), .feeds = {.input_dir = Path("input")}}, [](absl::string_view) {});
  }
  absl::Status Write(const cli::FileRun& run, cli::LinesFormat format, const std::string& name) const {
    SH_ASSIGN_OR_RETURN(cli::OutputFolder folder, cli::OutputFolder::Make(Path(name)));
    SH_ASSIGN_OR_RETURN(Ed25519PrivateKey key, Ed25519PrivateKey::FromSeed(std::string(32, 'k')));
    SH_ASSIGN_OR_RETURN(const NoteSigner signer, NoteSigner::Make("safehaven-cost/ZX1", NoteKeyKind::kEd25519, key));
    SH_RETURN_IF_ERROR(cli::WriteRun(run, format, signer, folder));
    return folder.Commit();
  }

 private:
  std::filesystem::path root_;
};

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_SUPPORT_STRANGERS_HOSPITAL_H_
