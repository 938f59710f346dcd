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

absl::StatusOr<FortyTruth> ReadForty(const std::string& region, const std::vector<std::string>& datasets) {
  SH_ASSIGN_OR_RETURN(const std::string csv, ReadFile(region + "/objections/forty.csv", kFileBytesMax));
  SH_ASSIGN_OR_RETURN(const ObjectionFile forty, ParseObjections(csv, true));
  const std::set<uint64_t> numbers = NumbersOf(forty);
  std::set<std::string> persons;
  SH_RETURN_IF_ERROR(ForEachRow(region + "/truth/people.csv", {"person", "nhs_number"},
                                [&](const std::vector<std::string>& row) {
                                  if (!row[1].empty() && numbers.contains(std::stoull(row[1]))) persons.insert(row[0]);
                                }));
  FortyTruth truth;
  truth.people = persons.size();
  for (const std::string& dataset : datasets) {
    const std::vector<std::string> parts = absl::StrSplit(dataset, '/');
    std::map<std::string, std::string> person_of;
    SH_RETURN_IF_ERROR(ForEachRow(region + "/truth/links.csv", {"source", "dataset", "record_id", "person"},
                                  [&](const std::vector<std::string>& row) {
                                    const bool same = row[0] == parts[0] && (row[1] == parts[1] || row[1] == dataset);
                                    if (same) person_of[row[2]] = row[3];
                                  }));
    SH_RETURN_IF_ERROR(ForEachRow(
        absl::StrCat(region, "/extracts/", dataset, ".csv"),
        {"record_id", "start_date", "end_date", "currency", "nhs_number"}, [&](const std::vector<std::string>& row) {
          const bool is_of_forty = persons.contains(person_of[row[0]]);
          RecordCounts& counts = truth.by_key[absl::StrCat(dataset, " ", row[1], " ", row[2], " ", row[3])];
          ++(is_of_forty ? counts.of_the_forty : counts.of_others);
          if (!is_of_forty) return;
          ++truth.records;
          if (parts[0] == "social_care" && row[4].empty()) ++truth.social_without_number;
        }));
  }
  return truth;
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
