#include "cli/load/split.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "libs/warrant/catalogue.h"

namespace safehaven::cli {
namespace {

constexpr size_t kRecordIdMax = 40;

// Splits one file; keeps the places of its columns.
class Splitter {
 public:
  Splitter(const LoadDescriptor& descriptor, const SourceKeys& keys, const SplitOptions& options, SplitExtract& out)
      : descriptor_(descriptor), keys_(keys), options_(options), out_(out) {}

  // One row whose number of fields is right.
  void Row(const CsvReader& reader) {
    line_ = reader.line();
    linkage::v1::IdentityRow identity;
    costing::v1::PayloadRow payload;
    std::string record_id;
    for (size_t i = 0; i < descriptor_.columns.size(); ++i) {
      const DescribedColumn& column = descriptor_.columns[i];
      const absl::string_view value = reader.fields()[i];
      switch (column.part) {
        case ColumnPart::kKey: record_id = std::string(value); break;
        case ColumnPart::kIdentity: Identity(column.name, value, identity); break;
        case ColumnPart::kPayload: if (!Payload(column.name, value, payload)) return; break;
        case ColumnPart::kDriver: if (!Driver(column.name, value, payload)) return; break;
      }
    }
    if (!CheckRow(record_id, payload)) return;
    if (IsWithheld(identity)) {
      ++out_.withheld_count;
      return;
    }
    Keep(record_id, std::move(identity), std::move(payload));
  }

  void Reject(absl::string_view column, absl::string_view reason, absl::string_view message) {
    Report(column, reason, message, FaultEffect::kRowRejected);
    ++out_.rejected_count;
  }

  void RejectRow(const RowFault& fault) {
    line_ = fault.line;
    Reject(fault.column, fault.reason, fault.message);
  }

 private:
  void Report(absl::string_view column, absl::string_view reason, absl::string_view message, FaultEffect effect) {
    out_.faults.push_back({.fault = {.line = line_,
                                     .column = std::string(column),
                                     .reason = std::string(reason),
                                     .message = std::string(message)},
                           .effect = effect});
  }

  void Drop(absl::string_view column, const absl::Status& why) {
    Report(column, ReasonOf(why), why.message(), FaultEffect::kValueDropped);
  }

  // An identity value that cannot be is dropped: the record can still be linked by
  // the others, and its cost must not vanish.
  void Identity(const std::string& column, absl::string_view value, linkage::v1::IdentityRow& row) {
    const std::string text(value);
    if (value.empty()) return;
    if (column == "nhs_number") return NhsNumberValue(value, row);
    if (column == "nhs_number_verified") return row.set_nhs_number_verified(value == "1");
    if (column == "given_name") return row.set_given_name(text);
    if (column == "family_name") return row.set_family_name(text);
    if (column == "sex") return row.set_sex(text);
    if (column == "postcode") return row.set_postcode(text);
    if (column == "address_line") return row.set_address_line(text);
    if (column == "local_id") return row.set_local_id(text);
    if (column == "practice_code") return row.set_practice(text);
    if (column == "commissioner") return row.set_commissioner(text);
    if (column == "small_area") return row.set_small_area(text);
    const absl::StatusOr<CivilDay> day = CivilDay::Parse(value);
    if (!day.ok()) return Drop(column, day.status());
    if (column == "birth_date") return row.set_birth_date(text);
    if (column == "registered_from") return row.set_registered_from(text);
    if (column == "registered_to") return row.set_registered_to(text);
    if (column == "death_date") return row.set_death_date(text);
  }

  void NhsNumberValue(absl::string_view value, linkage::v1::IdentityRow& row) {
    const absl::StatusOr<NhsNumber> number = NhsNumber::Parse(value);
    if (!number.ok()) return Drop("nhs_number", number.status());
    if (options_.demo != number->IsNeverIssued() || (!options_.demo && number->IsTest())) {
      return Drop("nhs_number",
                  InvalidArgument(options_.demo ? "NHS_NUMBER_NOT_DEMO" : "NHS_NUMBER_NEVER_ISSUED",
                                  options_.demo ? "the demo takes numbers of the never-issued 999 range only"
                                                : "a number of the range that is never issued to anybody"));
    }
    row.set_nhs_number(number->ToDigits());
  }

  bool Payload(const std::string& column, absl::string_view value, costing::v1::PayloadRow& row) {
    const std::string text(value);
    if (column == "feed") row.set_feed(text);
    if (column == "point_of_delivery") row.set_point_of_delivery(text);
    if (column == "currency") row.set_currency(text);
    if (column == "treatment_function") row.set_treatment_function(text);
    if (column == "restriction") {
      const auto restriction = ParseRestriction(value);
      if (!restriction.ok()) return Reject(column, "RESTRICTION_UNKNOWN", restriction.status().message()), false;
      row.set_restriction(text);
    }
    if (column != "start_date" && column != "end_date") return true;
    const absl::StatusOr<CivilDay> day = CivilDay::Parse(value);
    if (!day.ok()) return Reject(column, "DATE_INVALID", day.status().message()), false;
    if (column == "start_date") {
      row.set_start_day(day->days_since_1970());
    } else {
      row.set_end_day(day->days_since_1970());
    }
    return true;
  }

  bool Driver(const std::string& column, absl::string_view value, costing::v1::PayloadRow& row) {
    int64_t quantity = 0;
    if (!absl::SimpleAtoi(value, &quantity) || quantity < 0) {
      return Reject(column, "DRIVER_MALFORMED", "a driver is an integer of 0 or more"), false;
    }
    row.add_drivers(quantity);
    return true;
  }

  bool CheckRow(const std::string& record_id, const costing::v1::PayloadRow& payload) {
    const bool printable = std::all_of(record_id.begin(), record_id.end(), [](char c) { return c > ' ' && c < 127; });
    if (record_id.empty() || record_id.size() > kRecordIdMax || !printable) {
      return Reject("record_id", "RECORD_ID_MALFORMED", "1 to 40 printable ASCII characters"), false;
    }
    if (payload.end_day() < payload.start_day()) {
      return Reject("end_date", "DATES_CONTRADICT", "the end is before the start"), false;
    }
    if (!seen_.insert(record_id).second) {
      return Reject("record_id", "RECORD_ID_DOUBLED", "the id occurred on an earlier line"), false;
    }
    return true;
  }

  bool IsWithheld(const linkage::v1::IdentityRow& row) const {
    uint64_t number = 0;
    return absl::SimpleAtoi(row.nhs_number(), &number) && options_.withheld.contains(number);
  }

  void Keep(const std::string& record_id, linkage::v1::IdentityRow identity, costing::v1::PayloadRow payload) {
    payload.set_record_key(keys_.RecordKey(record_id));
    if (!payload.restriction().empty()) {
      ++out_.stripped_counts[payload.restriction()];
      identity.Clear();
      identity.set_stripped(true);
    }
    identity.set_token(keys_.Token(payload.record_key()));
    out_.identities.push_back(std::move(identity));
    out_.payloads.push_back(std::move(payload));
  }

  const LoadDescriptor& descriptor_;
  const SourceKeys& keys_;
  const SplitOptions& options_;
  SplitExtract& out_;
  std::set<std::string> seen_;
  uint64_t line_ = 0;
};

absl::Status CheckHeader(const CsvReader& reader, const LoadDescriptor& descriptor) {
  bool same = reader.columns().size() == descriptor.columns.size();
  for (size_t i = 0; same && i < descriptor.columns.size(); ++i) {
    same = reader.columns()[i] == descriptor.columns[i].name;
  }
  if (same) return absl::OkStatus();
  return Failure(absl::StatusCode::kInvalidArgument, "EXTRACT_COLUMNS",
                 "line 1: the header is not the descriptor's columns in their order", {{"line", "1"}});
}

absl::Status CheckCounts(const SplitExtract& out, const LoadDescriptor& descriptor, const SplitOptions& options) {
  if (out.read_count != descriptor.row_count) {
    return InvalidArgument("EXTRACT_ROW_COUNT", absl::StrCat("the file has ", out.read_count, " rows, the descriptor says ",
                                                             descriptor.row_count, ": cut short, or another file"));
  }
  std::set<uint64_t> lines;
  for (const SplitFault& fault : out.faults) lines.insert(fault.fault.line);
  if (lines.size() * 1000 > out.read_count * options.fault_per_mille_max) {
    return InvalidArgument("EXTRACT_TOO_MANY_FAULTS",
                           absl::StrCat(lines.size(), " of ", out.read_count, " rows have a fault; the limit is ",
                                        options.fault_per_mille_max, " in a thousand"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SplitExtract> Split(absl::string_view csv, const LoadDescriptor& descriptor, const SourceKeys& keys,
                                   const SplitOptions& options, std::vector<SplitFault>& faults) {
  SH_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Make(csv, {}));
  SH_RETURN_IF_ERROR(CheckHeader(reader, descriptor));
  SplitExtract out;
  Splitter splitter(descriptor, keys, options, out);
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, reader.Next());
    if (!any) break;
    ++out.read_count;
    if (reader.fault().has_value()) {
      splitter.RejectRow(*reader.fault());
    } else {
      splitter.Row(reader);
    }
  }
  faults = out.faults;
  SH_RETURN_IF_ERROR(CheckCounts(out, descriptor, options));
  std::sort(out.identities.begin(), out.identities.end(),
            [](const auto& a, const auto& b) { return a.token() < b.token(); });
  std::sort(out.payloads.begin(), out.payloads.end(),
            [](const auto& a, const auto& b) { return a.record_key() < b.record_key(); });
  return out;
}

std::string RejectsCsv(const std::vector<SplitFault>& faults) {
  std::string csv = "line,column,reason,effect,message\n";
  for (const SplitFault& fault : faults) {
    absl::StrAppend(&csv, fault.fault.line, ",", fault.fault.column, ",", fault.fault.reason, ",",
                    fault.effect == FaultEffect::kRowRejected ? "row rejected" : "value dropped", ",\"",
                    fault.fault.message, "\"\n");
  }
  return csv;
}

}  // namespace safehaven::cli
