// Why a gate says what it says: UPPER_SNAKE, one code a cause.
//
// Only a literal of the program can become a code, which the compiler sees to. So there
// is a fixed list of them, no text of a question ever ends up in one, and a verdict
// refers to its reason without owning a text. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_REASON_CODE_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_REASON_CODE_H_

#include <concepts>
#include <ostream>

#include "absl/strings/string_view.h"

namespace safehaven::consent {

class ReasonCode {
 public:
  // No reason.
  constexpr ReasonCode() = default;
  consteval ReasonCode(const char* literal) : text_(literal) {}

  constexpr absl::string_view text() const { return text_; }
  constexpr bool empty() const { return text_.empty(); }

  friend bool operator==(ReasonCode a, ReasonCode b) { return a.text_ == b.text_; }
  template <std::convertible_to<absl::string_view> Text>
  friend bool operator==(ReasonCode code, const Text& text) {
    return code.text_ == absl::string_view(text);
  }
  friend std::ostream& operator<<(std::ostream& out, ReasonCode code) { return out << code.text_; }

 private:
  absl::string_view text_;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_REASON_CODE_H_
