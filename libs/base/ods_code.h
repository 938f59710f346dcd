// An organisation's code in the Organisation Data Service: three to six capital
// letters and digits ("99F", "RAJ", "QH8"). Values only; thread-safe.
#ifndef SAFEHAVEN_LIBS_BASE_ODS_CODE_H_
#define SAFEHAVEN_LIBS_BASE_ODS_CODE_H_

#include <compare>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/status.h"

namespace safehaven {

class OdsCode {
 public:
  OdsCode() = default;

  // INVALID_ARGUMENT with reason ODS_CODE_MALFORMED unless three to six of A-Z, 0-9.
  static absl::StatusOr<OdsCode> Parse(absl::string_view text) {
    bool well_formed = text.size() >= 3 && text.size() <= 6;
    for (const char c : text) {
      well_formed = well_formed && ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
    }
    if (!well_formed) {
      return InvalidArgument("ODS_CODE_MALFORMED", "an ODS code is three to six of A-Z and 0-9");
    }
    return OdsCode(std::string(text));
  }

  const std::string& value() const { return value_; }
  friend auto operator<=>(const OdsCode&, const OdsCode&) = default;

 private:
  explicit OdsCode(std::string value) : value_(std::move(value)) {}
  std::string value_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_BASE_ODS_CODE_H_
