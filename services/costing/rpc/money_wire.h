// Money as the API has it. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_RPC_MONEY_WIRE_H_
#define SAFEHAVEN_SERVICES_COSTING_RPC_MONEY_WIRE_H_

#include <cstdint>

#include "google/type/money.pb.h"
#include "libs/base/money.h"

namespace safehaven::costing {

inline constexpr int64_t kNanosPerUnit = 10;  // 1e-8 pounds in 1e-9

inline google::type::Money MoneyToProto(int64_t e8) {
  google::type::Money money;
  money.set_currency_code("GBP");
  money.set_units(e8 / kMoneyUnitsPerPound);
  money.set_nanos(static_cast<int32_t>(e8 % kMoneyUnitsPerPound * kNanosPerUnit));
  return money;
}

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_RPC_MONEY_WIRE_H_
