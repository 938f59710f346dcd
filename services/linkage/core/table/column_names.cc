// The words by which people name columns, in the languages of public data sets.
// General knowledge, not a list of any one data set's columns.
#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/linkage/core/table/recognise.h"

namespace safehaven::linkage {
namespace {

enum class Where : uint8_t { kWhole, kBegin, kEnd, kAnywhere };

struct Word {
  ColumnUse use;
  Where where;
  absl::string_view text;
};

// The first that fits counts: special names before general ones.
constexpr Word kWords[] = {
    // Truth and numbers of rows, which are nobody's evidence.
    {ColumnUse::kIgnored, Where::kBegin, "cluster"},
    {ColumnUse::kIgnored, Where::kBegin, "truth"},
    {ColumnUse::kIgnored, Where::kBegin, "entity"},
    {ColumnUse::kIgnored, Where::kBegin, "groundtruth"},
    {ColumnUse::kIgnored, Where::kWhole, "label"},
    {ColumnUse::kIgnored, Where::kWhole, "ismatch"},
    {ColumnUse::kIgnored, Where::kWhole, "blockingnumber"},
    {ColumnUse::kIgnored, Where::kBegin, "expectedresult"},
    // Free text, which may begin like an address.
    {ColumnUse::kText, Where::kBegin, "note"},
    {ColumnUse::kText, Where::kBegin, "comment"},
    {ColumnUse::kText, Where::kBegin, "remark"},
    {ColumnUse::kText, Where::kBegin, "description"},
    // Numbers of an authority.
    {ColumnUse::kNhsNumberVerified, Where::kBegin, "nhsnumberverified"},
    {ColumnUse::kNhsNumberVerified, Where::kBegin, "nhsnumberstatus"},
    {ColumnUse::kNhsNumber, Where::kBegin, "nhsn"},
    {ColumnUse::kNhsNumber, Where::kWhole, "nhs"},
    {ColumnUse::kIdentifier, Where::kAnywhere, "socsec"},
    {ColumnUse::kIdentifier, Where::kAnywhere, "socialsec"},
    {ColumnUse::kIdentifier, Where::kBegin, "ssn"},
    {ColumnUse::kIdentifier, Where::kEnd, "ssn"},
    {ColumnUse::kIdentifier, Where::kBegin, "nino"},
    {ColumnUse::kIdentifier, Where::kBegin, "nationalins"},
    {ColumnUse::kIdentifier, Where::kBegin, "nationalid"},
    {ColumnUse::kIdentifier, Where::kBegin, "passport"},
    {ColumnUse::kIdentifier, Where::kAnywhere, "medicare"},
    {ColumnUse::kIdentifier, Where::kAnywhere, "licence"},
    {ColumnUse::kIdentifier, Where::kAnywhere, "driverslic"},
    {ColumnUse::kIdentifier, Where::kAnywhere, "email"},
    {ColumnUse::kIdentifier, Where::kAnywhere, "phone"},
    {ColumnUse::kIdentifier, Where::kBegin, "mobile"},
    {ColumnUse::kIdentifier, Where::kBegin, "telefon"},
    {ColumnUse::kIdentifier, Where::kWhole, "tel"},
    // Dates, before "name" and "day" of anything else.
    {ColumnUse::kBirthYear, Where::kWhole, "by"},
    {ColumnUse::kBirthMonth, Where::kWhole, "bm"},
    {ColumnUse::kBirthDay, Where::kWhole, "bd"},
    {ColumnUse::kBirthYear, Where::kWhole, "yob"},
    {ColumnUse::kBirthMonth, Where::kWhole, "mob"},
    {ColumnUse::kBirthYear, Where::kBegin, "dobyear"},
    {ColumnUse::kBirthYear, Where::kBegin, "doby"},
    {ColumnUse::kBirthMonth, Where::kBegin, "dobm"},
    {ColumnUse::kBirthDay, Where::kBegin, "dobd"},
    {ColumnUse::kBirthYear, Where::kBegin, "birthyear"},
    {ColumnUse::kBirthMonth, Where::kBegin, "birthmon"},
    {ColumnUse::kBirthDay, Where::kWhole, "dayofbirth"},
    {ColumnUse::kBirthYear, Where::kWhole, "yearofbirth"},
    {ColumnUse::kBirthMonth, Where::kWhole, "monthofbirth"},
    {ColumnUse::kBirthDate, Where::kWhole, "dob"},
    {ColumnUse::kBirthDate, Where::kBegin, "dateofb"},
    {ColumnUse::kBirthDate, Where::kBegin, "birthd"},
    {ColumnUse::kBirthDate, Where::kBegin, "bdate"},
    {ColumnUse::kBirthDate, Where::kEnd, "birthdate"},
    {ColumnUse::kBirthDate, Where::kBegin, "geburtsdatum"},
    {ColumnUse::kBirthDate, Where::kBegin, "datumgeb"},
    {ColumnUse::kBirthDate, Where::kBegin, "dob"},
    {ColumnUse::kBirthDate, Where::kWhole, "born"},
    // Names.
    {ColumnUse::kText, Where::kBegin, "maiden"},
    {ColumnUse::kText, Where::kBegin, "birthname"},
    {ColumnUse::kText, Where::kBegin, "nameatbirth"},
    {ColumnUse::kText, Where::kBegin, "middle"},
    {ColumnUse::kText, Where::kBegin, "midl"},
    {ColumnUse::kText, Where::kBegin, "mname"},
    {ColumnUse::kText, Where::kBegin, "namesu"},
    {ColumnUse::kText, Where::kBegin, "suffix"},
    {ColumnUse::kText, Where::kBegin, "title"},
    {ColumnUse::kText, Where::kBegin, "mother"},
    {ColumnUse::kText, Where::kBegin, "father"},
    {ColumnUse::kText, Where::kBegin, "guardian"},
    {ColumnUse::kText, Where::kBegin, "spouse"},
    {ColumnUse::kFullName, Where::kAnywhere, "fullname"},
    {ColumnUse::kFullName, Where::kAnywhere, "firstandsurname"},
    {ColumnUse::kFullName, Where::kWhole, "name"},
    {ColumnUse::kFullName, Where::kWhole, "personname"},
    {ColumnUse::kFullName, Where::kWhole, "patientname"},
    {ColumnUse::kFullName, Where::kWhole, "customername"},
    {ColumnUse::kGivenName, Where::kAnywhere, "firstn"},
    {ColumnUse::kGivenName, Where::kAnywhere, "givenn"},
    {ColumnUse::kGivenName, Where::kAnywhere, "forename"},
    {ColumnUse::kGivenName, Where::kWhole, "first"},
    {ColumnUse::kGivenName, Where::kWhole, "given"},
    {ColumnUse::kGivenName, Where::kBegin, "fname"},
    {ColumnUse::kGivenName, Where::kBegin, "gname"},
    {ColumnUse::kGivenName, Where::kBegin, "vorname"},
    {ColumnUse::kGivenName, Where::kBegin, "prenom"},
    {ColumnUse::kGivenName, Where::kWhole, "pername1"},
    {ColumnUse::kGivenName, Where::kWhole, "name1"},
    {ColumnUse::kFamilyName, Where::kAnywhere, "lastn"},
    {ColumnUse::kFamilyName, Where::kAnywhere, "surname"},
    {ColumnUse::kFamilyName, Where::kAnywhere, "familyn"},
    {ColumnUse::kFamilyName, Where::kWhole, "last"},
    {ColumnUse::kFamilyName, Where::kWhole, "family"},
    {ColumnUse::kFamilyName, Where::kBegin, "lname"},
    {ColumnUse::kFamilyName, Where::kBegin, "sname"},
    {ColumnUse::kFamilyName, Where::kBegin, "nachname"},
    {ColumnUse::kFamilyName, Where::kWhole, "nom"},
    {ColumnUse::kFamilyName, Where::kWhole, "pername2"},
    {ColumnUse::kFamilyName, Where::kWhole, "name2"},
    // Places.
    {ColumnUse::kPostcode, Where::kAnywhere, "postcode"},
    {ColumnUse::kPostcode, Where::kAnywhere, "postalcode"},
    {ColumnUse::kPostcode, Where::kBegin, "zip"},
    {ColumnUse::kPostcode, Where::kEnd, "zip"},
    {ColumnUse::kPostcode, Where::kEnd, "zipcode"},
    {ColumnUse::kPostcode, Where::kWhole, "plz"},
    {ColumnUse::kPostcode, Where::kWhole, "pcode"},
    {ColumnUse::kPostcode, Where::kWhole, "enumpc"},
    {ColumnUse::kAddress, Where::kBegin, "streetn"},
    {ColumnUse::kAddress, Where::kBegin, "houseno"},
    {ColumnUse::kAddress, Where::kBegin, "housenum"},
    {ColumnUse::kAddress, Where::kBegin, "hsenum"},
    {ColumnUse::kAddress, Where::kWhole, "hno"},
    {ColumnUse::kAddress, Where::kWhole, "strnam"},
    {ColumnUse::kText, Where::kWhole, "address2"},
    {ColumnUse::kText, Where::kWhole, "address3"},
    {ColumnUse::kText, Where::kWhole, "addressline2"},
    {ColumnUse::kAddress, Where::kWhole, "address"},
    {ColumnUse::kAddress, Where::kBegin, "address1"},
    {ColumnUse::kAddress, Where::kBegin, "addressline"},
    {ColumnUse::kAddress, Where::kBegin, "addr"},
    {ColumnUse::kAddress, Where::kEnd, "streetaddress"},
    {ColumnUse::kAddress, Where::kWhole, "street"},
    {ColumnUse::kAddress, Where::kWhole, "strasse"},
    {ColumnUse::kAddress, Where::kWhole, "enumcap"},
    // The rest.
    {ColumnUse::kSex, Where::kWhole, "sex"},
    {ColumnUse::kSex, Where::kBegin, "sexc"},
    {ColumnUse::kSex, Where::kBegin, "gender"},
    {ColumnUse::kSex, Where::kWhole, "geschlecht"},
    {ColumnUse::kText, Where::kBegin, "placeofb"},
    {ColumnUse::kText, Where::kBegin, "birthpl"},
    {ColumnUse::kText, Where::kAnywhere, "city"},
    {ColumnUse::kText, Where::kAnywhere, "town"},
};

bool Fits(const Word& word, absl::string_view name) {
  switch (word.where) {
    case Where::kWhole: return name == word.text;
    case Where::kBegin: return absl::StartsWith(name, word.text);
    case Where::kEnd: return absl::EndsWith(name, word.text);
    case Where::kAnywhere: return absl::StrContains(name, word.text);
  }
  return false;
}

// Is one of the words that the name is made of "id", "index", "row", "key" or "uuid"?
bool NumbersRows(absl::string_view column) {
  std::string word;
  const auto counts = [](absl::string_view w) {
    return w == "id" || w == "ids" || w == "index" || w == "row" || w == "key" || w == "uuid" || w == "guid" ||
           w == "rownum" || w == "rownumber" || w == "recid" || w == "recno" || w == "unnamed";
  };
  char before = 0;
  for (const char c : column) {
    const unsigned char u = static_cast<unsigned char>(c);
    const bool camel = absl::ascii_isupper(u) && absl::ascii_islower(static_cast<unsigned char>(before));
    if (!absl::ascii_isalpha(u) || camel) {
      if (counts(word)) return true;
      word.clear();
    }
    if (absl::ascii_isalpha(u)) word.push_back(absl::ascii_tolower(u));
    before = c;
  }
  return counts(word);
}

}  // namespace

std::string CompactName(absl::string_view column) {
  std::string compact;
  for (const char c : column) {
    const unsigned char u = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(u)) compact.push_back(absl::ascii_tolower(u));
  }
  return compact;
}

std::optional<ColumnUse> UseByName(absl::string_view column) {
  const std::string name = CompactName(column);
  if (name.empty()) return ColumnUse::kRecordId;
  for (const Word& word : kWords) {
    if (Fits(word, name)) return word.use;
  }
  if (NumbersRows(column) || absl::EndsWith(name, "id")) return ColumnUse::kRecordId;
  return std::nullopt;
}

}  // namespace safehaven::linkage
