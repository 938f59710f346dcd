// Tables for tests of linking files: made-up people with slips, and helpers.
#ifndef SAFEHAVEN_TESTS_SUPPORT_LINKAGE_TABLES_H_
#define SAFEHAVEN_TESTS_SUPPORT_LINKAGE_TABLES_H_

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/linkage/core/table/table.h"

namespace safehaven::linkage {

inline Table TableOf(const std::string& name, const std::vector<std::string>& columns,
                     const std::vector<std::vector<std::string>>& rows) {
  Table table;
  table.name = name;
  table.row_count = rows.size();
  for (size_t c = 0; c < columns.size(); ++c) {
    TableColumn& column = table.columns.emplace_back();
    column.name = columns[c];
    for (const std::vector<std::string>& row : rows) column.codes.push_back(column.values.Intern(row[c]));
  }
  return table;
}

// The rows of `table` in the given order.
inline Table Reordered(const Table& table, const std::vector<size_t>& order) {
  std::vector<std::string> columns;
  for (const TableColumn& column : table.columns) columns.push_back(column.name);
  std::vector<std::vector<std::string>> rows;
  for (const size_t row : order) {
    std::vector<std::string>& values = rows.emplace_back();
    for (const TableColumn& column : table.columns) values.emplace_back(column.ValueAt(row));
  }
  return TableOf(table.name, columns, rows);
}

inline Table CopyOf(const Table& table) {
  std::vector<size_t> order(table.row_count);
  std::iota(order.begin(), order.end(), size_t{0});
  return Reordered(table, order);
}

// A list of one: tables cannot be copied by accident.
inline std::vector<Table> Only(Table table) {
  std::vector<Table> tables;
  tables.push_back(std::move(table));
  return tables;
}

inline Table Shuffled(const Table& table, uint64_t seed) {
  std::vector<size_t> order(table.row_count);
  std::iota(order.begin(), order.end(), size_t{0});
  std::mt19937_64 prng(seed);
  std::shuffle(order.begin(), order.end(), prng);
  return Reordered(table, order);
}

struct MadeUp {
  uint64_t seed = 1;
  int people = 100;
  // So many of the people have a second record, with a slip.
  int copies = 0;
  // Do all first records have slips as well?
  bool slips = false;
};

// Columns n (row number), who (the truth), first_name, surname, dob, sex, postcode,
// address, town. The people depend on `seed` only.
inline Table MadeUpPeople(const std::string& name, const MadeUp& made) {
  std::mt19937_64 people(made.seed);
  std::mt19937_64 errors(made.seed + 1);
  const auto word = [&](int length) {
    std::string text;
    for (int i = 0; i < length; ++i) {
      text.push_back(i % 2 == 0 ? "BCDFGHLMNPRSTVW"[people() % 15] : "AEIOU"[people() % 5]);
    }
    return text;
  };
  std::vector<std::string> given, family, towns;
  for (int i = 0; i < 60; ++i) given.push_back(word(4 + i % 4));
  for (int i = 0; i < 150; ++i) family.push_back(word(5 + i % 4));
  for (int i = 0; i < 12; ++i) towns.push_back(word(6));
  const auto slip = [&](std::string text) {
    if (text.empty()) return text;
    const size_t at = errors() % text.size();
    if (errors() % 2 == 0) text.erase(at, 1);
    else text[at] = static_cast<char>('A' + errors() % 26);
    return text;
  };
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](int who, std::vector<std::string> values) {
    values.insert(values.begin(), {absl::StrCat(rows.size() + 1), absl::StrCat("w", who)});
    rows.push_back(std::move(values));
  };
  for (int who = 0; who < made.people; ++who) {
    const std::vector<std::string> values = {
        given[people() % given.size()],
        family[people() % family.size()],
        absl::StrFormat("%04d-%02d-%02d", static_cast<int>(1930 + people() % 80), static_cast<int>(1 + people() % 12),
                        static_cast<int>(2 + people() % 27)),
        people() % 2 == 0 ? "F" : "M",
        absl::StrFormat("SS%d %dAB", static_cast<int>(1 + people() % 9), static_cast<int>(people() % 10)),
        absl::StrCat(1 + people() % 120, " ", family[people() % 30], " Road"),
        towns[people() % towns.size()]};
    std::vector<std::string> other = values;
    const size_t at = errors() % 2;
    other[at] = slip(other[at]);
    add(who, made.slips ? other : values);
    if (who < made.copies) add(who, other);
  }
  return TableOf(name, {"n", "who", "first_name", "surname", "dob", "sex", "postcode", "address", "town"}, rows);
}

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_TESTS_SUPPORT_LINKAGE_TABLES_H_
