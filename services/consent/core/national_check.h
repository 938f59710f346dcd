// The file format of the national service that checks lists against the data opt-out
// (legal basis 3.3): one NHS number a line, each followed by a comma, line ends LF. The
// answer is in the same format and holds those who have NOT opted out: who is missing
// opted out, or was malformed, or never arrived. So an answer is applied only to exactly
// the list that was sent, and what it cannot mean is refused. Pure; thread-safe; messages
// hold no number.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_NATIONAL_CHECK_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_NATIONAL_CHECK_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"
#include "libs/base/nhs_number.h"

namespace safehaven::consent {

// 100 MB is the most that the service's own page takes; a line is 12 bytes.
inline constexpr size_t kCheckBytesMax = 100u << 20;

// The request: distinct numbers in ascending order, so that the file tells no order.
std::string FormatCheckFile(std::span<const NhsNumber> numbers);

// The numbers of a request or an answer, in order. INVALID_ARGUMENT with reason
// CHECK_FILE_MALFORMED and metadata "line": a line end with CR, a missing comma or last
// line end, anything that is not a number; a repeated number; CHECK_FILE_TOO_LARGE.
absl::StatusOr<std::vector<NhsNumber>> ParseCheckFile(absl::string_view text);

// "X26OT123-170316-0042": mailbox, day as ddmmyy, four digits; INVALID_ARGUMENT with
// reason CHECK_NAME_INVALID if the mailbox is not letters and digits or the sequence not
// 1 to 9999.
absl::StatusOr<std::string> CheckFileName(absl::string_view mailbox, CivilDay day, int sequence);

struct CheckOutcome {
  std::vector<NhsNumber> cleared;    // sent and returned: not opted out at the check
  std::vector<NhsNumber> withheld;   // sent and not returned: opted out, or not understood
  CivilDay checked_day;              // every release says when the check was
};

// What the answer says of the list that was sent. INVALID_ARGUMENT with reason
// CHECK_ANSWER_OF_ANOTHER if it holds a number that was not sent, CHECK_ANSWER_EMPTY if
// it holds none (a refusal of the service looks like that, and everybody having opted out
// is not believed of more than `kCheckPlausibleMax` people).
inline constexpr size_t kCheckPlausibleMax = 20;
absl::StatusOr<CheckOutcome> ApplyCheck(std::span<const NhsNumber> sent, std::span<const NhsNumber> returned,
                                        CivilDay checked_day);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_NATIONAL_CHECK_H_
