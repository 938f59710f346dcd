// A value that identifies a person and must not be printed, logged or compared by
// accident. Sensitive<T> has no operator<< and no conversion: the only way to the
// value is Reveal(), which a reader of the code can search for.
//
// Thread-compatible, like T.
#ifndef SAFEHAVEN_LIBS_BASE_SENSITIVE_H_
#define SAFEHAVEN_LIBS_BASE_SENSITIVE_H_

#include <utility>

namespace safehaven {

template <typename T>
class Sensitive {
 public:
  Sensitive() = default;
  explicit Sensitive(T value) : value_(std::move(value)) {}

  // The value itself. Every call is a place to ask: where does it go from here?
  const T& Reveal() const { return value_; }

  // Does the value equal `other`'s? Does not reveal it.
  friend bool operator==(const Sensitive& a, const Sensitive& b) { return a.value_ == b.value_; }

 private:
  T value_{};
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_BASE_SENSITIVE_H_
