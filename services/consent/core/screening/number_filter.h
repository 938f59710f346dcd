// Which of many NHS numbers may pass: those that are numbers at all and whose people do
// not object. What is not a valid number never passes, because nothing is known of it.
//
// Two forms, with the same answer for the same number: columns of integers, for calls
// between programs, and text of one number a line, for the files that sources exchange
// (docs/formats-law.md, "opt-outs request"). Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_SCREENING_NUMBER_FILTER_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_SCREENING_NUMBER_FILTER_H_

#include <cstdint>
#include <span>
#include <string>

#include "absl/strings/string_view.h"
#include "services/consent/core/screening/objection_index.h"

namespace safehaven::consent {

struct FilterCounts {
  uint64_t passed = 0;
  uint64_t objecting = 0;
  uint64_t invalid = 0;  // not ten digits, a wrong check digit, or all digits alike
  friend bool operator==(const FilterCounts&, const FilterCounts&) = default;
};

// Is `value` an NHS number, as NhsNumber::Parse() judges its ten digits?
bool IsNhsNumber(uint64_t value);

// Writes 1 to `allowed` for each of `numbers` that passes, else 0; `allowed` is as long
// as `numbers`. O(n), some 10 ns a number.
FilterCounts FilterNumbers(std::span<const uint64_t> numbers, const ObjectionIndex& objections,
                           std::span<uint8_t> allowed);

// Appends to `passed` the lines of `text` whose number passes, unchanged and in their
// order. A line is ten digits, a comma or none, and LF or CR LF; the last may lack its
// end. O(n), some 15 ns a line.
FilterCounts FilterText(absl::string_view text, const ObjectionIndex& objections, std::string& passed);

// The same without the processor's vector instructions: where there are none, and as
// the oracle of the tests.
FilterCounts FilterTextPlainly(absl::string_view text, const ObjectionIndex& objections, std::string& passed);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_SCREENING_NUMBER_FILTER_H_
