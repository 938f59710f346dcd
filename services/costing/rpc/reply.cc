#include "services/costing/rpc/reply.h"

#include <algorithm>

#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "libs/warrant/wire.h"

namespace safehaven::costing {
namespace {

// Stands for every value of a dimension, in the row of the total.
constexpr char kAllValues[] = "all";

void AddCell(const ReleasedCell& cell, const ReleasableTable& table, v1::ProtectedAnswer& answer) {
  v1::AnswerRow* row = answer.add_rows();
  for (size_t i = 0; i < table.dimensions().size(); ++i) {
    row->add_values(cell.key.empty() ? kAllValues : cell.key[i]);
  }
  for (size_t i = 0; i < cell.values.size(); ++i) row->add_values(ToText(table.measures()[i], cell.values[i]));
}

}  // namespace

ReleasableAnswer ReleasableAnswer::FromTable(const ReleasableTable& table, const DisclosureRules& rules) {
  v1::ProtectedAnswer answer;
  for (const std::string& dimension : table.dimensions()) answer.add_columns(dimension);
  answer.set_key_column_count(static_cast<uint32_t>(table.dimensions().size()));
  for (const Measure measure : table.measures()) answer.add_columns(std::string(Name(measure)));
  for (const ReleasedCell& cell : table.cells()) AddCell(cell, table, answer);
  if (table.total().has_value()) AddCell(*table.total(), table, answer);
  answer.set_left_out(ToText(Measure::kPersons, table.people_left_out()));
  answer.set_suppressed_cell_count(static_cast<uint64_t>(table.suppressed_cell_count()));
  answer.set_complete(true);
  for (const std::string& rule : Describe(rules)) answer.add_protection(rule);
  return ReleasableAnswer(std::move(answer));
}

absl::StatusOr<ReleasableAnswer> ReleasableAnswer::FromRecords(const RecordTable& table,
                                                               const ResolvedPersons& persons,
                                                               const DisclosureRules& rules) {
  v1::ProtectedAnswer answer;
  answer.mutable_columns()->Assign(table.columns.begin(), table.columns.end());
  const auto pseudonym = std::find(table.columns.begin(), table.columns.end(), "pseudonym");
  const bool sealed = std::find(table.columns.begin(), table.columns.end(), "nhs_number") != table.columns.end();
  for (const Record& record : table.records) {
    v1::AnswerRow* row = answer.add_rows();
    row->mutable_values()->Assign(record.values.begin(), record.values.end());
    if (!record.person.has_value()) continue;
    if (pseudonym != table.columns.end()) {
      const auto found = persons.pseudonyms.find(*record.person);
      if (found == persons.pseudonyms.end()) return Internal("PERSON_UNRESOLVED", "linkage left a person out");
      *row->mutable_values(static_cast<int>(pseudonym - table.columns.begin())) = found->second;
    }
    if (sealed) {
      const auto found = persons.sealed_nhs_numbers.find(*record.person);
      if (found == persons.sealed_nhs_numbers.end()) return Internal("PERSON_UNRESOLVED", "linkage left a person out");
      row->set_sealed_nhs_number(found->second);
    }
  }
  answer.set_left_out(ToText(Measure::kPersons, ProtectCount(table.people_left_out, rules)));
  answer.set_complete(true);
  answer.add_protection("The number of people left out is protected like a count in a table.");
  return ReleasableAnswer(std::move(answer));
}

absl::StatusOr<ReleasableAnswer> ReleasableAnswer::FromKept(const std::string& bytes, const ClosedRelease& release) {
  v1::ReleaseClosing closing;
  v1::ProtectedAnswer answer;
  const bool same = closing.ParseFromString(release.leaf().body) && closing.answer_digest() == ToBytes(Sha256(bytes)) &&
                    answer.ParseFromString(bytes);
  if (!same) return DataLoss("RELEASE_CORRUPT", "the answer that was kept is not the one that was logged");
  return ReleasableAnswer(std::move(answer));
}

absl::StatusOr<ClosedRelease> CloseRelease(ReleaseStore& store, const OpenedRelease& opened,
                                           const ReleasableAnswer& answer, v1::ReleaseClosing closing,
                                           absl::Time deadline) {
  std::string bytes = answer.answer().SerializeAsString();
  closing.set_answer_digest(ToBytes(Sha256(bytes)));
  closing.set_row_count(static_cast<uint64_t>(answer.answer().rows_size()));
  SH_ASSIGN_OR_RETURN(ProvenLeaf leaf, store.Close(opened, closing.SerializeAsString(), std::move(bytes), deadline));
  return ClosedRelease(std::move(leaf));
}

absl::StatusOr<ClosedRelease> FindClosedRelease(ReleaseStore& store, const storage::v1::UsedWarrantRecord& used,
                                                absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(ProvenLeaf leaf, store.FindClosing(used, deadline));
  return ClosedRelease(std::move(leaf));
}

v1::AnswerResponse MakeReply(const ReleasableAnswer& answer, const ClosedRelease& release,
                             const type::v1::ProvenLeaf& warrant) {
  v1::AnswerResponse response;
  *response.mutable_answer() = answer.answer();
  *response.mutable_receipt()->mutable_warrant() = warrant;
  *response.mutable_receipt()->mutable_release() = ProvenLeafToProto(release.leaf());
  return response;
}

}  // namespace safehaven::costing
