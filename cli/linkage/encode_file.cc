#include "cli/linkage/encode_file.h"

#include <algorithm>
#include <iostream>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/linkage/model_commands.h"
#include "cli/linkage/read_table.h"
#include "cli/sample/writer.h"
#include "cli/session/context.h"
#include "libs/base/status.h"
#include "services/linkage/core/encoded/encodable.h"
#include "services/linkage/core/table/recognise.h"

namespace safehaven::cli {
namespace {

constexpr size_t kSecretFileBytesMax = 4096;
constexpr size_t kNameBytes = 10;

absl::StatusOr<linkage::Schema> SchemaOf(const EncodePlan& plan, const std::vector<linkage::Table>& tables) {
  if (plan.model != "auto") {
    SH_ASSIGN_OR_RETURN(linkage::ModelFile file, ReadModelFile(plan.model));
    return std::move(file.schema);
  }
  std::vector<std::string> left_out = plan.ignored;
  if (!plan.truth.empty()) left_out.push_back(plan.truth);
  return linkage::Recognise(tables, left_out);
}

absl::StatusOr<linkage::EncodedTables> Standardised(const std::vector<linkage::Table>& tables,
                                                    const linkage::Schema& schema, CivilDay today) {
  linkage::StandardRules rules;
  rules.numbers.test_numbers_allowed = true;
  rules.dates.latest = today;
  rules.dates.defaults = linkage::WellKnownDefaultDates();
  return linkage::EncodeTables(tables, schema, std::move(rules), /*learn=*/true);
}

const linkage::TableColumn* IdColumn(const linkage::Table& table, const linkage::Schema& schema) {
  for (const linkage::TableColumn& column : table.columns) {
    const linkage::ColumnRule* rule = schema.Find(column.name);
    if (rule != nullptr && rule->use == linkage::ColumnUse::kRecordId) return &column;
  }
  return nullptr;
}

// Random names in ascending order; rows are put to them in random order by sorting.
struct NamedRow {
  std::string name;
  uint32_t row = 0;
};

std::vector<NamedRow> NameRows(size_t count, Randomness& randomness) {
  std::vector<NamedRow> named;
  for (uint32_t row = 0; row < count; ++row) {
    named.push_back({.name = absl::BytesToHexString(randomness.Bytes(kNameBytes)), .row = row});
  }
  std::sort(named.begin(), named.end(), [](const NamedRow& a, const NamedRow& b) { return a.name < b.name; });
  return named;
}

absl::Status CheckTruth(const linkage::TableColumn* truth, size_t rows) {
  if (truth == nullptr) return InvalidArgument("TRUTH_UNKNOWN", "the input has no such column");
  for (size_t row = 0; row < rows; ++row) {
    if (truth->ValueAt(row).find_first_of(",\r\n") != absl::string_view::npos) {
      return InvalidArgument("TRUTH_UNUSABLE", "a label must not have a comma or a line end");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<EncodedTable> EncodeTable(const EncodePlan& plan, Randomness& randomness) {
  SH_ASSIGN_OR_RETURN(const std::string secret, ReadFile(plan.secret, kSecretFileBytesMax));
  SH_ASSIGN_OR_RETURN(const linkage::EncodingSalt salt, linkage::ParseEncodingSalt(plan.salt));
  SH_ASSIGN_OR_RETURN(ReadTableResult read, ReadTable("input", plan.input, plan.truth));
  SH_RETURN_IF_ERROR(CheckFaults(read, plan.fault_per_mille_max));
  std::vector<linkage::Table> tables;
  tables.push_back(std::move(read.table));
  const linkage::Table& table = tables.front();
  for (const std::string& column : plan.ignored) {
    if (table.Find(column) == nullptr) {
      return InvalidArgument("INPUT_INVALID", absl::StrCat("--ignore: the input has no column ", column));
    }
  }
  SH_ASSIGN_OR_RETURN(const linkage::Schema schema, SchemaOf(plan, tables));
  const std::vector<linkage::EncodedField> fields = linkage::EncodedFieldsOf(table, schema);
  if (fields.empty()) return InvalidArgument("COLUMNS_UNUSABLE", "no column says anything about people");
  SH_ASSIGN_OR_RETURN(linkage::FilterEncoder encoder,
                      linkage::FilterEncoder::Make(absl::StripAsciiWhitespace(secret),
                                                   {.epoch = plan.epoch, .salt = salt, .fields = fields}));
  SH_ASSIGN_OR_RETURN(const linkage::EncodedTables standard, Standardised(tables, schema, plan.today));
  const std::vector<linkage::EncodableRecord> records =
      linkage::EncodableRecordsOf(table, schema, standard, encoder.rules().fields, salt);

  EncodedTable result;
  EncodedFile& file = result.file;
  file.comparability = encoder.comparability();
  file.epoch = plan.epoch;
  file.salt = plan.salt;
  for (const linkage::EncodedField& field : encoder.rules().fields) file.fields.push_back(field.name);
  file.truth_column = plan.truth;
  const linkage::TableColumn* truth = plan.truth.empty() ? nullptr : table.Find(plan.truth);
  if (!plan.truth.empty()) SH_RETURN_IF_ERROR(CheckTruth(truth, table.row_count));
  const linkage::TableColumn* id = IdColumn(table, schema);
  for (const NamedRow& named : NameRows(records.size(), randomness)) {
    file.records.push_back(named.name);
    file.filters.push_back(encoder.Encode(records[named.row]));
    if (truth != nullptr) file.truth.emplace_back(truth->ValueAt(named.row));
    result.rows.push_back(read.RowNumber(named.row));
    result.ids.emplace_back(id == nullptr ? absl::string_view() : id->ValueAt(named.row));
  }
  return result;
}

absl::Status RunEncode(const EncodePlan& plan, Randomness& randomness) {
  SH_ASSIGN_OR_RETURN(const EncodedTable encoded, EncodeTable(plan, randomness));
  if (!plan.map.empty()) {
    SH_ASSIGN_OR_RETURN(sample::FileWriter map, sample::FileWriter::Open(plan.map));
    for (const char* column : {"record", "row", "record_id"}) map.Field(column);
    map.EndRow();
    for (size_t i = 0; i < encoded.rows.size(); ++i) {
      map.Field(encoded.file.records[i]);
      map.Field(absl::StrCat(encoded.rows[i]));
      map.Field(encoded.ids[i]);
      map.EndRow();
    }
    SH_RETURN_IF_ERROR(map.Close());
  }
  SH_RETURN_IF_ERROR(sample::WriteFile(plan.out, EncodedFileText(encoded.file)));
  const auto empty = std::count(encoded.file.filters.begin(), encoded.file.filters.end(), linkage::Filter());
  double bits = 0;
  for (const linkage::Filter& filter : encoded.file.filters) bits += filter.CountBits();
  const double filled = bits / static_cast<double>(encoded.file.filters.size()) / (8 * linkage::kFilterBytes);
  std::cout << encoded.file.records.size() << " records encoded from " << absl::StrJoin(encoded.file.fields, ", ")
            << "; " << empty << " say nothing; " << static_cast<int>(100 * filled) << "% of bits set\n"
            << "comparable with files of " << encoded.file.comparability << " only\n"
            << "Pseudonymous personal data: who has the secret, or knows many of the people, can find people in it.\n";
  if (filled > 0.45) std::cout << "More bits are set than tell people apart: --ignore columns that say little.\n";
  if (!plan.truth.empty()) std::cout << "Column " << plan.truth << " is in clear: for made-up data only.\n";
  if (!plan.map.empty()) std::cout << "Keep " << plan.map << " here: it tells who is who.\n";
  return absl::OkStatus();
}

}  // namespace safehaven::cli
