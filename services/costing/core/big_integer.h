// Whole numbers of any size, for exact solutions whose determinants outgrow 128
// bits. A thin owner of an OpenSSL number: only what the solver needs.
// Values only; thread-compatible.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_BIG_INTEGER_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_BIG_INTEGER_H_

#include <openssl/bn.h>

#include <cstdint>
#include <memory>
#include <optional>

namespace safehaven::costing {

class BigInteger {
 public:
  BigInteger() : BigInteger(0) {}
  explicit BigInteger(int64_t value);
  BigInteger(const BigInteger& other);
  BigInteger(BigInteger&&) noexcept = default;
  BigInteger& operator=(const BigInteger& other);
  BigInteger& operator=(BigInteger&&) noexcept = default;

  friend BigInteger operator+(const BigInteger& a, const BigInteger& b);
  friend BigInteger operator-(const BigInteger& a, const BigInteger& b);
  friend BigInteger operator*(const BigInteger& a, const BigInteger& b);

  // Rounds towards minus infinity, so that the remainder is never negative.
  // `divisor` must be above 0.
  struct Division;
  static Division DivideFloor(const BigInteger& dividend, const BigInteger& divisor);

  // -1, 0 or 1 as `a` is less than, equal to or greater than `b`.
  friend int Compare(const BigInteger& a, const BigInteger& b);

  // Nothing if it does not fit.
  std::optional<int64_t> ToInt64() const;

 private:
  struct Free {
    void operator()(BIGNUM* number) const { BN_free(number); }
  };
  std::unique_ptr<BIGNUM, Free> number_;
};

struct BigInteger::Division {
  BigInteger quotient;
  BigInteger remainder;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_BIG_INTEGER_H_
