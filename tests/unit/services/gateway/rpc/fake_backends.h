// consent and costing as the gateway's tests need them: canned answers, and a record of
// what was asked.
#ifndef SAFEHAVEN_TESTS_UNIT_SERVICES_GATEWAY_RPC_FAKE_BACKENDS_H_
#define SAFEHAVEN_TESTS_UNIT_SERVICES_GATEWAY_RPC_FAKE_BACKENDS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/environment.h"
#include "services/gateway/rpc/backends.h"

namespace safehaven::gateway {

// A clock that stands still unless it is moved. Thread-safe.
class FakeClock : public Clock {
 public:
  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  void Advance(absl::Duration duration) {
    absl::MutexLock lock(&mutex_);
    now_ += duration;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_) = absl::FromUnixSeconds(1'700'000'000);
};

inline consent::v1::DecideResponse Permitted() {
  consent::v1::DecideResponse response;
  response.mutable_decision()->set_effect(consent::v1::EFFECT_PERMITTED);
  response.mutable_decision()->set_approval("CAG 9-01(a)/2025");
  response.mutable_decision()->set_organisation("ZC1");
  response.mutable_decision()->set_role("analyst");
  response.mutable_decision()->add_obligations("Publish nothing below eight.");
  consent::v1::GateVerdict* verdict = response.mutable_decision()->add_verdicts();
  verdict->set_gate("confidence");
  verdict->set_outcome(consent::v1::GATE_OUTCOME_PASS);
  verdict->set_reason("SECTION_251_SUPPORT");
  response.mutable_warrant()->set_body("warrant");
  return response;
}

inline consent::v1::DecideResponse Refused() {
  consent::v1::DecideResponse response;
  response.mutable_decision()->set_effect(consent::v1::EFFECT_REFUSED);
  consent::v1::GateVerdict* verdict = response.mutable_decision()->add_verdicts();
  verdict->set_gate("recipient");
  verdict->set_outcome(consent::v1::GATE_OUTCOME_FAIL);
  verdict->set_reason("NOT_A_RECIPIENT");
  verdict->set_remedy("Ask under an approval that names your organisation.");
  response.mutable_refusal()->set_body("refusal");
  return response;
}

inline costing::v1::AnswerResponse Answered() {
  costing::v1::AnswerResponse response;
  costing::v1::ProtectedAnswer* answer = response.mutable_answer();
  for (const char* column : {"age_band", "cost_per_head"}) answer->add_columns(column);
  answer->set_key_column_count(1);
  for (const char* value : {"412.50", "suppressed"}) {
    costing::v1::AnswerRow* row = answer->add_rows();
    row->add_values("0-4");
    row->add_values(value);
  }
  answer->set_left_out("15");
  answer->set_suppressed_cell_count(1);
  answer->set_complete(true);
  response.mutable_receipt()->mutable_release()->set_index(7);
  return response;
}

inline consent::v1::ListEntitlementsResponse Entitled() {
  consent::v1::ListEntitlementsResponse response;
  response.set_organisation("ZC1");
  response.set_role("analyst");
  response.set_complete(true);
  consent::v1::Entitlement* pioneer = response.add_entitlements();
  pioneer->set_approval("CAG 9-01(a)/2025");
  pioneer->set_title("Integrated care pioneer: linked commissioning data");
  pioneer->add_purposes("commissioning_planning");
  pioneer->add_purposes("contract_monitoring");
  for (const char* dataset : {"acute/apc", "acute/ec", "acute/op", "community/contacts", "gp/register",
                              "mental_health/contacts", "social_care/services"}) {
    pioneer->add_datasets(dataset);
  }
  pioneer->set_identifiability("pseudonymised");
  pioneer->set_linkage_allowed(true);
  pioneer->mutable_valid_from()->set_year(2025);
  pioneer->mutable_valid_from()->set_month(4);
  pioneer->mutable_valid_from()->set_day(1);
  pioneer->add_conditions("Objections of people are honoured: their records are left out.");
  consent::v1::Entitlement* stratification = response.add_entitlements();
  stratification->set_approval("CAG 9-02(a)/2025");
  stratification->set_title("Risk stratification");
  stratification->add_purposes("risk_stratification_planning");
  stratification->add_datasets("acute/apc");
  stratification->add_datasets("gp/register");
  stratification->set_identifiability("aggregate_suppressed");
  stratification->mutable_valid_from()->set_year(2025);
  stratification->mutable_valid_from()->set_month(4);
  stratification->mutable_valid_from()->set_day(1);
  stratification->mutable_valid_to()->set_year(2027);
  stratification->mutable_valid_to()->set_month(3);
  stratification->mutable_valid_to()->set_day(31);
  return response;
}

// Thread-safe.
class FakeBackends : public Backends {
 public:
  std::function<absl::StatusOr<consent::v1::DecideResponse>()> decide = [] { return Permitted(); };
  std::function<absl::StatusOr<costing::v1::AnswerResponse>()> answer = [] { return Answered(); };
  consent::v1::NearestLawfulResponse nearest;

  absl::StatusOr<consent::v1::DecideResponse> Decide(const consent::v1::DecideRequest& request,
                                                     absl::Time deadline) override {
    absl::MutexLock lock(&mutex_);
    last_deadline_ = deadline;
    decides.push_back(request);
    return decide();
  }
  absl::StatusOr<consent::v1::EvaluateResponse> Evaluate(const consent::v1::EvaluateRequest& request,
                                                         absl::Time) override {
    absl::MutexLock lock(&mutex_);
    evaluates.push_back(request);
    consent::v1::EvaluateResponse response;
    response.mutable_decision()->set_effect(consent::v1::EFFECT_NEEDS_MORE);
    return response;
  }
  absl::StatusOr<consent::v1::WhatIfResponse> WhatIf(const consent::v1::WhatIfRequest& request,
                                                     absl::Time) override {
    absl::MutexLock lock(&mutex_);
    what_ifs.push_back(request);
    consent::v1::WhatIfResponse response;
    response.mutable_now()->set_effect(consent::v1::EFFECT_PERMITTED);
    response.mutable_then()->set_effect(consent::v1::EFFECT_REFUSED);
    consent::v1::VerdictChange* change = response.add_changes();
    change->set_gate("window");
    change->set_now("PASS WINDOW_OPEN");
    change->set_then("FAIL WINDOW_CLOSED");
    return response;
  }
  absl::StatusOr<consent::v1::NearestLawfulResponse> NearestLawful(const consent::v1::NearestLawfulRequest& request,
                                                                   absl::Time) override {
    absl::MutexLock lock(&mutex_);
    nearests.push_back(request);
    return nearest;
  }
  absl::StatusOr<consent::v1::ListEntitlementsResponse> ListEntitlements(
      const consent::v1::ListEntitlementsRequest& request, absl::Time deadline) override {
    absl::MutexLock lock(&mutex_);
    last_deadline_ = deadline;
    lists.push_back(request);
    return Entitled();
  }
  absl::StatusOr<costing::v1::AnswerResponse> Answer(const costing::v1::AnswerRequest& request,
                                                     absl::Time) override {
    absl::MutexLock lock(&mutex_);
    answers.push_back(request);
    return answer();
  }

  // Of the last decision or list.
  absl::Time last_deadline() {
    absl::MutexLock lock(&mutex_);
    return last_deadline_;
  }

  // Read them when nobody calls.
  std::vector<consent::v1::DecideRequest> decides;
  std::vector<consent::v1::EvaluateRequest> evaluates;
  std::vector<consent::v1::WhatIfRequest> what_ifs;
  std::vector<consent::v1::NearestLawfulRequest> nearests;
  std::vector<consent::v1::ListEntitlementsRequest> lists;
  std::vector<costing::v1::AnswerRequest> answers;

 private:
  absl::Mutex mutex_;
  absl::Time last_deadline_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_TESTS_UNIT_SERVICES_GATEWAY_RPC_FAKE_BACKENDS_H_
