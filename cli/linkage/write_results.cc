#include "cli/linkage/write_results.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/sample/writer.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

using linkage::ScoredPair;

// Names records in the output.
class RecordNames {
 public:
  explicit RecordNames(const LinkFilesResult& result) : result_(result) {
    for (const ReadTableResult& input : result.inputs) {
      const linkage::TableColumn* id = nullptr;
      for (const linkage::TableColumn& column : input.table.columns) {
        const linkage::ColumnRule* rule = result.linked.schema.Find(column.name);
        if (id == nullptr && rule != nullptr && rule->use == linkage::ColumnUse::kRecordId) id = &column;
      }
      ids_.push_back(id);
    }
  }

  // Source, row (from 1) and id of a record, as three fields.
  void Write(uint32_t record, sample::FileWriter& file) const {
    const std::vector<uint32_t>& first = result_.linked.first_record;
    const size_t table =
        static_cast<size_t>(std::upper_bound(first.begin(), first.end(), record) - first.begin()) - 1;
    const uint32_t row = record - first[table];
    file.Field(result_.inputs[table].table.name);
    file.Field(absl::StrCat(result_.inputs[table].RowNumber(row)));
    file.Field(ids_[table] == nullptr ? absl::string_view() : ids_[table]->ValueAt(row));
  }

 private:
  const LinkFilesResult& result_;
  std::vector<const linkage::TableColumn*> ids_;
};

void WriteRow(const char* const (&columns)[4], sample::FileWriter& file) {
  for (const char* column : columns) file.Field(column);
  file.EndRow();
}

struct PairRow {
  uint32_t a = 0;
  uint32_t b = 0;
  std::string weight;
  std::string probability;
  absl::string_view decision;
};

void WritePair(const RecordNames& names, const PairRow& row, bool together, sample::FileWriter& file) {
  names.Write(std::min(row.a, row.b), file);
  names.Write(std::max(row.a, row.b), file);
  file.Field(row.weight);
  file.Field(row.probability);
  file.Field(row.decision);
  file.Field(together ? "1" : "0");
  file.EndRow();
}

}  // namespace

absl::Status WriteClusters(const LinkFilesResult& result, const std::string& path) {
  SH_ASSIGN_OR_RETURN(sample::FileWriter file, sample::FileWriter::Open(path));
  WriteRow({"source", "row", "record_id", "cluster"}, file);
  const linkage::MatchResult& match = result.linked.match;
  const RecordNames names(result);
  // Numbered by first record; records without any identity have one of their own.
  std::vector<uint32_t> numbers(match.cluster_count, 0);
  uint32_t next = 1;
  for (uint32_t record = 0; record < match.cluster_of_record.size(); ++record) {
    const uint32_t cluster = match.cluster_of_record[record];
    uint32_t number = 0;
    if (cluster == linkage::kNoCluster) {
      number = next++;
    } else {
      if (numbers[cluster] == 0) numbers[cluster] = next++;
      number = numbers[cluster];
    }
    names.Write(record, file);
    file.Field(absl::StrCat(number));
    file.EndRow();
  }
  return file.Close();
}

absl::Status WritePairs(const LinkFilesResult& result, const std::string& path) {
  SH_ASSIGN_OR_RETURN(sample::FileWriter file, sample::FileWriter::Open(path));
  for (const char* column : {"source_a", "row_a", "record_id_a", "source_b", "row_b", "record_id_b", "weight",
                             "probability", "decision", "together"}) {
    file.Field(column);
  }
  file.EndRow();
  const linkage::MatchResult& match = result.linked.match;
  const linkage::Profiles& profiles = match.profiles;
  const RecordNames names(result);
  const auto together = [&](uint32_t a, uint32_t b) {
    return match.cluster_of_record[a] == match.cluster_of_record[b];
  };
  for (const ScoredPair& pair : match.scores.pairs) {
    if (!Links(pair.decision) && pair.decision != linkage::Decision::kReview) continue;
    PairRow row = {.weight = absl::StrFormat("%.3f", pair.weight / double{linkage::kWeightPerBit}),
                   .probability = absl::StrFormat("%.6f", linkage::ProbabilityOf(pair.weight)),
                   .decision = linkage::DecisionName(pair.decision)};
    size_t written = 0;
    for (const uint32_t a : profiles.RecordsOf(pair.a)) {
      for (const uint32_t b : profiles.RecordsOf(pair.b)) {
        if (++written > kPairsPerIdentityMax) break;
        row.a = a;
        row.b = b;
        WritePair(names, row, together(a, b), file);
      }
    }
  }
  // Records that say the same are compared once and linked all.
  for (linkage::ProfileIndex p = 0; p < profiles.size(); ++p) {
    const auto records = profiles.RecordsOf(p);
    size_t written = 0;
    for (size_t i = 0; i < records.size(); ++i) {
      for (size_t j = i + 1; j < records.size(); ++j) {
        if (++written > kPairsPerIdentityMax || !together(records[i], records[j])) continue;
        WritePair(names, {.a = records[i], .b = records[j], .weight = "", .probability = "1.000000",
                          .decision = "identical"},
                  true, file);
      }
    }
  }
  return file.Close();
}

absl::Status WriteRejects(const LinkFilesResult& result, const std::string& path) {
  SH_ASSIGN_OR_RETURN(sample::FileWriter file, sample::FileWriter::Open(path));
  for (const char* column : {"source", "line", "row", "reason", "left_out"}) file.Field(column);
  file.EndRow();
  for (const ReadTableResult& input : result.inputs) {
    for (const TableFault& fault : input.faults) {
      file.Field(input.table.name);
      file.Field(absl::StrCat(fault.line));
      file.Field(absl::StrCat(fault.row));
      file.Field(fault.reason);
      file.Field(fault.left_out ? "1" : "0");
      file.EndRow();
    }
  }
  return file.Close();
}

}  // namespace safehaven::cli
