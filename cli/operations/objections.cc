#include "cli/operations/objections.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/civil_day.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "libs/warrant/wire.h"

namespace safehaven::cli {
namespace {

constexpr size_t kBatchMax = 4096;
constexpr size_t kFileBytesMax = size_t{1} << 30;

// Columns that are read, and those that are for people: a fault in them must not cost
// somebody the objection.
constexpr std::array<absl::string_view, 3> kNeeded = {"nhs_number", "effective_date", "received_date"};
constexpr std::array<absl::string_view, 2> kNotRead = {"source_system", "capacity"};

using Request = consent::v1::AppendObjectionsRequest;
using Response = consent::v1::AppendObjectionsResponse;

struct Columns {
  size_t number, effective, received;
};

absl::Status ColumnFault(absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, "OBJECTION_COLUMNS", absl::StrCat("line 1: ", why),
                 {{"line", "1"}, {"field", std::string(field)}});
}

absl::StatusOr<Columns> FindColumns(const CsvReader& reader) {
  for (const absl::string_view needed : kNeeded) {
    if (!reader.Find(needed)) return ColumnFault(needed, absl::StrCat("column '", needed, "' is missing"));
  }
  for (size_t i = 0; i < reader.columns().size(); ++i) {
    const absl::string_view given = reader.columns()[i];
    const auto among = [given](const auto& names) { return std::find(names.begin(), names.end(), given) != names.end(); };
    if (!among(kNeeded) && !among(kNotRead)) return ColumnFault("", absl::StrCat("column ", i + 1, " is not known here"));
  }
  return Columns{*reader.Find(kNeeded[0]), *reader.Find(kNeeded[1]), *reader.Find(kNeeded[2])};
}

absl::StatusOr<NhsNumber> NumberOf(absl::string_view text, bool demo) {
  SH_ASSIGN_OR_RETURN(const NhsNumber number, NhsNumber::Parse(text));
  if (demo && !number.IsNeverIssued()) {
    return InvalidArgument("NHS_NUMBER_NOT_DEMO", "the demo takes numbers of the never-issued 999 range only");
  }
  if (!demo && number.IsTest()) {
    return InvalidArgument("NHS_NUMBER_NEVER_ISSUED", "a number of the range that is never issued to anybody");
  }
  return number;
}

// The row as an objection, or what is wrong with it.
absl::StatusOr<consent::v1::Objection> ParseRow(const CsvReader& reader, const Columns& columns, bool demo,
                                                RowFault& fault) {
  const auto refused = [&](const char* column, const absl::Status& why) {
    fault = {.line = reader.line(), .column = column, .reason = ReasonOf(why), .message = std::string(why.message())};
    return why;
  };
  const auto number = NumberOf(reader.fields()[columns.number], demo);
  if (!number.ok()) return refused("nhs_number", number.status());
  const auto effective = CivilDay::Parse(reader.fields()[columns.effective]);
  if (!effective.ok()) return refused("effective_date", effective.status());
  const auto received = CivilDay::Parse(reader.fields()[columns.received]);
  if (!received.ok()) return refused("received_date", received.status());
  if (*received < *effective) {
    return refused("received_date", InvalidArgument("DATES_CONTRADICT", "received before it took effect"));
  }
  consent::v1::Objection objection;
  objection.set_nhs_number(number->value());
  objection.set_effective_day(effective->days_since_1970());
  objection.set_received_day(received->days_since_1970());
  return objection;
}

}  // namespace

absl::StatusOr<ObjectionFile> ParseObjections(absl::string_view csv, bool demo) {
  SH_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Make(csv, {}));
  SH_ASSIGN_OR_RETURN(const Columns columns, FindColumns(reader));
  ObjectionFile file;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, reader.Next());
    if (!any) return file;
    if (reader.fault().has_value()) {
      file.faults.push_back(*reader.fault());
      continue;
    }
    RowFault fault;
    absl::StatusOr<consent::v1::Objection> objection = ParseRow(reader, columns, demo, fault);
    if (objection.ok()) {
      file.objections.push_back(*std::move(objection));
    } else {
      file.faults.push_back(std::move(fault));
    }
  }
}

std::set<uint64_t> NumbersOf(const ObjectionFile& file) {
  std::set<uint64_t> numbers;
  for (const consent::v1::Objection& objection : file.objections) numbers.insert(objection.nhs_number());
  return numbers;
}

absl::StatusOr<ObjectionOutcome> LoadObjections(Session& session, const ObjectionOptions& options) {
  if (options.set != "type1" && options.set != "national" && !absl::StartsWith(options.set, "programme:")) {
    return InvalidArgument("FIELD_INVALID", "--set: must be type1, national or programme:<reference of the approval>");
  }
  SH_ASSIGN_OR_RETURN(const std::string csv, ReadFile(options.file, kFileBytesMax));
  const absl::StatusOr<ObjectionFile> file = ParseObjections(csv, session.context().demo);
  if (!file.ok()) return WithContext(file.status(), options.file);
  const std::filesystem::path path(options.file);
  const std::filesystem::path folder = options.rejects_dir.empty() ? path.parent_path() : std::filesystem::path(options.rejects_dir);
  SH_ASSIGN_OR_RETURN(const std::string rejects,
                      WriteRejects(folder / absl::StrCat(path.stem().string(), ".rejects.csv"), file->faults));
  const uint64_t rejected = file->faults.size();
  const uint64_t read = file->objections.size() + rejected;
  if (rejected * 1000 > read * options.fault_per_mille_max) {
    const absl::Status many = InvalidArgument(
        "OBJECTION_TOO_MANY_FAULTS", absl::StrCat(rejected, " of ", read, " rows have a fault; the limit is ",
                                                  options.fault_per_mille_max, " in a thousand, so none was handed in"));
    return WithContext(AndRejects(many, rejects), options.file);
  }
  const std::string load = ToHex(Sha256(absl::StrCat(options.set, "\n", csv)));
  SH_ASSIGN_OR_RETURN(const Revision revision, SendObjections(session, options.set, load, *file, options.person));
  return ObjectionOutcome{.acknowledged_count = file->objections.size(),
                          .rejected_count = rejected,
                          .rejects_file = rejects,
                          .revision = revision};
}

absl::StatusOr<Revision> SendObjections(Session& session, const std::string& set, const std::string& load,
                                        const ObjectionFile& file, const std::string& person) {
  SH_ASSIGN_OR_RETURN(Client * consent, session.Connect(kToolProgram, "consent"));
  SH_ASSIGN_OR_RETURN(auto stream,
                      (consent->OpenStream<Request, Response>("safehaven.consent.v1.ConsentService",
                                                              "AppendObjections", {})));
  Revision revision;
  for (size_t begin = 0; begin < file.objections.size(); begin += kBatchMax) {
    Request request;
    if (begin == 0) {
      request.set_set(set);
      request.set_load(load);
      SH_ASSIGN_OR_RETURN(*request.mutable_evidence(), session.PersonEvidence(person));
    }
    request.set_offset(begin);
    const size_t end = std::min(begin + kBatchMax, file.objections.size());
    for (size_t i = begin; i < end; ++i) *request.add_objections() = file.objections[i];
    if (!stream.Write(request)) return stream.Finish();
    Response response;
    SH_ASSIGN_OR_RETURN(const bool any, stream.Read(response));
    if (!any) {
      SH_RETURN_IF_ERROR(stream.Finish());
      return Unavailable("STREAM_ENDED", "consent ended the stream before it acknowledged all");
    }
    if (!response.error_reason().empty()) return InvalidArgument(response.error_reason(), response.error_message());
    if (response.has_revision()) revision = RevisionFromProto(response.revision());
  }
  stream.CloseWrites();
  SH_RETURN_IF_ERROR(stream.Finish());
  return revision;
}

}  // namespace safehaven::cli
