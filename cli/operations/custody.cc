#include "cli/operations/custody.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/operations/decide.h"
#include "libs/base/status.h"
#include "libs/ingest/csv.h"
#include "libs/warrant/wire.h"

namespace safehaven::cli {
namespace {

namespace v1 = linkage::v1;

constexpr char kLinkage[] = "safehaven.linkage.v1.LinkageService";
constexpr size_t kTracedMax = 1'000;

}  // namespace

template <typename Response, typename Request>
absl::StatusOr<Response> CustodyDesk::Call(const char* method, Request request) {
  SH_ASSIGN_OR_RETURN(const Question question, LinkQuestionOf(plan_));
  SH_ASSIGN_OR_RETURN(const type::v1::Evidence evidence, session_.PersonEvidence(plan_.person));
  SH_ASSIGN_OR_RETURN(const consent::v1::DecideResponse decided,
                      DecideOrFail(session_, kToolProgram, question, evidence));
  SH_ASSIGN_OR_RETURN(Client * linkage, session_.Connect(kToolProgram, "linkage"));
  *request.mutable_warrant()->mutable_proof() = decided.warrant();
  *request.mutable_question() = QuestionToProto(question);
  return linkage->CallUnary<Response>(kLinkage, method, request, {});
}

absl::StatusOr<std::string> CustodyDesk::Protect(const std::string& former, const std::string& present,
                                                 const std::string& ground) {
  v1::ProtectIdentitiesRequest request;
  request.set_request_id(NewUuid(session_.randomness()));
  request.set_former_nhs_number(former);
  request.set_present_nhs_number(present);
  request.set_ground(ground);
  SH_ASSIGN_OR_RETURN(const v1::ProtectIdentitiesResponse response,
                      Call<v1::ProtectIdentitiesResponse>("ProtectIdentities", std::move(request)));
  return response.custody();
}

absl::StatusOr<v1::ProposeCustodyResponse> CustodyDesk::Propose(v1::ProposeCustodyRequest act) {
  act.set_request_id(NewUuid(session_.randomness()));
  return Call<v1::ProposeCustodyResponse>("ProposeCustody", std::move(act));
}

absl::Status CustodyDesk::Approve(const std::string& custody) {
  v1::ApproveCustodyRequest request;
  request.set_custody(custody);
  return Call<v1::ApproveCustodyResponse>("ApproveCustody", std::move(request)).status();
}

absl::StatusOr<v1::ListCustodyResponse> CustodyDesk::List() {
  return Call<v1::ListCustodyResponse>("ListCustody", v1::ListCustodyRequest());
}

absl::StatusOr<std::vector<v1::PseudonymPair>> CustodyDesk::Map(const std::string& custody, uint64_t& ambiguous) {
  std::vector<v1::PseudonymPair> pairs;
  v1::ReadPseudonymMapRequest request;
  request.set_custody(custody);
  while (true) {
    SH_ASSIGN_OR_RETURN(const v1::ReadPseudonymMapResponse page,
                        Call<v1::ReadPseudonymMapResponse>("ReadPseudonymMap", request));
    pairs.insert(pairs.end(), page.pairs().begin(), page.pairs().end());
    ambiguous = page.ambiguous_count();
    if (page.next_page_token().empty()) return pairs;
    request.set_page_token(page.next_page_token());
  }
}

absl::StatusOr<std::vector<v1::TracedPseudonym>> CustodyDesk::Trace(const v1::TracePseudonymsRequest& trace,
                                                                    const std::vector<std::string>& pseudonyms) {
  std::vector<v1::TracedPseudonym> traced;
  for (size_t begin = 0; begin < pseudonyms.size(); begin += kTracedMax) {
    v1::TracePseudonymsRequest request = trace;
    const size_t end = std::min(begin + kTracedMax, pseudonyms.size());
    for (size_t i = begin; i < end; ++i) request.add_pseudonyms(pseudonyms[i]);
    SH_ASSIGN_OR_RETURN(const v1::TracePseudonymsResponse response,
                        Call<v1::TracePseudonymsResponse>("TracePseudonyms", std::move(request)));
    traced.insert(traced.end(), response.traced().begin(), response.traced().end());
  }
  return traced;
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ReadProtectedPairs(const std::string& csv) {
  SH_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Make(csv, {}));
  const auto place_of = [&reader](absl::string_view name) {
    return static_cast<size_t>(std::find(reader.columns().begin(), reader.columns().end(), name) -
                               reader.columns().begin());
  };
  const size_t former = place_of("former_nhs_number");
  const size_t present = place_of("present_nhs_number");
  if (former == reader.columns().size() || present == reader.columns().size()) {
    return InvalidArgument("COLUMNS_UNUSABLE", "columns former_nhs_number and present_nhs_number are needed");
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool more, reader.Next());
    if (!more) return pairs;
    if (reader.fault().has_value()) return InvalidArgument(reader.fault()->reason, reader.fault()->message);
    pairs.emplace_back(std::string(reader.fields()[former]), std::string(reader.fields()[present]));
  }
}

absl::StatusOr<v1::CustodyKind> ParseCustodyKind(const std::string& text) {
  v1::CustodyKind kind = v1::CUSTODY_KIND_UNSPECIFIED;
  const bool known = v1::CustodyKind_Parse(absl::StrCat("CUSTODY_KIND_", absl::AsciiStrToUpper(text)), &kind);
  if (known && kind != v1::CUSTODY_KIND_UNSPECIFIED && kind != v1::CUSTODY_KIND_PROTECT) return kind;
  return InvalidArgument("CUSTODY_KIND_UNKNOWN",
                         "an act is lift, rotate, bridge, destroy_former_keys or destroy_domain");
}

}  // namespace safehaven::cli
