#include "cli/operations/ledger_total.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/base/money.h"
#include "libs/base/status.h"
#include "libs/ingest/csv.h"

namespace safehaven::cli {
namespace {

absl::Status Invalid(uint64_t line, absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, "LEDGER_INVALID", absl::StrCat("line ", line, ": ", field, ": ", why),
                 {{"line", absl::StrCat(line)}, {"field", std::string(field)}});
}

absl::StatusOr<WideMoney> SumOf(absl::string_view csv) {
  SH_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Make(csv, {}));
  const std::optional<size_t> amount = reader.Find("amount");
  if (!amount.has_value()) return Invalid(1, "amount", "the column is missing");
  WideMoney sum;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, reader.Next());
    if (!any) return sum;
    if (reader.fault().has_value()) return Invalid(reader.line(), "row", reader.fault()->message);
    const absl::StatusOr<Money> money = Money::Parse(reader.fields()[*amount]);
    if (!money.ok()) return Invalid(reader.line(), "amount", money.status().message());
    sum += *money;
  }
}

}  // namespace

absl::Status CheckLedgerTotal(absl::string_view csv, const std::string& file, const std::string& total) {
  const absl::StatusOr<Money> stated = Money::Parse(total);
  if (!stated.ok()) return InvalidArgument("FIELD_INVALID", absl::StrCat("--ledger-total: ", stated.status().message()));
  const absl::StatusOr<WideMoney> sum = SumOf(csv);
  if (!sum.ok()) return WithContext(sum.status(), file);
  if (*sum == WideMoney(*stated)) return absl::OkStatus();
  return InvalidArgument("LEDGER_DOES_NOT_ADD_UP",
                         absl::StrCat(file, ": the lines add up to ", sum->ToString(), " pounds, the accounts say ",
                                      stated->ToString(), ", a difference of ", (*sum - WideMoney(*stated)).ToString()));
}

}  // namespace safehaven::cli
