// ResolveInquiry: whose records the numbers of an inquiry are, in the crosswalk of a past
// release. Found in the newest crosswalk, which knows most of everybody, and followed back
// through what has happened to persons since.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_format.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "services/linkage/rpc/handlers.h"

namespace safehaven::linkage {
namespace {

// The numbers that `person` may have had before `events`: its own, those that were
// merged into it or gave it records, and the one from which it was split.
std::set<PersonNumber> Before(PersonNumber person, const std::vector<PersonEvent>& events) {
  std::set<PersonNumber> before = {person};
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    const bool goes_on = event->kind == PersonEventKind::kMergedInto || event->kind == PersonEventKind::kGaveTo;
    if (goes_on && before.contains(event->other)) before.insert(event->person);
    if (event->kind == PersonEventKind::kSplitFrom && before.contains(event->person)) before.insert(event->other);
  }
  return before;
}

absl::StatusOr<std::vector<NhsNumber>> NumbersOf(const consent::v1::ReadInquiryResponse& inquiry) {
  const bool equal = inquiry.nhs_numbers_size() == inquiry.effective_days_size() &&
                     inquiry.nhs_numbers_size() == inquiry.sizes_size();
  if (!equal) return DataLoss("INQUIRY_MALFORMED", "its columns are of unequal length");
  std::vector<NhsNumber> numbers;
  for (const uint64_t value : inquiry.nhs_numbers()) {
    const absl::StatusOr<NhsNumber> number = NhsNumber::Parse(absl::StrFormat("%010d", value));
    if (!number.ok()) return DataLoss("INQUIRY_MALFORMED", "it has a number that is none");
    numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace

absl::StatusOr<v1::ResolveInquiryResponse> InquiryHandlers::ResolveInquiry(const Call& call,
                                                                           const v1::ResolveInquiryRequest& request) {
  SH_RETURN_IF_ERROR(world_.gate.CheckNotHalted());
  SH_ASSIGN_OR_RETURN(const consent::v1::ReadInquiryResponse inquiry, world_.read_inquiry(request.inquiry()));
  SH_ASSIGN_OR_RETURN(const std::vector<NhsNumber> numbers, NumbersOf(inquiry));
  SH_ASSIGN_OR_RETURN(const CurrentPublication current, world_.publications.Find(request.authority()));
  const StoredCrosswalk& newest = *current.crosswalk;
  if (request.crosswalk_revision() > newest.crosswalk.revision) {
    return NotFound("CROSSWALK_NOT_PUBLISHED", "there is no such revision yet");
  }
  SH_ASSIGN_OR_RETURN(const std::vector<PersonEvent> events,
                      world_.crosswalks.EventsBetween(request.authority(), request.crosswalk_revision(),
                                                      newest.crosswalk.revision, call.deadline()));
  const ExclusionSet found = Exclude({.crosswalk_revision = newest.crosswalk.revision,
                                      .places = newest.places,
                                      .evidence = newest.evidence,
                                      .objectors = numbers,
                                      .previous = nullptr,
                                      .events = {},
                                      .reviewed = {}});
  std::map<uint64_t, std::set<PersonNumber>> persons_of;  // by NHS number
  for (const ExcludedPerson& person : found.persons) {
    const std::set<PersonNumber> before = Before(person.person, events);
    for (const uint64_t number : person.causes.Reveal()) persons_of[number].insert(before.begin(), before.end());
  }
  v1::ResolveInquiryResponse response;
  response.set_set(inquiry.set());
  for (int i = 0; i < inquiry.nhs_numbers_size(); ++i) {
    const auto persons = persons_of.find(inquiry.nhs_numbers(i));
    if (persons == persons_of.end()) continue;
    v1::InquiredPerson* out = response.add_people();
    out->mutable_persons()->Assign(persons->second.begin(), persons->second.end());
    out->set_effective_day(inquiry.effective_days(i));
    out->set_size(inquiry.sizes(i));
  }
  return response;
}

}  // namespace safehaven::linkage
