// One gate judged on the sample register after a change. For tests of single gates.
#ifndef SAFEHAVEN_TESTS_UNIT_SERVICES_CONSENT_CORE_GATES_FIXTURE_H_
#define SAFEHAVEN_TESTS_UNIT_SERVICES_CONSENT_CORE_GATES_FIXTURE_H_

#include <functional>
#include <string>
#include <vector>

#include "services/consent/core/gates/gates.h"
#include "tests/support/consent_world.h"

namespace safehaven::consent {

// What is judged; a test changes what it is about. Permitted as it stands.
struct World {
  std::vector<Entry> entries = SampleEntries();
  Question question = PioneerAggregate();
  Caller caller = Amira();
  CivilDay day = Day("2026-06-01");
  std::vector<Holding> holdings;

  Approval& approval(absl::string_view printed = "CAG 9-01(a)/2025") { return ApprovalIn(entries, printed); }

  // Without what it relied on, which goes with the snapshot.
  GateVerdict Judge(GateFunction gate) const {
    const RegisterSnapshot snapshot = SnapshotOf(entries);
    auto verdict = gate(MakeMatter(snapshot, question, caller, day, holdings));
    SH_CHECK(verdict.ok());
    verdict->relied_on.clear();
    return *std::move(verdict);
  }

  // "PASS WINDOW_OPEN", or with "+WARNING".
  std::string Says(GateFunction gate) const {
    const GateVerdict verdict = Judge(gate);
    return absl::StrCat(EnumText<Verdict>::Of(verdict.verdict), " ", verdict.reason.text(),
                        verdict.warning.empty() ? "" : absl::StrCat(" +", verdict.warning.text()));
  }
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_TESTS_UNIT_SERVICES_CONSENT_CORE_GATES_FIXTURE_H_
