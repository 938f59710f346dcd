#include "services/linkage/rpc/objections.h"

#include <limits>

#include "libs/base/status.h"

namespace safehaven::linkage {
namespace {

absl::StatusOr<NhsNumber> NumberOf(uint64_t value) {
  if (value / 10 <= std::numeric_limits<uint32_t>::max()) {
    const absl::StatusOr<NhsNumber> number = NhsNumber::FromBase(static_cast<uint32_t>(value / 10));
    if (number.ok() && number->value() == value) return number;
  }
  return DataLoss("OBJECTION_MALFORMED", "consent sent an objection without an NHS number");
}

}  // namespace

absl::Status ObjectionBook::Take(const consent::v1::ReadObjectionsResponse& answer) {
  if (!revision_.incarnation.empty() && answer.incarnation() != revision_.incarnation) {
    return FailedPrecondition("INCARNATION_CHANGED", "consent's objections are of another incarnation");
  }
  if (answer.up_to_size() < revision_.size) {
    return DataLoss("OBJECTION_MALFORMED", "consent's answer goes back behind what was read");
  }
  for (const consent::v1::ObjectionBatch& batch : answer.batches()) {
    for (const consent::v1::Objection& objection : batch.objections()) SH_RETURN_IF_ERROR(NumberOf(objection.nhs_number()));
  }
  for (const consent::v1::ObjectionBatch& batch : answer.batches()) {
    Set& set = sets_[batch.set()];
    set.changed_size = batch.size();
    set.view = nullptr;
    for (const consent::v1::Objection& objection : batch.objections()) {
      const NhsNumber number = *NumberOf(objection.nhs_number());
      if (objection.withdrawn()) {
        set.standing.erase(number);
      } else {
        set.standing.insert(number);
      }
    }
  }
  revision_ = {.incarnation = answer.incarnation(), .size = answer.up_to_size()};
  return absl::OkStatus();
}

std::shared_ptr<const Objections> ObjectionBook::View() const {
  auto view = std::make_shared<Objections>();
  view->revision = revision_;
  for (const auto& [name, set] : sets_) {
    if (set.view == nullptr) {
      set.view = std::make_shared<const StandingObjections>(StandingObjections{
          .numbers = {set.standing.begin(), set.standing.end()}, .changed_size = set.changed_size});
    }
    view->sets[name] = set.view;
  }
  return view;
}

}  // namespace safehaven::linkage
