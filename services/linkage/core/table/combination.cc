#include "services/linkage/core/table/combination.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

namespace safehaven::linkage {

Combination::Combination(const Table& table, std::vector<const TableColumn*> columns)
    : columns_(std::move(columns)) {
  rows_of_parts_.push_back(kNoRow);
  if (columns_.empty()) return;
  of_row_ = columns_[0]->codes;
  size_t count = columns_[0]->values.size();
  for (size_t c = 1; c < columns_.size(); ++c) {
    absl::flat_hash_map<uint64_t, uint32_t> numbers = {{0, 0}};
    for (size_t row = 0; row < table.row_count; ++row) {
      const uint64_t key = uint64_t{of_row_[row]} << 32 | columns_[c]->codes[row];
      const auto [found, is_new] = numbers.try_emplace(key, static_cast<uint32_t>(numbers.size()));
      of_row_[row] = found->second;
    }
    count = numbers.size();
  }
  rows_of_parts_.assign(count, kNoRow);
  for (size_t row = table.row_count; row-- > 0;) {
    if (of_row_[row] != 0) rows_of_parts_[of_row_[row]] = static_cast<uint32_t>(row);
  }
}

std::string Combination::Joined(uint32_t combination) const {
  std::string joined;
  for (size_t c = 0; c < columns_.size(); ++c) {
    const absl::string_view text = Text(combination, c);
    if (text.empty()) continue;
    absl::StrAppend(&joined, joined.empty() ? "" : " ", text);
  }
  return joined;
}

}  // namespace safehaven::linkage
