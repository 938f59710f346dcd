#include "tests/property/services/consent/core/random_world.h"

#include <array>

namespace safehaven::consent {
namespace {

CivilDay RandomDay(Prng& prng) {
  // From a year before the sample's window to a year after it.
  return Day("2024-04-01").AddDays(static_cast<int32_t>(Below(prng, 7 * 365)));
}

void ChangePeriod(Prng& prng, Period& period) {
  if (OneIn(prng, 2)) {
    period.first_day = RandomDay(prng);
  } else {
    period.last_day = RandomDay(prng);
  }
  if (period.IsContradictory()) period.last_day.reset();
}

void ChangeFlow(Prng& prng, ApprovedFlow& flow) {
  switch (Below(prng, 4)) {
    case 0:
      flow.linkage_allowed = !flow.linkage_allowed;
      break;
    case 1:
      flow.items = {"cost_per_head", "pseudonym", "cost"};
      break;
    case 2:
      flow.identifiability_out = Identifiability::kAggregateSuppressed;
      break;
    default:
      ChangePeriod(prng, flow.period);
      break;
  }
}

void ChangeApproval(Prng& prng, Approval& approval) {
  switch (Below(prng, 9)) {
    case 0:
      ChangePeriod(prng, approval.period);
      break;
    case 1:
      ChangeFlow(prng, approval.flows[Below(prng, approval.flows.size())]);
      break;
    case 2:
      approval.schedule_paragraphs = {static_cast<int>(1 + Below(prng, 6))};
      break;
    case 3:
      approval.history.resize(1 + Below(prng, approval.history.size()));
      break;
    case 4:
      approval.history.push_back({ApprovalEvent::kWithdrawn, Day("2027-01-01"), Actor::kSecretaryOfState});
      break;
    case 5:
      approval.conditions.push_back({"c", "text", "", RandomDay(prng), ConditionStatus::kOpen, "", OneIn(prng, 2)});
      break;
    case 6:
      approval.dissent.clear();
      break;
    case 7:
      approval.purposes = {static_cast<Purpose>(1 + Below(prng, 10))};
      break;
    default:
      approval.recipient_environments = {"safe_room"};
      break;
  }
}

void Change(Prng& prng, Entry& entry) {
  if (Approval* approval = std::get_if<Approval>(&entry)) return ChangeApproval(prng, *approval);
  if (Organisation* organisation = std::get_if<Organisation>(&entry)) return ChangePeriod(prng, organisation->period);
  if (Agreement* agreement = std::get_if<Agreement>(&entry)) return ChangePeriod(prng, agreement->period);
  if (Environment* environment = std::get_if<Environment>(&entry)) return ChangePeriod(prng, environment->period);
  if (WaiverDecision* decision = std::get_if<WaiverDecision>(&entry)) return ChangePeriod(prng, decision->period);
  if (DataProtectionBasis* basis = std::get_if<DataProtectionBasis>(&entry)) {
    if (OneIn(prng, 2)) basis->article_9.clear();
    return ChangePeriod(prng, basis->period);
  }
  if (SecurityStatus* status = std::get_if<SecurityStatus>(&entry)) {
    status->evidence = OneIn(prng, 2) ? SecurityEvidence::kSelfAssessed : SecurityEvidence::kReviewed;
    status->level = static_cast<SecurityLevel>(Below(prng, 4));
  }
}

Caller RandomCaller(Prng& prng, const Caller& usual) {
  if (!OneIn(prng, 6)) return usual;
  const std::array<Caller, 6> others = {
      Amira(), Nora(), Ruth(), Victor(OneIn(prng, 2) ? "cef-zc1" : ""), Tool(), SourceProgram("ambulance", "ZB1")};
  return others[Below(prng, others.size())];
}

}  // namespace

std::vector<Entry> RandomRegister(Prng& prng) {
  std::vector<Entry> entries = SampleEntries();
  const size_t changes = Below(prng, 4);
  for (size_t i = 0; i < changes; ++i) Change(prng, entries[Below(prng, entries.size())]);
  if (OneIn(prng, 2)) {
    // An approval among the entries is drawn too seldom for what it decides.
    std::vector<Approval*> approvals;
    for (Entry& entry : entries) {
      if (Approval* approval = std::get_if<Approval>(&entry)) approvals.push_back(approval);
    }
    ChangeApproval(prng, *approvals[Below(prng, approvals.size())]);
  }
  return entries;
}

Case RandomCase(Prng& prng) {
  struct Usual {
    Question question;
    Caller caller;
  };
  static const auto* const usual = new std::vector<Usual>{{PioneerAggregate(), Amira()},
                                                          {PioneerRecords(), Amira()},
                                                          {InvoiceRecords(), Victor("cef-zc1")},
                                                          {RiskAggregate(), Ruth()},
                                                          {DisseminationRecords(), Amira()},
                                                          {CollectAcute(), SourceProgram("acute", "ZA1")},
                                                          {LinkPioneer(), Tool()},
                                                          {CostAcute(), SourceProgram("acute", "ZA1")}};
  const Usual& base = (*usual)[Below(prng, usual->size())];
  Case one{base.question, RandomCaller(prng, base.caller), Day("2026-06-01"), {}};
  if (OneIn(prng, 3)) one.day = RandomDay(prng);
  if (OneIn(prng, 6)) one.question.purpose = static_cast<Purpose>(1 + Below(prng, 10));
  if (OneIn(prng, 6)) {
    const auto datasets = Datasets();
    one.question.datasets = {std::string(datasets[Below(prng, datasets.size())].id),
                             std::string(datasets[Below(prng, datasets.size())].id)};
  }
  if (OneIn(prng, 8) && !one.question.commissioner.empty()) one.question.commissioner = "ZC2";
  if (OneIn(prng, 4)) {
    const bool honoured = OneIn(prng, 2);
    one.holdings.push_back({"ZC1", "seahaven", "acute/apc", Day("2025-04-01"), Day("2025-04-30"),
                            honoured ? std::vector<std::string>{"national"} : std::vector<std::string>{},
                            honoured ? ObjectionMode::kRemoveRecord : ObjectionMode::kIgnore, "CAG 9-01(a)/2025"});
  }
  const auto normalised = Normalise(one.question);
  one.question = normalised.ok() ? *normalised : base.question;
  return one;
}

}  // namespace safehaven::consent
