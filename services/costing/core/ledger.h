// A provider's general ledger for one period, and its mapping to the pools of a cost
// model (docs/formats.md, "General ledger" and "Ledger map").
//
// Every pound is mapped or the run is refused: a line that no rule fits, or a rule
// that fits no line, is a mistake that somebody has to see. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_LEDGER_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_LEDGER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/money.h"
#include "services/costing/core/model.h"

namespace safehaven::costing {

// Most lines of one ledger.
inline constexpr size_t kLedgerLinesMax = 5'000'000;

// One row of a ledger file, as text; `line` is its number in the file, for messages.
struct LedgerRow {
  int64_t line = 0;
  absl::string_view provider;
  absl::string_view cost_centre;
  absl::string_view account;
  absl::string_view description;
  absl::string_view amount;  // pounds, exact decimal text
  absl::string_view day = {};  // of the posting, or empty
};

struct LedgerLine {
  std::string cost_centre;
  std::string account;
  std::string description;
  Money amount;
  std::optional<CivilDay> day = std::nullopt;  // of the posting, where the ledger has one
};

struct Ledger {
  std::string provider;  // ODS code
  std::vector<LedgerLine> lines;
  Money total;  // the cost quantum and what is excluded from it
};

// INVALID_ARGUMENT with reason LEDGER_INVALID, message "line 7: amount: why" and
// metadata "line" and "field" for a row that does not fit; OUT_OF_RANGE with reason
// MONEY_OVERFLOW if the total does not fit (92.23 billion pounds).
absl::StatusOr<Ledger> ParseLedger(std::span<const LedgerRow> rows);

// Money that one rule moved. `account` is the rule's: "*" stands for every account
// of the cost centre that no rule names.
struct LedgerPosting {
  size_t rule = 0;  // index into CostModel::ledger_map
  size_t pool = 0;
  Money amount;
};

struct LedgerMapping {
  std::vector<Money> pool_cost;  // by pool of the model; adds up to the ledger's total
  std::vector<LedgerPosting> postings;  // one a rule, in the order of the rules
};

// Moves every line to pools. FAILED_PRECONDITION with reason LEDGER_PROVIDER_MISMATCH,
// LEDGER_LINE_UNMAPPED, LEDGER_RULE_UNUSED or LEDGER_REST_UNMAPPED (amounts leave a
// rest and no fraction takes it), with the cost centre and account in the message;
// OUT_OF_RANGE with reason MONEY_OVERFLOW. The order of the lines means nothing.
absl::StatusOr<LedgerMapping> MapLedger(const Ledger& ledger, const CostModel& model);

// Income of the provider by cost group. FAILED_PRECONDITION with reason
// LEDGER_PROVIDER_MISMATCH or INCOME_LINE_UNMAPPED; OUT_OF_RANGE with MONEY_OVERFLOW.
absl::StatusOr<std::array<Money, kCostGroupCount>> MapIncome(const Ledger& income, const CostModel& model);

// The account that "COST_CENTRE/ACCOUNT" names; codes of either may hold a "/" of their
// own, so it is the ledger that says where one ends. NOT_FOUND with reason ACCOUNT_UNKNOWN
// if it has no such account; INVALID_ARGUMENT with reason ACCOUNT_AMBIGUOUS if it has two.
struct AccountName {
  std::string cost_centre;
  std::string account;
};
absl::StatusOr<AccountName> FindAccount(const Ledger& ledger, absl::string_view name);

// The SHA-256 (32 bytes) of the ledger's lines in an order of their own, so that the
// order in the file means nothing.
std::string LedgerDigest(const Ledger& ledger);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_LEDGER_H_
