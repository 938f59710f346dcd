#include "services/costing/core/big_integer.h"

#include <array>
#include <limits>

#include "libs/base/status.h"

namespace safehaven::costing {
namespace {

// Scratch space of OpenSSL's arithmetic, one a thread: making one costs more than
// a small multiplication.
BN_CTX* Scratch() {
  struct Free {
    void operator()(BN_CTX* context) const { BN_CTX_free(context); }
  };
  thread_local const std::unique_ptr<BN_CTX, Free> scratch(BN_CTX_new());
  SH_CHECK(scratch != nullptr);
  return scratch.get();
}

}  // namespace

BigInteger::BigInteger(int64_t value) : number_(BN_new()) {
  SH_CHECK(number_ != nullptr);
  const uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  SH_CHECK(BN_set_word(number_.get(), magnitude) == 1);
  BN_set_negative(number_.get(), value < 0 ? 1 : 0);
}

BigInteger::BigInteger(const BigInteger& other) : number_(BN_dup(other.number_.get())) {
  SH_CHECK(number_ != nullptr);
}

BigInteger& BigInteger::operator=(const BigInteger& other) {
  if (this != &other) number_.reset(BN_dup(other.number_.get()));
  SH_CHECK(number_ != nullptr);
  return *this;
}

BigInteger operator+(const BigInteger& a, const BigInteger& b) {
  BigInteger sum;
  SH_CHECK(BN_add(sum.number_.get(), a.number_.get(), b.number_.get()) == 1);
  return sum;
}

BigInteger operator-(const BigInteger& a, const BigInteger& b) {
  BigInteger difference;
  SH_CHECK(BN_sub(difference.number_.get(), a.number_.get(), b.number_.get()) == 1);
  return difference;
}

BigInteger operator*(const BigInteger& a, const BigInteger& b) {
  BigInteger product;
  SH_CHECK(BN_mul(product.number_.get(), a.number_.get(), b.number_.get(), Scratch()) == 1);
  return product;
}

BigInteger::Division BigInteger::DivideFloor(const BigInteger& dividend, const BigInteger& divisor) {
  SH_CHECK(Compare(divisor, BigInteger(0)) > 0);
  Division result;
  SH_CHECK(BN_div(result.quotient.number_.get(), result.remainder.number_.get(), dividend.number_.get(),
                  divisor.number_.get(), Scratch()) == 1);
  // OpenSSL rounds towards 0: a remainder has the dividend's sign.
  if (BN_is_negative(result.remainder.number_.get())) {
    result.remainder = result.remainder + divisor;
    result.quotient = result.quotient - BigInteger(1);
  }
  return result;
}

int Compare(const BigInteger& a, const BigInteger& b) { return BN_cmp(a.number_.get(), b.number_.get()); }

std::optional<int64_t> BigInteger::ToInt64() const {
  if (BN_num_bits(number_.get()) > 64) return std::nullopt;
  std::array<unsigned char, 8> bytes{};
  SH_CHECK(BN_bn2binpad(number_.get(), bytes.data(), bytes.size()) == static_cast<int>(bytes.size()));
  uint64_t magnitude = 0;
  for (const unsigned char byte : bytes) magnitude = (magnitude << 8) | byte;
  const bool negative = BN_is_negative(number_.get()) == 1;
  const uint64_t magnitude_max = uint64_t{1} << 63;
  if (negative ? magnitude > magnitude_max : magnitude >= magnitude_max) return std::nullopt;
  return static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
}

}  // namespace safehaven::costing
