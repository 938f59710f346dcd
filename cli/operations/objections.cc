#include "cli/operations/objections.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/civil_day.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"

namespace safehaven::cli {
namespace {

constexpr size_t kBatchMax = 4096;

using Request = consent::v1::AppendObjectionsRequest;
using Response = consent::v1::AppendObjectionsResponse;

struct Columns {
  size_t number, effective, received;
};

absl::StatusOr<Columns> FindColumns(const CsvReader& reader) {
  const auto number = reader.Find("nhs_number");
  const auto effective = reader.Find("effective_date");
  const auto received = reader.Find("received_date");
  if (!number || !effective || !received) {
    return InvalidArgument("OBJECTION_COLUMNS", "line 1: nhs_number, effective_date and received_date are required");
  }
  return Columns{*number, *effective, *received};
}

// The row as an objection, or what is wrong with it.
absl::StatusOr<consent::v1::Objection> ParseRow(const CsvReader& reader, const Columns& columns, RowFault& fault) {
  const auto refused = [&](const char* column, const absl::Status& why) {
    fault = {.line = reader.line(), .column = column, .reason = ReasonOf(why), .message = std::string(why.message())};
    return why;
  };
  const auto number = NhsNumber::Parse(reader.fields()[columns.number]);
  if (!number.ok()) return refused("nhs_number", number.status());
  const auto effective = CivilDay::Parse(reader.fields()[columns.effective]);
  if (!effective.ok()) return refused("effective_date", effective.status());
  const auto received = CivilDay::Parse(reader.fields()[columns.received]);
  if (!received.ok()) return refused("received_date", received.status());
  consent::v1::Objection objection;
  objection.set_nhs_number(number->value());
  objection.set_effective_day(effective->days_since_1970());
  objection.set_received_day(received->days_since_1970());
  return objection;
}

}  // namespace

absl::StatusOr<ObjectionFile> ParseObjections(absl::string_view csv) {
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
    absl::StatusOr<consent::v1::Objection> objection = ParseRow(reader, columns, fault);
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
