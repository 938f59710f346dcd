// Stable lower-case names of enumerations, as files and the log write them.
//
// One table an enumeration, by value; the same table reads and writes, so a name
// that is written can always be read. Constant data; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_NAMES_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_NAMES_H_

#include <array>
#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "libs/base/status.h"
#include "libs/warrant/catalogue.h"
#include "libs/warrant/question.h"
#include "libs/warrant/warrant.h"

namespace safehaven::consent {

// EnumText<E>::Of(value) is the name of a value; EnumText<E>::Parse(name) returns
// INVALID_ARGUMENT with reason NAME_UNKNOWN for any other text.
template <typename Enum>
struct EnumText;

// For an enumeration whose values are 0, 1, 2, ... in the order of `kNames`.
template <typename Enum, const auto& kNames>
struct EnumTable {
  static absl::string_view Of(Enum value) { return kNames[static_cast<size_t>(value)]; }

  static absl::StatusOr<Enum> Parse(absl::string_view name) {
    for (size_t i = 0; i < kNames.size(); ++i) {
      if (kNames[i] == name) return static_cast<Enum>(i);
    }
    return InvalidArgument("NAME_UNKNOWN",
                           absl::StrCat("'", name.substr(0, 40), "' is not one of ", absl::StrJoin(kNames, ", ")));
  }
};

template <>
struct EnumText<Purpose> {
  static absl::string_view Of(Purpose value) { return Name(value); }
  static absl::StatusOr<Purpose> Parse(absl::string_view name) { return ParsePurpose(name); }
};

template <>
struct EnumText<Operation> {
  static absl::string_view Of(Operation value) { return Name(value); }
  static absl::StatusOr<Operation> Parse(absl::string_view name) { return ParseOperation(name); }
};

template <>
struct EnumText<Identifiability> {
  static absl::string_view Of(Identifiability value) { return Name(value); }
  static absl::StatusOr<Identifiability> Parse(absl::string_view name) { return ParseIdentifiability(name); }
};

template <>
struct EnumText<Restriction> {
  static absl::string_view Of(Restriction value) { return Name(value); }
  static absl::StatusOr<Restriction> Parse(absl::string_view name) { return ParseRestriction(name); }
};

template <>
struct EnumText<ObjectionMode> {
  static absl::string_view Of(ObjectionMode value) { return Name(value); }
  static absl::StatusOr<ObjectionMode> Parse(absl::string_view name) { return ParseObjectionMode(name); }
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_NAMES_H_
