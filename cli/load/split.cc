#include "cli/load/split.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/load/identity_values.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "libs/warrant/catalogue.h"
#include "services/costing/core/events.h"

namespace safehaven::cli {
namespace {

constexpr size_t kRecordIdMax = 40;
// costing takes no event that began before (docs/formats.md, "Payload columns").
constexpr int kEventYearMin = 1900;

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
        case ColumnPart::kIdentity: if (!Identity(column.name, value, identity)) return; break;
        case ColumnPart::kPayload: if (!Payload(column.name, value, payload)) return; break;
        case ColumnPart::kDriver: if (!Driver(column.name, value, payload)) return; break;
      }
    }
    if (!CheckRow(record_id, identity, payload)) return;
    if (IsWithheld(identity)) {
      ++out_.withheld_count;
      return;
    }
    Keep(record_id, std::move(identity), std::move(payload));
  }

  void Reject(absl::string_view column, absl::string_view reason, absl::string_view message) {
    out_.faults.push_back({.line = line_,
                           .column = std::string(column),
                           .reason = std::string(reason),
                           .message = std::string(message)});
    ++out_.rejected_count;
  }

  void RejectRow(const RowFault& fault) {
    line_ = fault.line;
    Reject(fault.column, fault.reason, fault.message);
  }

 private:
  bool RejectFor(absl::string_view column, const absl::Status& why) {
    Reject(column, ReasonOf(why), why.message());
    return false;
  }

  // False if the value cannot be: then the whole row is rejected, for a record with a
  // wrong number or date may be another person's.
  bool Identity(const std::string& column, absl::string_view value, linkage::v1::IdentityRow& row) {
    const std::string text(value);
    if (value.empty()) return true;
    if (column == "nhs_number") return NhsNumberValue(value, row);
    const absl::Status checked = CheckIdentityValue(column, value);
    if (!checked.ok()) return RejectFor(column, checked);
    if (column == "nhs_number_verified") row.set_nhs_number_verified(value == "1");
    if (column == "given_name") row.set_given_name(text);
    if (column == "family_name") row.set_family_name(text);
    if (column == "sex") row.set_sex(text);
    if (column == "postcode") row.set_postcode(text);
    if (column == "address_line") row.set_address_line(text);
    if (column == "local_id") row.set_local_id(text);
    if (column == "practice_code") row.set_practice(text);
    if (column == "commissioner") row.set_commissioner(text);
    if (column == "small_area") row.set_small_area(text);
    return IdentityDay(column, text, row);
  }

  // The columns that hold days; true for any other.
  bool IdentityDay(const std::string& column, const std::string& text, linkage::v1::IdentityRow& row) {
    const bool is_day = column == "birth_date" || column == "registered_from" || column == "registered_to" ||
                        column == "death_date";
    if (!is_day) return true;
    const absl::StatusOr<CivilDay> day = CivilDay::Parse(text);
    if (!day.ok()) return RejectFor(column, day.status());
    if (column == "birth_date") row.set_birth_date(text);
    if (column == "registered_from") row.set_registered_from(text);
    if (column == "registered_to") row.set_registered_to(text);
    if (column == "death_date") row.set_death_date(text);
    return true;
  }

  bool NhsNumberValue(absl::string_view value, linkage::v1::IdentityRow& row) {
    const absl::StatusOr<NhsNumber> number = NhsNumber::Parse(value);
    if (!number.ok()) return RejectFor("nhs_number", number.status());
    if (options_.demo && !number->IsNeverIssued()) {
      return RejectFor("nhs_number", InvalidArgument("NHS_NUMBER_NOT_DEMO",
                                                     "the demo takes numbers of the never-issued 999 range only"));
    }
    if (!options_.demo && number->IsTest()) {
      return RejectFor("nhs_number", InvalidArgument("NHS_NUMBER_NEVER_ISSUED",
                                                     "a number of the range that is never issued to anybody"));
    }
    row.set_nhs_number(number->ToDigits());
    return true;
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
    if (column != "start_date" && column != "end_date") {
      if (value.size() <= costing::kEventTextMax) return true;
      return Reject(column, "TEXT_TOO_LONG", absl::StrCat("at most ", costing::kEventTextMax, " bytes")), false;
    }
    const absl::StatusOr<CivilDay> day = CivilDay::Parse(value);
    if (!day.ok()) return Reject(column, "DATE_INVALID", day.status().message()), false;
    if (day->year() < kEventYearMin) return Reject(column, "DATE_INVALID", "before 1900 nobody's record begins"), false;
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

  bool CheckRow(const std::string& record_id, const linkage::v1::IdentityRow& identity,
                const costing::v1::PayloadRow& payload) {
    const bool printable = std::all_of(record_id.begin(), record_id.end(), [](char c) { return c > ' ' && c < 127; });
    if (record_id.empty() || record_id.size() > kRecordIdMax || !printable) {
      return Reject("record_id", "RECORD_ID_MALFORMED", "1 to 40 printable ASCII characters"), false;
    }
    if (payload.end_day() < payload.start_day()) {
      return Reject("end_date", "DATES_CONTRADICT", "the end is before the start"), false;
    }
    // What is collected was decided for these days; an event of others is another load's.
    if (payload.end_day() < descriptor_.first_day.days_since_1970() ||
        payload.end_day() > descriptor_.last_day.days_since_1970()) {
      return Reject("end_date", "DATE_OUTSIDE_PERIOD", "the end is not within the descriptor's period"), false;
    }
    if (!identity.registered_to().empty() && identity.registered_to() < identity.registered_from()) {
      return Reject("registered_to", "DATES_CONTRADICT", "the end is before the start"), false;
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

absl::Status HeaderFault(absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, "EXTRACT_COLUMNS", absl::StrCat("line 1: ", why),
                 {{"line", "1"}, {"field", std::string(field)}});
}

// The header is the descriptor's columns in their order. A message names columns of the
// descriptor only: where a file has no header, its first line is somebody's record.
absl::Status CheckHeader(const CsvReader& reader, const LoadDescriptor& descriptor) {
  const std::vector<std::string>& given = reader.columns();
  for (const DescribedColumn& column : descriptor.columns) {
    if (reader.Find(column.name).has_value()) continue;
    return HeaderFault(column.name, absl::StrCat("column '", column.name, "' of the descriptor is missing"));
  }
  // Every column of the descriptor is there, once; what is left over is not the descriptor's.
  for (size_t i = 0; i < given.size(); ++i) {
    if (i < descriptor.columns.size() && given[i] == descriptor.columns[i].name) continue;
    const bool known = std::any_of(descriptor.columns.begin(), descriptor.columns.end(),
                                   [&](const DescribedColumn& column) { return column.name == given[i]; });
    if (known) {
      return HeaderFault(given[i], absl::StrCat("column '", given[i], "' is not where the descriptor has it: keep its order"));
    }
    return HeaderFault("", absl::StrCat("column ", i + 1, " is not in the descriptor"));
  }
  return absl::OkStatus();
}

absl::Status CheckCounts(const SplitExtract& out, const LoadDescriptor& descriptor, const SplitOptions& options) {
  if (out.read_count != descriptor.row_count) {
    return InvalidArgument("EXTRACT_ROW_COUNT", absl::StrCat("the file has ", out.read_count, " rows, the descriptor says ",
                                                             descriptor.row_count, ": cut short, or another file"));
  }
  if (out.rejected_count * 1000 > out.read_count * options.fault_per_mille_max) {
    return InvalidArgument("EXTRACT_TOO_MANY_FAULTS",
                           absl::StrCat(out.rejected_count, " of ", out.read_count, " rows have a fault; the limit is ",
                                        options.fault_per_mille_max, " in a thousand"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SplitExtract> Split(absl::string_view csv, const LoadDescriptor& descriptor, const SourceKeys& keys,
                                   const SplitOptions& options, std::vector<RowFault>& faults) {
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

std::string RejectsCsv(const std::vector<RowFault>& faults) {
  std::string csv = "line,column,reason,message\n";
  for (const RowFault& fault : faults) {
    absl::StrAppend(&csv, fault.line, ",", fault.column, ",", fault.reason, ",\"",
                    absl::StrReplaceAll(fault.message, {{"\"", "\"\""}}), "\"\n");
  }
  return csv;
}

}  // namespace safehaven::cli
