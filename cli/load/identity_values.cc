#include "cli/load/identity_values.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/ods_code.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

constexpr size_t kSmallAreaSize = 9;  // E01 and six digits, W01 for people who live in Wales

bool IsSmallArea(absl::string_view value) {
  return value.size() == kSmallAreaSize && absl::ascii_isupper(static_cast<unsigned char>(value[0])) &&
         std::all_of(value.begin() + 1, value.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

}  // namespace

absl::Status CheckIdentityValue(absl::string_view column, absl::string_view value) {
  if (column == "nhs_number_verified" && value != "0" && value != "1") {
    return InvalidArgument("VERIFIED_MALFORMED", "1 for traced at the national register, 0 for not");
  }
  if (column == "sex" && value != "1" && value != "2" && value != "0" && value != "9") {
    return InvalidArgument("SEX_UNKNOWN", "1 male, 2 female, 0 not known, 9 not specified");
  }
  if (column == "practice_code" || column == "commissioner") return OdsCode::Parse(value).status();
  if (column == "small_area" && !IsSmallArea(value)) {
    return InvalidArgument("SMALL_AREA_MALFORMED", "a small area is a letter and eight digits, such as E01 and six more");
  }
  if (value.size() > kIdentityTextMax) {
    return InvalidArgument("TEXT_TOO_LONG", absl::StrCat("at most ", kIdentityTextMax, " bytes"));
  }
  return absl::OkStatus();
}

}  // namespace safehaven::cli
