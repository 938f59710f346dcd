// How a register entry says what its fields are.
//
// Every entry type has one static function template
//
//   template <typename Self, typename Visitor>
//   static void Describe(Self& self, Visitor& visit) {
//     visit.Required("code", self.code);
//     visit.Optional("to", self.period.last_day);
//   }
//
// `Self` is the type or its const form. Reading files, writing the canonical text
// and listing differences all walk this one description, so they cannot disagree
// about a field. An optional field with its default value is not written.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_DESCRIBE_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_DESCRIBE_H_

namespace safehaven::consent {

// Specialised for types that are not ours to give a Describe().
template <typename T>
struct Describer {
  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    T::Describe(self, visit);
  }
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_DESCRIBE_H_
