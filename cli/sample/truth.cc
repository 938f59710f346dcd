#include "cli/sample/truth.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/sample/writer.h"
#include "libs/base/status.h"

namespace safehaven::sample {
namespace {

std::string PersonId(uint32_t person) { return absl::StrFormat("P%07d", person + 1); }

std::string DayText(const std::optional<CivilDay>& day) {
  return day.has_value() ? day->ToString() : "";
}

std::string CommissionerOf(const Population& population, const Person& person) {
  if (person.memberships.empty()) return "";
  const Membership& membership = person.memberships.back();
  return kCommissioners[population.places.practices()[membership.practice].commissioner];
}

void WriteHome(const Population& population, const Person& person, FileWriter& writer) {
  const Household& household = population.households[person.household];
  const std::vector<Postcode>& postcodes = population.places.postcodes();
  writer.Field(person.no_fixed_abode ? "" : postcodes[household.home.postcode].text);
  writer.Field(person.no_fixed_abode ? "" : household.home.line);
  const std::optional<Address>& former = household.former_home;
  const bool has_former = former.has_value() && !person.no_fixed_abode;
  writer.Field(has_former ? postcodes[former->postcode].text : "");
  writer.Field(has_former ? former->line : "");
  writer.Field(has_former ? household.moved.ToString() : "");
}

absl::Status WritePeople(const std::string& path, const Population& population) {
  SH_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Open(path));
  writer.Write(
      "person,nhs_number,given_name,middle_name,family_name,former_family_name,birth_date,sex,"
      "death_date,household,twin,commissioner,postcode,address_line,former_postcode,"
      "former_address_line,moved\n");
  for (uint32_t index = 0; index < population.people.size(); ++index) {
    const Person& person = population.people[index];
    writer.Field(PersonId(index));
    writer.Field(person.nhs_number.ToDigits());
    writer.Field(person.given_name);
    writer.Field(person.middle_name);
    writer.Field(person.family_name);
    writer.Field(person.former_family_name);
    writer.Field(person.birth.ToString());
    writer.Field(person.sex == Sex::kMale ? "1" : "2");
    writer.Field(DayText(person.death));
    writer.Field(absl::StrCat("H", person.household + 1));
    writer.Field(person.twin.has_value() ? PersonId(*person.twin) : "");
    writer.Field(CommissionerOf(population, person));
    WriteHome(population, person, writer);
    writer.EndRow();
  }
  return writer.Close();
}

std::string ErrorNames(const Recorded& recorded) {
  std::string names;
  for (int kind = 0; kind < kErrorKindCount; ++kind) {
    if (!recorded.Has(static_cast<ErrorKind>(kind))) continue;
    absl::StrAppend(&names, names.empty() ? "" : "|",
                    ErrorKindName(static_cast<ErrorKind>(kind)));
  }
  return names;
}

absl::Status WriteLinks(const std::string& path, const Activity& activity,
                        const std::vector<bool>& has_type1) {
  SH_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Open(path));
  writer.Write("source,dataset,record_id,person,state,errors\n");
  for (const SourceActivity& source : activity) {
    for (const Dataset& dataset : source.datasets) {
      for (size_t index = 0; index < dataset.events.size(); ++index) {
        const Event& event = dataset.events[index];
        const Recorded& recorded = source.recorded[event.recorded];
        writer.Field(SourceName(dataset.source));
        writer.Field(dataset.name);
        writer.Field(dataset.RecordId(index));
        writer.Field(PersonId(recorded.person));
        writer.Field(RowStateName(StateOf(source, dataset, event, has_type1)));
        writer.Field(ErrorNames(recorded));
        writer.EndRow();
      }
    }
  }
  return writer.Close();
}

}  // namespace

absl::Status WriteTruth(const std::string& out_dir, const Population& population,
                        const Activity& activity, const Objections& objections,
                        const LinkageBound& bound) {
  const std::string dir = absl::StrCat(out_dir, "/truth/");
  SH_RETURN_IF_ERROR(WritePeople(dir + "people.csv", population));
  SH_RETURN_IF_ERROR(WriteLinks(dir + "links.csv", activity, objections.has_type1));
  return WriteFile(dir + "bound.json", BoundJson(bound));
}

}  // namespace safehaven::sample
