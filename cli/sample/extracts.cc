#include "cli/sample/extracts.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/sample/writer.h"
#include "libs/base/status.h"

namespace safehaven::sample {
namespace {

struct Column {
  std::string name;
  absl::string_view part;
  absl::string_view unit = "";
};

std::vector<Column> ColumnsOf(const Dataset& dataset) {
  std::vector<Column> columns = {{"record_id", "key"}};
  for (const char* name : {"nhs_number", "nhs_number_verified", "given_name", "family_name",
                           "birth_date", "sex", "postcode", "address_line", "local_id"}) {
    columns.push_back({name, "identity"});
  }
  if (dataset.source == Source::kGp) {
    for (const char* name : {"practice_code", "commissioner", "small_area", "registered_from",
                             "registered_to", "death_date"}) {
      columns.push_back({name, "identity"});
    }
  }
  for (const char* name : {"feed", "point_of_delivery", "currency", "start_date", "end_date",
                           "treatment_function", "restriction"}) {
    columns.push_back({name, "payload"});
  }
  for (const DriverColumn& driver : dataset.drivers) {
    columns.push_back({std::string(driver.name), "driver", driver.unit});
  }
  return columns;
}

// The number with another last digit: never valid.
std::string WithWrongCheckDigit(const Population& population, const Recorded& recorded) {
  std::string number = recorded.identity.nhs_number;
  if (number.empty()) number = population.people[recorded.person].nhs_number.ToDigits();
  number.back() = number.back() == '9' ? '0' : static_cast<char>(number.back() + 1);
  return number;
}

std::string DayText(const std::optional<CivilDay>& day) {
  return day.has_value() ? day->ToString() : "";
}

class ExtractWriter {
 public:
  ExtractWriter(const Population& population, const SourceActivity& activity,
                const Dataset& dataset, FileWriter& writer)
      : population_(population), activity_(activity), dataset_(dataset), writer_(writer) {}

  void WriteRow(size_t index) {
    const Event& event = dataset_.events[index];
    const Recorded& recorded = activity_.recorded[event.recorded];
    writer_.Field(dataset_.RecordId(index));
    WriteIdentity(recorded, event.fault);
    if (dataset_.source == Source::kGp) WriteMembership(recorded, event);
    WritePayload(event);
    writer_.EndRow();
  }

 private:
  void WriteIdentity(const Recorded& recorded, RowFault fault) {
    const Identity& identity = recorded.identity;
    if (fault == RowFault::kCheckDigit) {
      writer_.Field(WithWrongCheckDigit(population_, recorded));
      writer_.Field("0");
    } else {
      writer_.Field(identity.nhs_number);
      writer_.Field(identity.nhs_number_verified);
    }
    writer_.Field(identity.given_name);
    writer_.Field(identity.family_name);
    writer_.Field(identity.birth_date);
    writer_.Field(identity.sex);
    writer_.Field(identity.postcode);
    writer_.Field(identity.address_line);
    writer_.Field(identity.local_id);
  }

  void WriteMembership(const Recorded& recorded, const Event& event) {
    const Person& person = population_.people[recorded.person];
    const Membership& membership = person.memberships[event.membership];
    const Practice& practice = population_.places.practices()[membership.practice];
    writer_.Field(practice.code);
    writer_.Field(kCommissioners[practice.commissioner]);
    writer_.Field(population_.places.postcodes()[membership.postcode].small_area);
    writer_.Field(membership.from.ToString());
    writer_.Field(DayText(membership.to));
    writer_.Field(DayText(person.death));
  }

  void WritePayload(const Event& event) {
    const bool is_register = dataset_.source == Source::kGp;
    const Currency& currency = Currencies()[event.currency];
    const DeliverySpec& spec =
        SpecOf(is_register ? PointOfDelivery::kRegister : currency.delivery);
    writer_.Field(spec.feed);
    writer_.Field(spec.code);
    writer_.Field(is_register ? "" : currency.code);
    // No February has 30 days.
    writer_.Field(event.fault == RowFault::kImpossibleDate
                      ? absl::StrCat(event.start.year(), "-02-30")
                      : event.start.ToString());
    writer_.Field(event.end.ToString());
    writer_.Field(is_register ? "" : currency.treatment_function);
    writer_.Field(RestrictionName(RestrictionOf(dataset_, event)));
    for (size_t index = 0; index < dataset_.drivers.size(); ++index) {
      writer_.Field(absl::StrCat(event.drivers[index]));
    }
  }

  const Population& population_;
  const SourceActivity& activity_;
  const Dataset& dataset_;
  FileWriter& writer_;
};

std::string DescriptorText(const Population& population, const Dataset& dataset) {
  const Period& period = population.period;
  std::string text = absl::StrCat(
      "format: safehaven-extract/1\nsource: ", SourceName(dataset.source),
      "\ndataset: ", dataset.name, "\nprovider: ", dataset.provider,
      "\nflow: ", FlowName(dataset, period.first.year()),
      "\nperiod: {start: ", period.first.ToString(), ", end: ", period.last.ToString(),
      "}\nfile: ", dataset.name, ".csv\nrows: ", dataset.events.size(), "\ncolumns:\n");
  for (const Column& column : ColumnsOf(dataset)) {
    absl::StrAppend(&text, "  - {name: ", column.name, ", part: ", column.part);
    if (!column.unit.empty()) absl::StrAppend(&text, ", unit: ", column.unit);
    absl::StrAppend(&text, "}\n");
  }
  return text;
}

}  // namespace

std::string FlowName(const Dataset& dataset, int year) {
  return absl::StrCat(SourceName(dataset.source), "-", dataset.name, "-", year);
}

absl::Status WriteExtract(const std::string& out_dir, const Population& population,
                          const SourceActivity& activity, const Dataset& dataset) {
  const std::string stem =
      absl::StrCat(out_dir, "/extracts/", SourceName(dataset.source), "/", dataset.name);
  SH_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Open(stem + ".csv"));
  for (const Column& column : ColumnsOf(dataset)) writer.Field(column.name);
  writer.EndRow();
  ExtractWriter rows(population, activity, dataset, writer);
  for (size_t index = 0; index < dataset.events.size(); ++index) rows.WriteRow(index);
  SH_RETURN_IF_ERROR(writer.Close());
  return WriteFile(stem + ".yaml", DescriptorText(population, dataset));
}

}  // namespace safehaven::sample
