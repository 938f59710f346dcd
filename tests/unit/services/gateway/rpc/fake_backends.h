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

// Thread-safe.
class FakeBackends : public Backends {
 public:
  std::function<absl::StatusOr<consent::v1::DecideResponse>()> decide = [] { return Permitted(); };
  std::function<absl::StatusOr<costing::v1::AnswerResponse>()> answer = [] { return Answered(); };

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
  absl::StatusOr<consent::v1::ListEntitlementsResponse> ListEntitlements(
      const consent::v1::ListEntitlementsRequest& request, absl::Time deadline) override {
    absl::MutexLock lock(&mutex_);
    last_deadline_ = deadline;
    lists.push_back(request);
    consent::v1::ListEntitlementsResponse response;
    response.set_organisation("ZC1");
    response.set_complete(true);
    consent::v1::Entitlement* entitlement = response.add_entitlements();
    entitlement->set_approval("CAG 9-01(a)/2025");
    entitlement->mutable_valid_from()->set_year(2025);
    entitlement->mutable_valid_from()->set_month(4);
    entitlement->mutable_valid_from()->set_day(1);
    return response;
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
  std::vector<consent::v1::ListEntitlementsRequest> lists;
  std::vector<costing::v1::AnswerRequest> answers;

 private:
  absl::Mutex mutex_;
  absl::Time last_deadline_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_TESTS_UNIT_SERVICES_GATEWAY_RPC_FAKE_BACKENDS_H_
