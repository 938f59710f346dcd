#include "tests/support/linkage_data.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace safehaven::linkage {
namespace {

// Fields of one line; quotes are simple in these files.
std::vector<std::string> SplitLine(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back().push_back(c);
    }
  }
  for (std::string& field : fields) field = std::string(absl::StripAsciiWhitespace(field));
  return fields;
}

// A value, where "NA" and absence mean none.
std::string Value(const CsvRow& row, const std::string& column) {
  const auto found = row.find(column);
  return found == row.end() || found->second == "NA" ? "" : found->second;
}

std::string DateFromParts(const std::string& year, const std::string& month, const std::string& day) {
  const auto padded = [](const std::string& text, size_t width) {
    return std::string(text.size() < width ? width - text.size() : 0, '0') + text;
  };
  return absl::StrCat(padded(year, 4), "-", padded(month, 2), "-", padded(day, 2));
}

using RowToRecord = std::function<std::pair<RawIdentity, std::string>(const CsvRow&)>;

bool AddFile(const std::string& path, SourceIndex source, const RowToRecord& convert,
             LabelledRecords& set) {
  const auto rows = ReadLinkageCsv(path);
  if (!rows.has_value()) return false;
  for (const CsvRow& row : *rows) {
    auto [identity, truth] = convert(row);
    AddRecord(set, source, std::move(identity), std::move(truth));
  }
  return true;
}

RawIdentity FebrlIdentity(const CsvRow& row) {
  RawIdentity identity;
  identity.given_name = Value(row, "given_name");
  identity.family_name = Value(row, "surname");
  identity.birth_date = Value(row, "date_of_birth");
  identity.postcode = Value(row, "postcode");
  identity.address_line = absl::StrCat(Value(row, "street_number"), " ", Value(row, "address_1"));
  identity.extra = {Value(row, "soc_sec_id"), Value(row, "suburb"), Value(row, "address_2"),
                    Value(row, "state")};
  return identity;
}

const std::vector<ExtraField>& FebrlExtra() {
  static const auto* const kExtra = new std::vector<ExtraField>{
      {.name = "social_security", .comparator = Comparator::kIdentifier},
      {.name = "suburb", .comparator = Comparator::kText},
      {.name = "locality", .comparator = Comparator::kText},
      {.name = "state", .comparator = Comparator::kText}};
  return *kExtra;
}

// "rec-1496-dup-3" is person 1496's.
std::pair<RawIdentity, std::string> FebrlRow(const CsvRow& row) {
  const std::vector<std::string> parts = absl::StrSplit(Value(row, "rec_id"), '-');
  return {FebrlIdentity(row), parts.size() > 1 ? parts[1] : ""};
}

// 3585 is person 358's.
std::pair<RawIdentity, std::string> DsgenRow(const CsvRow& row) {
  const std::string id = Value(row, "rec_id");
  RawIdentity identity = FebrlIdentity(row);
  identity.extra[3] = Value(row, "phone_number");
  return {identity, id.substr(0, id.size() - 1)};
}

std::vector<ExtraField> DsgenExtra() {
  std::vector<ExtraField> extra = FebrlExtra();
  extra[3] = {.name = "telephone", .comparator = Comparator::kIdentifier};
  return extra;
}

std::pair<RawIdentity, std::string> CensusRow(const CsvRow& row) {
  RawIdentity identity;
  identity.given_name = Value(row, "pername1");
  identity.family_name = Value(row, "pername2");
  identity.sex = Value(row, "sex");
  identity.birth_date =
      DateFromParts(Value(row, "dob_year"), Value(row, "dob_mon"), Value(row, "dob_day"));
  identity.address_line = Value(row, "enumcap");
  identity.postcode = Value(row, "enumpc");
  return {identity, Value(row, "person_id")};
}

std::pair<RawIdentity, std::string> HistoricalRow(const CsvRow& row) {
  RawIdentity identity;
  identity.given_name = Value(row, "first_name");
  identity.family_name = Value(row, "surname");
  // The full name has the middle names as well.
  const std::string full = Value(row, "full_name");
  if (absl::EndsWith(full, absl::StrCat(" ", identity.family_name)) && !identity.family_name.empty()) {
    identity.given_name = full.substr(0, full.size() - identity.family_name.size() - 1);
  }
  identity.birth_date = Value(row, "dob");
  identity.sex = Value(row, "gender");
  identity.postcode = Value(row, "postcode_fake");
  identity.extra = {Value(row, "birth_place"), Value(row, "occupation")};
  return {identity, Value(row, "cluster")};
}

std::pair<RawIdentity, std::string> FakeRow(const CsvRow& row) {
  RawIdentity identity;
  identity.given_name = Value(row, "first_name");
  identity.family_name = Value(row, "surname");
  identity.birth_date = Value(row, "dob");
  identity.extra = {Value(row, "email"), Value(row, "city")};
  return {identity, Value(row, "cluster")};
}

std::pair<RawIdentity, std::string> RldataRow(const CsvRow& row) {
  RawIdentity identity;
  identity.given_name = absl::StrCat(Value(row, "fname_c1"), " ", Value(row, "fname_c2"));
  identity.family_name = absl::StrCat(Value(row, "lname_c1"), " ", Value(row, "lname_c2"));
  identity.birth_date = DateFromParts(Value(row, "by"), Value(row, "bm"), Value(row, "bd"));
  return {identity, Value(row, "ent_id")};
}

std::pair<RawIdentity, std::string> AnonlinkRow(const CsvRow& row) {
  RawIdentity identity;
  identity.given_name = Value(row, "givenname");
  identity.family_name = Value(row, "surname");
  identity.birth_date = Value(row, "dob");
  identity.sex = Value(row, "gender");
  identity.extra = {Value(row, "phone number"), Value(row, "city"), Value(row, "income")};
  return {identity, Value(row, "id")};
}

}  // namespace

std::string SharedFolder() {
  if (const char* folder = std::getenv("SAFEHAVEN_SHARED")) return folder;
  return absl::StrCat(SAFEHAVEN_SOURCE_DIR, "/../shared");
}

std::optional<std::vector<CsvRow>> ReadLinkageCsv(const std::string& path) {
  std::ifstream file(absl::StrCat(SharedFolder(), "/data/linkage/", path));
  std::string line;
  if (!file || !std::getline(file, line)) return std::nullopt;
  const std::vector<std::string> columns = SplitLine(line);
  std::vector<CsvRow> rows;
  while (std::getline(file, line)) {
    const std::vector<std::string> fields = SplitLine(line);
    CsvRow& row = rows.emplace_back();
    for (size_t i = 0; i < columns.size() && i < fields.size(); ++i) row[columns[i]] = fields[i];
  }
  return rows;
}

void AddRecord(LabelledRecords& set, SourceIndex source, RawIdentity identity, std::string truth) {
  SourceRecord record;
  const uint64_t number = set.records.size();
  for (size_t i = 0; i < 8; ++i) record.token.bytes[i] = static_cast<uint8_t>(number >> (8 * i));
  record.source = source;
  record.identity = Sensitive<RawIdentity>(std::move(identity));
  set.records.push_back(std::move(record));
  set.truth.push_back(std::move(truth));
}

std::optional<LabelledRecords> LoadLinkageSet(const std::string& name) {
  LabelledRecords set;
  set.sources = {{.name = "a"}};
  bool found = false;
  if (name == "febrl3") {
    set.extra_fields = FebrlExtra();
    found = AddFile("febrl1_4/dataset3.csv", 0, FebrlRow, set);
  } else if (name == "febrl4") {
    set.extra_fields = FebrlExtra();
    set.sources = {{.name = "a", .duplicate_free = true}, {.name = "b", .duplicate_free = true}};
    found = AddFile("febrl1_4/dataset4a.csv", 0, FebrlRow, set) &&
            AddFile("febrl1_4/dataset4b.csv", 1, FebrlRow, set);
  } else if (name == "census_cis") {
    set.sources = {{.name = "census", .duplicate_free = true}, {.name = "cis", .duplicate_free = true}};
    found = AddFile("essnet_census_cis/census.csv", 0, CensusRow, set) &&
            AddFile("essnet_census_cis/cis.csv", 1, CensusRow, set);
  } else if (name == "historical_50k") {
    set.extra_fields = {{.name = "birth_place"}, {.name = "occupation"}};
    found = AddFile("splink_historical_50k/historical_50k_half.csv", 0, HistoricalRow, set);
  } else if (name == "fake_1000") {
    set.extra_fields = {{.name = "email", .comparator = Comparator::kIdentifier}, {.name = "city"}};
    found = AddFile("splink_fake_1000/fake_1000.csv", 0, FakeRow, set);
  } else if (name == "rldata500") {
    found = AddFile("rldata/RLdata500.csv", 0, RldataRow, set);
  } else if (name == "dsgen_a" || name == "dsgen_c") {
    set.extra_fields = DsgenExtra();
    found = AddFile(name == "dsgen_a" ? "febrl_dsgen/dataset_A_1000.csv" : "febrl_dsgen/dataset_C_1000.csv",
                    0, DsgenRow, set);
  } else if (name == "anonlink") {
    set.extra_fields = {{.name = "telephone", .comparator = Comparator::kIdentifier},
                        {.name = "city"},
                        {.name = "income", .comparator = Comparator::kIdentifier}};
    set.sources.clear();
    found = true;
    for (SourceIndex i = 0; i < 5; ++i) {
      set.sources.push_back({.name = absl::StrCat("party", i + 1), .duplicate_free = true});
      found = found && AddFile(absl::StrCat("anonlink_5party/dataset-", i + 1, ".csv"), i, AnonlinkRow, set);
    }
  }
  if (!found) return std::nullopt;
  return set;
}

}  // namespace safehaven::linkage
