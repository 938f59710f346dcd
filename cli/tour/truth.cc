#include "cli/tour/truth.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/operations/extract.h"
#include "cli/operations/objections.h"
#include "libs/base/status.h"
#include "libs/ingest/csv.h"

namespace safehaven::cli {
namespace {

constexpr size_t kFileBytesMax = size_t{4} << 30;
constexpr absl::string_view kNeighbour = "ZC2";

// Calls `visit` with the wanted columns of every row.
absl::Status ForEachRow(const std::string& path, const std::vector<std::string>& columns,
                        const std::function<void(const std::vector<std::string>&)>& visit) {
  SH_ASSIGN_OR_RETURN(const std::string csv, ReadFile(path, kFileBytesMax));
  SH_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Make(csv, {}));
  std::vector<size_t> places;
  for (const std::string& column : columns) {
    const auto place = reader.Find(column);
    if (!place.has_value()) return InvalidArgument("TRUTH_COLUMNS", absl::StrCat(path, ": no column ", column));
    places.push_back(*place);
  }
  std::vector<std::string> row(columns.size());
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, reader.Next());
    if (!any) return absl::OkStatus();
    if (reader.fault().has_value()) continue;
    for (size_t i = 0; i < places.size(); ++i) row[i] = std::string(reader.fields()[places[i]]);
    visit(row);
  }
}

// Whose the records of one data set truly are, by record id.
absl::StatusOr<std::map<std::string, std::string>> PersonsOfRecords(const std::string& region, const std::string& source,
                                                                   const std::string& dataset) {
  std::map<std::string, std::string> person_of;
  SH_RETURN_IF_ERROR(ForEachRow(region + "/truth/links.csv", {"source", "dataset", "record_id", "person"},
                                [&](const std::vector<std::string>& row) {
                                  const bool same = row[0] == source &&
                                                    (row[1] == dataset || row[1] == absl::StrCat(source, "/", dataset));
                                  if (same) person_of[row[2]] = row[3];
                                }));
  return person_of;
}

absl::StatusOr<RecordsOfPeople> ReadRecords(const std::string& region, const std::vector<std::string>& datasets,
                                            const std::set<std::string>& persons) {
  RecordsOfPeople truth;
  truth.people = persons.size();
  for (const std::string& dataset : datasets) {
    const std::vector<std::string> parts = absl::StrSplit(dataset, '/');
    SH_ASSIGN_OR_RETURN(const auto person_of, PersonsOfRecords(region, parts[0], parts[1]));
    SH_RETURN_IF_ERROR(ForEachRow(
        absl::StrCat(region, "/extracts/", dataset, ".csv"),
        {"record_id", "start_date", "end_date", "currency", "nhs_number"}, [&](const std::vector<std::string>& row) {
          const auto person = person_of.find(row[0]);
          const bool theirs = person != person_of.end() && persons.contains(person->second);
          RecordCounts& counts = truth.by_key[absl::StrCat(dataset, " ", row[1], " ", row[2], " ", row[3])];
          ++(theirs ? counts.of_them : counts.of_others);
          if (!theirs) return;
          ++truth.records;
          if (parts[0] == "social_care" && row[4].empty()) ++truth.social_without_number;
        }));
  }
  for (const auto& [key, counts] : truth.by_key) {
    if (counts.of_others == 0) truth.told_apart += counts.of_them;
  }
  return truth;
}

}  // namespace

absl::StatusOr<linkage::v1::EvaluateRequest> TruthLabels(Session& session, const std::string& region,
                                                         const std::string& authority) {
  std::map<std::string, SourceKeys> keys;
  for (const char* source : {"gp", "acute", "ambulance", "mental_health", "community", "social_care"}) {
    SH_ASSIGN_OR_RETURN(SourceKeys of_source, ReadSourceKeys(session, source, ""));
    keys.emplace(source, std::move(of_source));
  }
  linkage::v1::EvaluateRequest request;
  request.set_authority(authority);
  std::map<std::string, uint32_t> labels;
  SH_RETURN_IF_ERROR(ForEachRow(region + "/truth/links.csv", {"source", "record_id", "person", "state"},
                                [&](const std::vector<std::string>& row) {
                                  const auto source = keys.find(row[0]);
                                  if (row[3] != "eligible" || source == keys.end()) return;
                                  const SourceKeys& of_source = source->second;
                                  request.mutable_tokens()->append(of_source.Token(of_source.RecordKey(row[1])));
                                  request.add_truth(labels.emplace(row[2], labels.size()).first->second);
                                }));
  return request;
}

std::map<std::string, uint64_t> CountRecordKeys(const gateway::v1::Table& table) {
  std::map<std::string, size_t> place;
  for (int i = 0; i < table.columns_size(); ++i) place[table.columns(i)] = static_cast<size_t>(i);
  std::map<std::string, uint64_t> counts;
  for (const gateway::v1::Row& row : table.rows()) {
    const auto value = [&](const char* column) { return row.values(static_cast<int>(place.at(column))); };
    ++counts[absl::StrCat(value("dataset"), " ", value("start_date"), " ", value("end_date"), " ", value("currency"))];
  }
  return counts;
}

uint64_t RowsOfThem(const RecordsOfPeople& truth, const gateway::v1::Table& table) {
  const std::map<std::string, uint64_t> seen = CountRecordKeys(table);
  uint64_t rows = 0;
  for (const auto& [key, counts] : truth.by_key) {
    const auto found = seen.find(key);
    const uint64_t count = found == seen.end() ? 0 : found->second;
    if (counts.of_them > 0 && count > counts.of_others) rows += count - counts.of_others;
  }
  return rows;
}

absl::StatusOr<RecordsOfPeople> ReadForty(const std::string& region, const std::vector<std::string>& datasets) {
  SH_ASSIGN_OR_RETURN(const std::string csv, ReadFile(region + "/objections/forty.csv", kFileBytesMax));
  SH_ASSIGN_OR_RETURN(const ObjectionFile forty, ParseObjections(csv, true));
  const std::set<uint64_t> numbers = NumbersOf(forty);
  std::set<std::string> persons;
  SH_RETURN_IF_ERROR(ForEachRow(region + "/truth/people.csv", {"person", "nhs_number"},
                                [&](const std::vector<std::string>& row) {
                                  if (!row[1].empty() && numbers.contains(std::stoull(row[1]))) persons.insert(row[0]);
                                }));
  return ReadRecords(region, datasets, persons);
}

absl::StatusOr<RecordsOfPeople> ReadNeighbours(const std::string& region, const std::vector<std::string>& datasets) {
  std::set<std::string> persons;
  SH_RETURN_IF_ERROR(ForEachRow(region + "/truth/people.csv", {"person", "commissioner"},
                                [&](const std::vector<std::string>& row) {
                                  if (row[1] == kNeighbour) persons.insert(row[0]);
                                }));
  SH_ASSIGN_OR_RETURN(const auto person_of, PersonsOfRecords(region, "gp", "register"));
  SH_RETURN_IF_ERROR(ForEachRow(region + "/extracts/gp/register.csv", {"record_id", "commissioner"},
                                [&](const std::vector<std::string>& row) {
                                  const auto person = person_of.find(row[0]);
                                  if (row[1] != kNeighbour && person != person_of.end()) persons.erase(person->second);
                                }));
  return ReadRecords(region, datasets, persons);
}

absl::StatusOr<std::set<std::string>> NumbersOfCommissioner(const std::string& region, const std::string& commissioner) {
  std::set<std::string> numbers;
  SH_RETURN_IF_ERROR(ForEachRow(region + "/truth/people.csv", {"nhs_number", "commissioner"},
                                [&](const std::vector<std::string>& row) {
                                  if (row[1] == commissioner) numbers.insert(row[0]);
                                }));
  return numbers;
}

}  // namespace safehaven::cli
