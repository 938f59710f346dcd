#include "cli/costing/named_columns.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "cli/costing/file_text.h"
#include "libs/base/status.h"

namespace safehaven::cli {

absl::Status RowInvalid(absl::string_view reason, const CsvRows& rows, absl::string_view column, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, reason, absl::StrCat("line ", rows.line(), ": ", column, ": ", why),
                 {{"line", absl::StrCat(rows.line())}, {"field", std::string(column)}});
}

absl::Status ForEachRow(const std::string& path, absl::string_view reason, const std::vector<std::string>& columns,
                        size_t required, const ActOnRow& act) {
  SH_ASSIGN_OR_RETURN(const FileText file, FileText::Read(path));
  absl::StatusOr<CsvRows> rows = CsvRows::Make(file.text());
  if (!rows.ok()) return WithContext(rows.status(), path);
  std::vector<std::optional<size_t>> places;
  for (size_t i = 0; i < columns.size(); ++i) {
    places.push_back(rows->Find(columns[i]));
    if (!places.back() && i < required) {
      return InvalidArgument(reason, absl::StrCat(path, ": line 1: there is no column ", columns[i]));
    }
  }
  std::vector<absl::string_view> fields(columns.size());
  while (true) {
    absl::StatusOr<bool> any = rows->Next();
    if (!any.ok()) return WithContext(any.status(), path);
    if (!*any) return absl::OkStatus();
    absl::Status read = rows->has_all_fields() ? absl::OkStatus() : RowInvalid(reason, *rows, "row", "another number of fields than the header");
    for (size_t i = 0; read.ok() && i < places.size(); ++i) fields[i] = places[i] ? rows->field(*places[i]) : "";
    if (read.ok()) read = act(*rows, fields);
    if (!read.ok()) return WithContext(read, path);
  }
}

}  // namespace safehaven::cli
