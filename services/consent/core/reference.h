// References of approvals in all the forms in which they were ever printed.
//
// An approval lives for decades under its first number, and one letter is quoted
// with and without a blank, with a range of parts or one of them. So a reference
// keeps how it was printed and is compared by its keys. Forms (legal basis 1.6):
//
//   PIAG 2-10(f)/2005, PIAG 03(a)/2001   Patient Information Advisory Group
//   ECC 1-03(d)/2012                     Ethics and Confidentiality Committee
//   CAG 2-03 (a)/2013, CAG 7-07(a-c)/2013  Confidentiality Advisory Group, 2013-14
//   18/CAG/0038                          afterwards
//   DARS-NIC-199599-S0T5M                data sharing agreements and s261 disseminations
//   STANDING/ZA1/costing                 a body's own standing basis (our own form)
//   NOTICE/2020-03-20/general            notices and directions (our own form)
//
// Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_REFERENCE_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_REFERENCE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven::consent {

enum class ReferenceForm { kCommittee, kYearFirst, kDataAccessRequest, kStanding, kNotice };

class Reference {
 public:
  // The empty reference, which matches nothing.
  Reference() = default;

  // INVALID_ARGUMENT with reason REFERENCE_MALFORMED if `printed` is of no known form.
  static absl::StatusOr<Reference> Parse(absl::string_view printed);

  // As it was written, outer blanks removed.
  const std::string& printed() const { return printed_; }

  // The normalised text: one blank after the committee, none inside; ranges kept
  // ("CAG 7-07(a-c)/2013"). Two references are equal if their normalised texts are.
  const std::string& normalised() const { return normalised_; }

  // One key a part: "(a-c)" gives three. At least one, unless empty.
  const std::vector<std::string>& keys() const { return keys_; }

  ReferenceForm form() const { return form_; }
  bool empty() const { return keys_.empty(); }

  // Does `other` name this approval or a part of it? ("(b)" names "(a-c)".)
  bool IsNamedBy(const Reference& other) const;

  // Have the two a part in common? Two approvals must not.
  bool Shares(const Reference& other) const;

  friend bool operator==(const Reference& a, const Reference& b) { return a.normalised_ == b.normalised_; }

 private:
  std::string printed_;
  std::string normalised_;
  std::vector<std::string> keys_;
  ReferenceForm form_ = ReferenceForm::kCommittee;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_REFERENCE_H_
