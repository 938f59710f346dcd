#include "cli/linkage/quality_report.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/status.h"
#include "services/linkage/core/quality.h"

namespace safehaven::cli {
namespace {

constexpr int kAgeBandYears = 10;
constexpr int kAgeYearsMax = 120;

// Every record's group by one criterion, as text.
using Groups = std::vector<std::string>;

Groups BySource(const LinkFilesResult& result) {
  Groups groups;
  for (const ReadTableResult& input : result.inputs) groups.insert(groups.end(), input.table.row_count, input.table.name);
  return groups;
}

// By a fact of the record's profile; "not known" for records of none.
template <typename Fact>
Groups ByProfile(const LinkFilesResult& result, Fact fact) {
  const linkage::Profiles& profiles = result.linked.match.profiles;
  Groups groups(result.linked.match.cluster_of_record.size(), "not known");
  for (linkage::ProfileIndex p = 0; p < profiles.size(); ++p) {
    for (const uint32_t record : profiles.RecordsOf(p)) groups[record] = fact(profiles.rows[p]);
  }
  return groups;
}

std::string SexText(const linkage::Profile& profile) {
  switch (profile.sex) {
    case linkage::Sex::kMale: return "male";
    case linkage::Sex::kFemale: return "female";
    case linkage::Sex::kUnknown: break;
  }
  return "not known";
}

std::string AgeText(const linkage::Profile& profile, CivilDay today) {
  const int year = static_cast<int>(profile.birth_date >> 9);
  const int age = today.year() - year;
  if (year == 0 || age < 0) return "not known";
  if (age > kAgeYearsMax) return absl::StrCat("born ", year / 100, "00 to ", year / 100, "99");
  const int from = age / kAgeBandYears * kAgeBandYears;
  return absl::StrFormat("%d to %d years", from, from + kAgeBandYears - 1);
}

absl::StatusOr<Groups> ByColumn(const LinkFilesResult& result, const std::string& name) {
  Groups groups;
  bool any = false;
  for (const ReadTableResult& input : result.inputs) {
    const linkage::TableColumn* column = input.table.Find(name);
    any |= column != nullptr;
    for (size_t row = 0; row < input.table.row_count; ++row) {
      const absl::string_view value = column == nullptr ? absl::string_view() : column->ValueAt(row);
      groups.emplace_back(value.empty() ? "not known" : value);
    }
  }
  if (!any) return InvalidArgument("INPUT_INVALID", absl::StrCat("--by: no input has a column ", name));
  return groups;
}

// Small groups, and those beyond the commonest, become "other".
void MergeRare(Groups& groups) {
  std::map<std::string, uint64_t> sizes;
  for (const std::string& group : groups) ++sizes[group];
  std::vector<uint64_t> ordered;
  for (const auto& [group, size] : sizes) ordered.push_back(size);
  std::sort(ordered.rbegin(), ordered.rend());
  const uint64_t least = std::max(kGroupRecordsMin, ordered.size() > kGroupsMax ? ordered[kGroupsMax - 1] + 1 : 0);
  for (std::string& group : groups) {
    if (sizes[group] < least) group = "other";
  }
}

std::string Ratio(double share, double of_all) { return of_all > 0 ? absl::StrFormat("%.2f", share / of_all) : ""; }

void AddRows(const LinkFilesResult& result, const std::string& by, Groups groups, TextTable& table) {
  if (by != "all") MergeRare(groups);
  std::map<std::string, uint32_t> numbers;
  for (const std::string& group : groups) numbers.emplace(group, 0);
  uint32_t next = 0;
  for (auto& [group, number] : numbers) number = next++;
  std::vector<uint32_t> group_of;
  for (const std::string& group : groups) group_of.push_back(numbers[group]);
  const auto errors = linkage::ExpectErrors(result.linked.match, group_of, next);
  const auto all = linkage::ExpectErrors(result.linked.match, std::vector<uint32_t>(groups.size(), 0), 1);
  for (const auto& [group, number] : numbers) {
    const linkage::ExpectedErrors& e = errors[number];
    table.rows.push_back({by, group, absl::StrCat(e.records), absl::StrFormat("%.1f", e.links),
                          absl::StrFormat("%.2f", e.false_links), absl::StrFormat("%.2f", e.missed_links),
                          absl::StrFormat("%.5f", e.FalseShare()), absl::StrFormat("%.5f", e.MissedShare()),
                          Ratio(e.FalseShare(), all[0].FalseShare()), Ratio(e.MissedShare(), all[0].MissedShare())});
  }
}

}  // namespace

absl::StatusOr<TextTable> QualityTable(const LinkFilesResult& result, const std::vector<std::string>& columns,
                                       CivilDay today) {
  TextTable table = {.columns = {"by", "group", "records", "links", "expected_false", "expected_missed", "false_share",
                                 "missed_share", "false_ratio", "missed_ratio"},
                     .rows = {}};
  AddRows(result, "all", Groups(result.linked.match.cluster_of_record.size(), "all"), table);
  AddRows(result, "source", BySource(result), table);
  AddRows(result, "sex", ByProfile(result, SexText), table);
  AddRows(result, "age", ByProfile(result, [today](const linkage::Profile& p) { return AgeText(p, today); }), table);
  for (const std::string& column : columns) {
    SH_ASSIGN_OR_RETURN(Groups groups, ByColumn(result, column));
    AddRows(result, column, std::move(groups), table);
  }
  return table;
}

}  // namespace safehaven::cli
