#include "services/linkage/core/encoded/encodable.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace safehaven::linkage {
namespace {

std::string FieldName(absl::string_view name) {
  std::string plain = absl::AsciiStrToLower(name);
  for (char& c : plain) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return plain;
}

// "19801231", with - for each place of a part that is not known.
std::string DateCharacters(const PartialDate& date) {
  return absl::StrCat(date.year == 0 ? "----" : absl::StrFormat("%04d", date.year),
                      date.month == 0 ? "--" : absl::StrFormat("%02d", date.month),
                      date.day == 0 ? "--" : absl::StrFormat("%02d", date.day));
}

PartialDate Unpacked(uint32_t packed) {
  return {.year = static_cast<uint16_t>(packed >> 9),
          .month = static_cast<uint8_t>(packed >> 5 & 15),
          .day = static_cast<uint8_t>(packed & 31)};
}

// A date that could not be used, as typed: year first if it has eight characters.
std::string TypedDate(absl::string_view text, DateOrder order, const DateRules& rules) {
  const PartialDate read = ReadDate(text, order);
  if (rules.defaults.contains(read.packed())) return "";
  if (read.complete()) return DateCharacters(read);
  std::string characters;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) characters.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
  }
  if (characters.size() != 8) return "";
  const bool separated = characters.size() != text.size();
  const bool year_first = separated ? !absl::ascii_isalnum(static_cast<unsigned char>(text.substr(4, 1)[0])) : true;
  if (year_first) return characters;
  const std::string year = characters.substr(4), first = characters.substr(0, 2), second = characters.substr(2, 2);
  return order == DateOrder::kDayFirst ? absl::StrCat(year, second, first) : absl::StrCat(year, first, second);
}

std::string SaltOf(EncodingSalt salt, const Profile& profile) {
  const PartialDate date = Unpacked(profile.birth_date);
  switch (salt) {
    case EncodingSalt::kNone: return "";
    case EncodingSalt::kBirthYearAndSex: return absl::StrCat(date.year, "/", static_cast<int>(profile.sex));
    case EncodingSalt::kBirthDate: return DateCharacters(date);
  }
  return "";
}

const TableColumn* BirthColumn(const Table& table, const Schema& schema) {
  for (const TableColumn& column : table.columns) {
    const ColumnRule* rule = schema.Find(column.name);
    if (rule != nullptr && rule->use == ColumnUse::kBirthDate) return &column;
  }
  return nullptr;
}

}  // namespace

std::vector<EncodedField> EncodedFieldsOf(const Table& table, const Schema& schema) {
  std::map<std::string, TokenKind> kinds;
  for (const TableColumn& column : table.columns) {
    const ColumnRule* rule = schema.Find(column.name);
    if (rule == nullptr) continue;
    switch (rule->use) {
      case ColumnUse::kGivenName: kinds["given_name"] = TokenKind::kName; break;
      case ColumnUse::kFamilyName: kinds["family_name"] = TokenKind::kName; break;
      case ColumnUse::kFullName:
        kinds["given_name"] = TokenKind::kName;
        kinds["family_name"] = TokenKind::kName;
        break;
      case ColumnUse::kBirthDate:
      case ColumnUse::kBirthYear:
      case ColumnUse::kBirthMonth:
      case ColumnUse::kBirthDay: kinds["birth_date"] = TokenKind::kDate; break;
      case ColumnUse::kSex: kinds["sex"] = TokenKind::kCode; break;
      case ColumnUse::kPostcode: kinds["postcode"] = TokenKind::kPostcode; break;
      case ColumnUse::kAddress: kinds["address"] = TokenKind::kAddress; break;
      case ColumnUse::kNhsNumber: kinds["nhs_number"] = TokenKind::kNumber; break;
      case ColumnUse::kIdentifier: kinds[absl::StrCat("x_", FieldName(rule->field))] = TokenKind::kNumber; break;
      case ColumnUse::kText: kinds[absl::StrCat("x_", FieldName(rule->field))] = TokenKind::kText; break;
      case ColumnUse::kIgnored:
      case ColumnUse::kRecordId:
      case ColumnUse::kNhsNumberVerified: break;
    }
  }
  std::vector<EncodedField> fields;
  for (const auto& [name, kind] : kinds) fields.push_back({.name = name, .kind = kind});
  return fields;
}

std::vector<EncodableRecord> EncodableRecordsOf(const Table& table, const Schema& schema, const EncodedTables& encoded,
                                                const std::vector<EncodedField>& fields, EncodingSalt salt) {
  const Vocabulary& vocabulary = encoded.rows.vocabulary;
  const std::vector<ExtraField> extra = ExtraFieldsOf(schema);
  const TableColumn* birth = BirthColumn(table, schema);
  const ColumnRule* birth_rule = birth == nullptr ? nullptr : schema.Find(birth->name);
  const DateOrder birth_order = birth_rule != nullptr ? birth_rule->date_order.value_or(schema.date_order)
                                                      : schema.date_order;
  std::vector<EncodableRecord> records;
  for (size_t row = 0; row < table.row_count; ++row) {
    const Profile& profile = encoded.rows.rows[row];
    std::map<std::string, std::string> values = {
        {"given_name", std::string(vocabulary.given_texts.text(profile.given))},
        {"family_name", std::string(vocabulary.family_texts.text(profile.family))},
        {"postcode", std::string(vocabulary.postcode_texts.text(profile.postcode))},
        {"address", std::string(vocabulary.address_texts.text(profile.address))}};
    if (profile.birth_date != 0) {
      values["birth_date"] = DateCharacters(Unpacked(profile.birth_date));
    } else if (birth != nullptr) {
      values["birth_date"] = TypedDate(birth->ValueAt(row), birth_order, encoded.rules.dates);
    }
    if (profile.sex != Sex::kUnknown) values["sex"] = absl::StrCat(static_cast<int>(profile.sex));
    if (profile.nhs_number != 0) values["nhs_number"] = absl::StrFormat("%010d", profile.nhs_number);
    for (size_t c = 0; c < extra.size(); ++c) {
      values[absl::StrCat("x_", FieldName(extra[c].name))] =
          std::string(vocabulary.extra_texts[c].text(encoded.rows.extra[c][row]));
    }
    EncodableRecord& record = records.emplace_back();
    for (const EncodedField& field : fields) record.values.push_back(std::move(values[field.name]));
    record.salt = SaltOf(salt, profile);
  }
  return records;
}

}  // namespace safehaven::linkage
