// Strict reading of YAML documents whose lists may lie in CSV tables beside them.
//
// Every field knows its file, line and path, so that whoever refuses one can say where
// it stands. Knows no file system: the caller brings texts. A document that was half
// understood would lose money silently, so unknown, missing and doubled keys and wrong
// shapes are refused. Single-threaded.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_YAML_FIELDS_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_YAML_FIELDS_H_

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"
#include "libs/base/money.h"

namespace safehaven::costing {

// A CSV table beside a document, already split into fields.
struct ModelTable {
  struct Row {
    int64_t line = 0;
    std::vector<std::string> fields;  // one a column
  };
  std::vector<std::string> columns;
  std::vector<Row> rows;
};
// By file name. A document names a table as {file: ledger_map.csv} in place of a list.
using ModelTables = std::map<std::string, ModelTable>;

class YamlFields {
 public:
  // A node and where it stands.
  struct Field {
    YAML::Node node;
    std::string path;  // "pools[3].kind"; "" is the document
    std::string file;  // of a table; "" is the document itself
    int64_t line = 1;
  };
  using Fields = std::map<std::string, Field>;
  struct Keys {
    std::initializer_list<const char*> required;
    std::initializer_list<const char*> optional;
  };

  // `reason` is that of every refusal; `tables` outlives the reader.
  YamlFields(std::string reason, const ModelTables& tables) : reason_(std::move(reason)), tables_(tables) {}

  // The whole text as one field, or a refusal with the line where the parser stopped.
  absl::StatusOr<Field> Parse(absl::string_view yaml, size_t bytes_max) const;

  absl::Status Refuse(const Field& field, absl::string_view why) const;
  // A refusal of the field with this path, at its line or that of the nearest around it.
  absl::Status RefusePath(absl::string_view path, absl::string_view why) const;

  absl::StatusOr<Fields> Map(const Field& field);
  absl::StatusOr<Fields> Object(const Field& field, const Keys& keys);
  // Entries of a list, or rows of the table that the field names: maps of the cells
  // that are not empty.
  absl::StatusOr<std::vector<Field>> List(const Field& field, size_t size_max);
  // Does the field name a table?
  bool IsTable(const Field& field) const;

  absl::StatusOr<std::string> Text(const Field& field) const;
  absl::StatusOr<std::vector<std::string>> Texts(const Field& field, size_t size_max);
  absl::StatusOr<int64_t> Integer(const Field& field) const;
  absl::StatusOr<CivilDay> Day(const Field& field) const;
  absl::StatusOr<Money> Amount(const Field& field) const;
  absl::StatusOr<size_t> Reference(const Field& field, const std::map<std::string, size_t>& ids) const;

 private:
  struct Place {
    std::string file;
    int64_t line = 1;
  };

  absl::StatusOr<std::vector<Field>> TableRows(const Field& field, size_t size_max);

  std::string reason_;
  const ModelTables& tables_;
  std::map<std::string, Place> places_;  // by path
};

// Longest text of a field.
inline constexpr size_t kFieldTextMax = 200;

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_YAML_FIELDS_H_
