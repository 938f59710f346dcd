// Inputs that name and write the same thing differently: each one's own column has to
// be found and compared with the other's.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/model_yaml.h"
#include "services/linkage/core/table/encode.h"
#include "services/linkage/core/table/further_fields.h"
#include "services/linkage/core/table/link_tables.h"
#include "services/linkage/core/table/recognise.h"
#include "tests/support/linkage_tables.h"

namespace safehaven::linkage {
namespace {

const char* const kGiven[] = {"Mary", "John", "William", "Elizabeth", "Susan", "Peter", "Anna",   "James",
                              "Jane", "Paul", "Robert",  "Margaret",  "Helen", "Simon", "Thomas", "Alice"};

// People with names that are known as such.
Table People(const std::string& name, const MadeUp& made) {
  const Table table = MadeUpPeople(name, made);
  std::vector<std::vector<std::string>> rows;
  for (size_t row = 0; row < table.row_count; ++row) {
    std::vector<std::string>& values = rows.emplace_back();
    for (const TableColumn& column : table.columns) values.emplace_back(column.ValueAt(row));
    // The truth is the same in both tables, the slips of the first name are not.
    const int who = std::stoi(values[1].substr(1));
    values[2] = kGiven[who % 16];
    values.push_back(absl::StrCat("01632 ", 400000 + 7 * who));
  }
  return TableOf(name, {"n", "who", "first_name", "surname", "dob", "sex", "postcode", "address", "town", "phone"},
                 rows);
}

Table Renamed(Table table, const std::map<std::string, std::string>& names) {
  for (TableColumn& column : table.columns) {
    const auto found = names.find(column.name);
    if (found != names.end()) column.name = found->second;
  }
  return table;
}

// The rows with one column made of `of(row values)` in the place of columns 2 and 3.
template <typename Of>
Table WithOneName(const Table& table, Of of) {
  std::vector<std::string> columns = {"n", "who", "name"};
  for (size_t c = 4; c < table.columns.size(); ++c) columns.push_back(table.columns[c].name);
  std::vector<std::vector<std::string>> rows;
  for (size_t row = 0; row < table.row_count; ++row) {
    std::vector<std::string>& values = rows.emplace_back();
    for (size_t c = 0; c < table.columns.size(); ++c) {
      if (c != 3) values.emplace_back(table.columns[c].ValueAt(row));
    }
    values[2] = of(std::string(table.columns[2].ValueAt(row)), std::string(table.columns[3].ValueAt(row)));
  }
  return TableOf(table.name, columns, rows);
}

std::vector<Table> Two(Table a, Table b) {
  std::vector<Table> tables;
  tables.push_back(std::move(a));
  tables.push_back(std::move(b));
  return tables;
}

Schema SchemaOf(const std::vector<Table>& tables) { return Recognise(tables, std::vector<std::string>{"who"}); }

ColumnRule RuleOf(const Schema& schema, const std::string& column) {
  const ColumnRule* rule = schema.Find(column);
  return rule == nullptr ? ColumnRule() : *rule;
}

double F1Of(const std::vector<Table>& tables) {
  TableLinkInput input;
  input.tables = tables;
  input.schema = SchemaOf(tables);
  input.today = CivilDay::FromYmd(2026, 3, 31).value();
  for (const Table& table : tables) {
    for (size_t row = 0; row < table.row_count; ++row) input.truth.emplace_back(table.Find("who")->ValueAt(row));
  }
  return LinkTables(input)->judgement->clusters.F1();
}

const std::map<std::string, std::string>& OtherNames() {
  static const auto* const kNames = new std::map<std::string, std::string>{
      {"first_name", "Forename"}, {"surname", "LastName"},     {"dob", "Date of Birth"}, {"sex", "gender"},
      {"postcode", "zip"},        {"address", "Address Line 1"}, {"town", "City"},         {"phone", "Mobile No"}};
  return *kNames;
}

TEST(Inputs, EachInputsOwnColumnIsFound) {
  const std::vector<Table> tables =
      Two(People("a", {.seed = 1, .people = 60}), Renamed(People("b", {.seed = 1, .people = 60}), OtherNames()));
  const Schema schema = SchemaOf(tables);
  for (const auto& [one, other] : OtherNames()) {
    EXPECT_NE(RuleOf(schema, one).use, ColumnUse::kIgnored) << one << ": " << RuleOf(schema, one).reason;
    EXPECT_EQ(RuleOf(schema, one).use, RuleOf(schema, other).use) << one;
    EXPECT_EQ(RuleOf(schema, one).field, RuleOf(schema, other).field) << one;
  }
}

TEST(Inputs, OtherNamesOfColumnsLoseNothing) {
  const std::vector<Table> alike = Two(People("a", {.seed = 2, .people = 300}),
                                       People("b", {.seed = 2, .people = 300, .slips = true}));
  const std::vector<Table> otherwise =
      Two(People("a", {.seed = 2, .people = 300}),
          Renamed(People("b", {.seed = 2, .people = 300, .slips = true}), OtherNames()));
  EXPECT_GT(F1Of(alike), 0.98);
  EXPECT_EQ(F1Of(otherwise), F1Of(alike));
}

TEST(Inputs, OfTwoColumnsInOneInputTheOneThatOthersHaveStays) {
  std::vector<std::vector<std::string>> a;
  std::vector<std::vector<std::string>> b;
  for (int i = 0; i < 40; ++i) {
    a.push_back({kGiven[i % 16], "M", "F", absl::StrCat("19", 40 + i, "-01-02")});
    b.push_back({kGiven[i % 16], "M", absl::StrCat("19", 40 + i, "-01-02")});
  }
  const Schema schema = SchemaOf(Two(TableOf("a", {"first_name", "sex", "gender", "dob"}, a),
                                     TableOf("b", {"first_name", "gender", "born"}, b)));
  EXPECT_EQ(RuleOf(schema, "gender").use, ColumnUse::kSex);
  EXPECT_NE(RuleOf(schema, "sex").use, ColumnUse::kSex);
  EXPECT_EQ(RuleOf(schema, "dob").use, ColumnUse::kBirthDate);
  EXPECT_EQ(RuleOf(schema, "born").use, ColumnUse::kBirthDate);
}

TEST(Inputs, FurtherColumnsMeetByNameOnly) {
  EXPECT_EQ(MeaningOf("Mobile"), MeaningOf("home phone"));
  EXPECT_EQ(MeaningOf("E-mail address"), MeaningOf("email"));
  EXPECT_EQ(MeaningOf("res_city_desc"), MeaningOf("Town"));
  EXPECT_EQ(MeaningOf("Ward Code"), MeaningOf("ward_code"));
  EXPECT_NE(MeaningOf("ward"), MeaningOf("clinic"));
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < 40; ++i) rows.push_back({kGiven[i % 16], absl::StrCat("Ward ", std::string(1 + i % 9, 'a'))});
  const Schema schema = SchemaOf(Two(TableOf("a", {"first_name", "ward"}, rows),
                                     TableOf("b", {"first_name", "clinic"}, rows)));
  EXPECT_EQ(RuleOf(schema, "ward").use, ColumnUse::kIgnored);
  EXPECT_EQ(RuleOf(schema, "clinic").use, ColumnUse::kIgnored);
}

TEST(Inputs, AFamilyNameBeforeACommaMeetsAnothersTwoColumns) {
  const auto reversed = [](const std::string& given, const std::string& family) {
    return absl::StrCat(family, ", ", given);
  };
  const auto forward = [](const std::string& given, const std::string& family) {
    return absl::StrCat(given, " ", family);
  };
  const Table whole = People("b", {.seed = 3, .people = 300, .slips = true});
  const std::vector<Table> comma = Two(People("a", {.seed = 3, .people = 300}), WithOneName(whole, reversed));
  EXPECT_EQ(RuleOf(SchemaOf(comma), "name").use, ColumnUse::kFullName);
  const std::vector<Table> blank = Two(People("a", {.seed = 3, .people = 300}), WithOneName(whole, forward));
  const std::vector<Table> parts = Two(People("a", {.seed = 3, .people = 300}), CopyOf(whole));
  EXPECT_EQ(F1Of(comma), F1Of(parts));
  EXPECT_EQ(F1Of(blank), F1Of(parts));
}

// Dates of `table` as DAY/MONTH/YEAR, or with the month first.
Table WithDates(const Table& table, bool month_first) {
  std::vector<std::string> columns;
  for (const TableColumn& column : table.columns) columns.push_back(column.name);
  std::vector<std::vector<std::string>> rows;
  for (size_t row = 0; row < table.row_count; ++row) {
    std::vector<std::string>& values = rows.emplace_back();
    for (const TableColumn& column : table.columns) {
      std::string value(column.ValueAt(row));
      if (column.name == "dob") {
        const std::string day = value.substr(8, 2), month = value.substr(5, 2), year = value.substr(0, 4);
        value = month_first ? absl::StrCat(month, "/", day, "/", year) : absl::StrCat(day, "/", month, "/", year);
      }
      values.push_back(value);
    }
  }
  return TableOf(table.name, columns, rows);
}

TEST(Inputs, TheOrderOfDayAndMonthIsEachInputsOwn) {
  // Also under one name of the column; of a column of its own the model file keeps it.
  const Table a = People("a", {.seed = 4, .people = 300});
  const Table b = People("b", {.seed = 4, .people = 300, .slips = true});
  const std::vector<Table> alike = Two(WithDates(a, false), WithDates(b, false));
  const std::vector<Table> mixed = Two(WithDates(a, false), WithDates(b, true));
  EXPECT_EQ(F1Of(mixed), F1Of(alike));
  const std::vector<Table> apart = Two(WithDates(a, false), Renamed(WithDates(b, true), {{"dob", "born"}}));
  const Schema schema = SchemaOf(apart);
  EXPECT_EQ(RuleOf(schema, "dob").date_order.value_or(schema.date_order), DateOrder::kDayFirst);
  EXPECT_EQ(RuleOf(schema, "born").date_order.value_or(schema.date_order), DateOrder::kMonthFirst);
  const ModelFile file = {.schema = schema, .model = DefaultModel(ExtraFieldsOf(schema))};
  const ModelFile read = ParseModelFile(ModelFileText(file)).value();
  EXPECT_EQ(RuleOf(read.schema, "born").date_order, RuleOf(schema, "born").date_order);
  EXPECT_EQ(RuleOf(read.schema, "dob").date_order, RuleOf(schema, "dob").date_order);
}

TEST(Inputs, PartsOfADateInOneInputMeetTheWholeOfAnother) {
  std::vector<std::vector<std::string>> a;
  std::vector<std::vector<std::string>> b;
  for (int i = 0; i < 40; ++i) {
    a.push_back({kGiven[i % 16], absl::StrCat("19", 40 + i, "-01-02")});
    b.push_back({kGiven[i % 16], absl::StrCat("19", 40 + i), "1", "2"});
  }
  const Schema schema = SchemaOf(Two(TableOf("a", {"first_name", "dob"}, a),
                                     TableOf("b", {"first_name", "birth_year", "birth_month", "dob_day"}, b)));
  EXPECT_EQ(RuleOf(schema, "dob").use, ColumnUse::kBirthDate);
  EXPECT_EQ(RuleOf(schema, "birth_year").use, ColumnUse::kBirthYear);
  EXPECT_EQ(RuleOf(schema, "birth_month").use, ColumnUse::kBirthMonth);
  EXPECT_EQ(RuleOf(schema, "dob_day").use, ColumnUse::kBirthDay);
}

}  // namespace
}  // namespace safehaven::linkage
