// The dashboard with made-up answers, for looking at it: prints sign-in links and serves
// until it is stopped. A test program; nothing of it is installed.
//
//   dashboard_backend WEB_FOLDER [ADDRESS:PORT]
#include <array>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/server/termination.h"
#include "tests/integration/gateway/gateway_world.h"

namespace safehaven::gateway {
namespace {

constexpr std::array<const char*, 13> kGates = {
    "confidence", "statute",         "data_protection", "agreement", "security", "recipient",  "purpose",
    "items",      "identifiability", "linkage",         "dissent",   "window",   "conditions"};

consent::v1::DecideResponse Decided(bool permitted) {
  consent::v1::DecideResponse response = permitted ? Permitted() : Refused();
  consent::v1::Decision* decision = response.mutable_decision();
  decision->clear_verdicts();
  decision->set_approval("CAG 9-01(a)/2025");
  for (const char* gate : kGates) {
    consent::v1::GateVerdict* verdict = decision->add_verdicts();
    verdict->set_gate(gate);
    verdict->set_outcome(consent::v1::GATE_OUTCOME_PASS);
    verdict->set_reason("COVERED");
    verdict->set_document("approvals/CAG 9-01(a)/2025");
  }
  decision->mutable_verdicts(11)->set_warning("REVIEW_OVERDUE");
  decision->add_obligations("Keep the answer inside the organisation.");
  if (permitted) return response;
  consent::v1::GateVerdict* recipient = decision->mutable_verdicts(5);
  recipient->set_outcome(consent::v1::GATE_OUTCOME_FAIL);
  recipient->set_reason("NOT_A_RECIPIENT");
  recipient->set_remedy("Ask the Confidentiality Advisory Group to name your organisation in the approval.");
  consent::v1::GateVerdict* agreement = decision->mutable_verdicts(3);
  agreement->set_outcome(consent::v1::GATE_OUTCOME_NEEDS_MORE);
  agreement->set_reason("AGREEMENT_MISSING");
  agreement->set_remedy("Sign a data sharing agreement with each of the five sources.");
  decision->add_explanation("The same question about your own people under an approval that names you.");
  return response;
}

costing::v1::AnswerResponse Answers() {
  costing::v1::AnswerResponse response;
  costing::v1::ProtectedAnswer* answer = response.mutable_answer();
  for (const char* column : {"age_band", "sex", "persons", "cost_per_head"}) answer->add_columns(column);
  answer->set_key_column_count(2);
  uint64_t withheld = 0;
  for (int age = 0; age < 95; age += 5) {
    for (const char* sex : {"female", "male"}) {
      costing::v1::AnswerRow* row = answer->add_rows();
      row->add_values(age == 90 ? "90+" : absl::StrCat(age, "-", age + 4));
      row->add_values(sex);
      const bool is_small = age == 90 || (age == 10 && sex[0] == 'm');
      const int persons = 1400 - 12 * age - (sex[0] == 'm' ? 35 : 0);
      const int cost = 210 + age * age / 4 + (age < 5 ? 900 : 0) + (sex[0] == 'm' ? age : 260 - age);
      row->add_values(is_small ? "suppressed" : absl::StrCat(persons / 5 * 5));
      row->add_values(is_small ? "suppressed" : absl::StrCat(cost, ".00"));
      withheld += is_small ? 2 : 0;
    }
  }
  answer->set_left_out("385");
  answer->set_suppressed_cell_count(withheld);
  answer->set_complete(true);
  answer->add_protection("Values of cells with 1 to 7 people are withheld, and so are their totals.");
  answer->add_protection("Counts are rounded to the nearest 5; costs so that no one's share shows.");
  response.mutable_receipt()->mutable_release()->set_index(1);
  return response;
}

}  // namespace
}  // namespace safehaven::gateway

int main(int argc, char** argv) {
  safehaven::InstallTerminationHandlers();
  safehaven::gateway::GatewayWorld::Options options;
  options.web_folder = argc > 1 ? argv[1] : "";
  if (argc > 2) options.listen = argv[2];
  safehaven::gateway::GatewayWorld world(options);
  // A question under another approval than the pioneer's is refused, to see that too.
  world.backends().decide = [&world] {
    const bool permitted = world.backends().decides.back().question().approval() == "CAG 9-01(a)/2025";
    return safehaven::gateway::Decided(permitted);
  };
  world.backends().answer = [] { return safehaven::gateway::Answers(); };
  std::cout << world.gateway_url() << "\n" << world.Link(0) << "\n" << world.Link(1) << std::endl;
  safehaven::WaitForTermination();
  return 0;
}
