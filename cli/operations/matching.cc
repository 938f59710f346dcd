#include "cli/operations/matching.h"

#include <algorithm>
#include <utility>

#include "cli/operations/decide.h"
#include "libs/base/status.h"
#include "libs/ingest/csv.h"
#include "libs/warrant/wire.h"

namespace safehaven::cli {
namespace {

namespace v1 = linkage::v1;

constexpr char kLinkage[] = "safehaven.linkage.v1.LinkageService";
constexpr size_t kMatchRecordsMax = 256;

// Sets one value by the name that its column has in an extract; false for other columns.
bool SetValue(const std::string& column, std::string value, v1::IdentityRow& row) {
  if (column == "nhs_number") row.set_nhs_number(std::move(value));
  else if (column == "nhs_number_verified") row.set_nhs_number_verified(value == "1");
  else if (column == "given_name") row.set_given_name(std::move(value));
  else if (column == "family_name") row.set_family_name(std::move(value));
  else if (column == "birth_date") row.set_birth_date(std::move(value));
  else if (column == "sex") row.set_sex(std::move(value));
  else if (column == "postcode") row.set_postcode(std::move(value));
  else if (column == "address_line") row.set_address_line(std::move(value));
  else if (column == "local_id") row.set_local_id(std::move(value));
  else return false;
  return true;
}

}  // namespace

absl::StatusOr<LinkDesk> LinkDesk::Open(Session& session, const LinkPlan& plan) {
  SH_ASSIGN_OR_RETURN(const Question question, LinkQuestionOf(plan));
  SH_ASSIGN_OR_RETURN(const type::v1::Evidence evidence, session.PersonEvidence(plan.person));
  SH_ASSIGN_OR_RETURN(const consent::v1::DecideResponse decided, DecideOrFail(session, kToolProgram, question, evidence));
  SH_ASSIGN_OR_RETURN(Client * linkage, session.Connect(kToolProgram, "linkage"));
  v1::OpenSessionRequest request;
  *request.mutable_warrant()->mutable_proof() = decided.warrant();
  *request.mutable_question() = QuestionToProto(question);
  request.set_request_id(NewUuid(session.randomness()));
  SH_ASSIGN_OR_RETURN(v1::OpenSessionResponse opened,
                      linkage->CallUnary<v1::OpenSessionResponse>(kLinkage, "OpenSession", request, {}));
  return LinkDesk(*linkage, std::move(opened));
}

absl::StatusOr<std::vector<v1::MatchAnswer>> LinkDesk::Match(const std::string& source,
                                                             const std::vector<v1::IdentityRow>& records) {
  std::vector<v1::MatchAnswer> answers;
  for (size_t begin = 0; begin < records.size(); begin += kMatchRecordsMax) {
    v1::MatchRequest request;
    request.set_session(opened_.session());
    request.set_source(source);
    const size_t end = std::min(records.size(), begin + kMatchRecordsMax);
    for (size_t i = begin; i < end; ++i) *request.add_records() = records[i];
    SH_ASSIGN_OR_RETURN(const v1::MatchResponse response,
                        linkage_->CallUnary<v1::MatchResponse>(kLinkage, "Match", request, {}));
    answers.insert(answers.end(), response.answers().begin(), response.answers().end());
  }
  return answers;
}

absl::StatusOr<v1::ListReviewsResponse> LinkDesk::Reviews(int page_size) {
  v1::ListReviewsRequest request;
  request.set_session(opened_.session());
  request.set_page_size(page_size);
  return linkage_->CallUnary<v1::ListReviewsResponse>(kLinkage, "ListReviews", request, {});
}

absl::Status LinkDesk::Decide(const std::string& review, v1::ReviewVerdict verdict) {
  v1::DecideReviewRequest request;
  request.set_session(opened_.session());
  request.set_review(review);
  request.set_verdict(verdict);
  return linkage_->CallUnary<v1::DecideReviewResponse>(kLinkage, "DecideReview", request, {}).status();
}

absl::StatusOr<v1::ReadReviewAuditResponse> LinkDesk::Audit() {
  v1::ReadReviewAuditRequest request;
  request.set_session(opened_.session());
  return linkage_->CallUnary<v1::ReadReviewAuditResponse>(kLinkage, "ReadReviewAudit", request, {});
}

absl::StatusOr<std::vector<v1::IdentityRow>> ReadIdentities(const std::string& csv) {
  SH_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Make(csv, {}));
  v1::IdentityRow probe;
  const bool usable = std::any_of(reader.columns().begin(), reader.columns().end(),
                                  [&probe](const std::string& column) { return SetValue(column, "", probe); });
  if (!usable) return InvalidArgument("COLUMNS_UNUSABLE", "no column is named as an identity column of an extract");
  std::vector<v1::IdentityRow> rows;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool more, reader.Next());
    if (!more) return rows;
    if (reader.fault().has_value()) return InvalidArgument(reader.fault()->reason, reader.fault()->message);
    v1::IdentityRow& row = rows.emplace_back();
    for (size_t i = 0; i < reader.columns().size(); ++i) {
      SetValue(reader.columns()[i], std::string(reader.fields()[i]), row);
    }
  }
}

absl::StatusOr<v1::ReviewVerdict> ParseVerdict(const std::string& text) {
  if (text == "same") return v1::REVIEW_VERDICT_SAME;
  if (text == "different") return v1::REVIEW_VERDICT_DIFFERENT;
  if (text == "cannot_tell") return v1::REVIEW_VERDICT_CANNOT_TELL;
  return InvalidArgument("VERDICT_UNKNOWN", "a verdict is same, different or cannot_tell");
}

}  // namespace safehaven::cli
