#include <algorithm>

#include "absl/functional/bind_front.h"
#include "libs/base/status.h"
#include "services/linkage/rpc/convert.h"
#include "services/linkage/rpc/handlers.h"

namespace safehaven::linkage {
namespace {

constexpr absl::Duration kWatchWaitMax = absl::Seconds(1);
constexpr int kHaveMax = 4096;
constexpr char kLinkageService[] = "safehaven.linkage.v1.LinkageService";

}  // namespace

absl::StatusOr<v1::WatchPublicationsResponse> PublicationHandlers::WatchPublications(
    const Call&, const v1::WatchPublicationsRequest& request) {
  SH_RETURN_IF_ERROR(world_.gate.CheckNotHalted());
  if (request.have_size() > kHaveMax) return InvalidArgument("FIELD_INVALID", "have: too many publications");
  std::vector<PublishedPair> have;
  for (const v1::Publication& publication : request.have()) have.push_back(PublicationFromProto(publication));
  std::sort(have.begin(), have.end(),
            [](const PublishedPair& a, const PublishedPair& b) { return a.authority < b.authority; });
  const std::vector<PublishedPair> newest = world_.publications.AwaitChange(have, kWatchWaitMax);
  // Consent's history may have broken while this waited.
  SH_RETURN_IF_ERROR(world_.gate.CheckNotHalted());
  v1::WatchPublicationsResponse response;
  for (const PublishedPair& pair : newest) *response.add_publications() = PublicationToProto(pair);
  response.set_incarnation(world_.incarnation);
  return response;
}

absl::StatusOr<v1::ReadCrosswalkResponse> PublicationHandlers::ReadCrosswalk(const Call& call,
                                                                             const v1::ReadCrosswalkRequest& request) {
  SH_RETURN_IF_ERROR(world_.gate.CheckNotHalted());
  SH_ASSIGN_OR_RETURN(const CrosswalkChunk chunk,
                      world_.crosswalks.ReadChunk(request.authority(), request.crosswalk_revision(), request.chunk(),
                                                  call.deadline()));
  return ChunkToProto(chunk);
}

absl::StatusOr<v1::ReadExclusionsResponse> PublicationHandlers::ReadExclusions(
    const Call&, const v1::ReadExclusionsRequest& request) {
  SH_RETURN_IF_ERROR(world_.gate.CheckNotHalted());
  SH_ASSIGN_OR_RETURN(const std::shared_ptr<const PublishedSets> sets,
                      world_.publications.FindSets(PublicationFromProto(request.publication())));
  v1::ReadExclusionsResponse response;
  for (const auto& [name, set] : *sets) *response.add_sets() = ExclusionSetToProto(name, *set);
  return response;
}

void LinkageHandlers::Register(MethodRegistry& registry) {
  using absl::bind_front;
  registry.Unary<v1::OpenLoadRequest, v1::OpenLoadResponse>(kLinkageService, "OpenLoad",
                                                            bind_front(&LoadHandlers::OpenLoad, &loads));
  registry.BidiStream<v1::AppendIdentitiesRequest, v1::AppendIdentitiesResponse>(
      kLinkageService, "AppendIdentities", bind_front(&LoadHandlers::AppendIdentities, &loads));
  registry.Unary<v1::CloseLoadRequest, v1::CloseLoadResponse>(kLinkageService, "CloseLoad",
                                                              bind_front(&LoadHandlers::CloseLoad, &loads));
  registry.Unary<v1::GetLoadRequest, v1::GetLoadResponse>(kLinkageService, "GetLoad",
                                                          bind_front(&LoadHandlers::GetLoad, &loads));
  registry.Unary<v1::ConfirmLoadRequest, v1::ConfirmLoadResponse>(kLinkageService, "ConfirmLoad",
                                                                  bind_front(&LoadHandlers::ConfirmLoad, &loads));
  registry.Unary<v1::RunLinkageRequest, v1::RunLinkageResponse>(kLinkageService, "RunLinkage",
                                                                bind_front(&RunHandlers::RunLinkage, &runs));
  registry.Unary<v1::GetLinkageRunRequest, v1::GetLinkageRunResponse>(kLinkageService, "GetLinkageRun",
                                                                      bind_front(&RunHandlers::GetLinkageRun, &runs));
  registry.Unary<v1::EvaluateRequest, v1::EvaluateResponse>(kLinkageService, "Evaluate",
                                                            bind_front(&RunHandlers::Evaluate, &runs));
  registry.Unary<v1::GetStatusRequest, v1::GetStatusResponse>(kLinkageService, "GetStatus",
                                                              bind_front(&RunHandlers::GetStatus, &runs));
  registry.Unary<v1::WatchPublicationsRequest, v1::WatchPublicationsResponse>(
      kLinkageService, "WatchPublications", bind_front(&PublicationHandlers::WatchPublications, &publications));
  registry.Unary<v1::ReadCrosswalkRequest, v1::ReadCrosswalkResponse>(
      kLinkageService, "ReadCrosswalk", bind_front(&PublicationHandlers::ReadCrosswalk, &publications));
  registry.Unary<v1::ReadExclusionsRequest, v1::ReadExclusionsResponse>(
      kLinkageService, "ReadExclusions", bind_front(&PublicationHandlers::ReadExclusions, &publications));
  registry.Unary<v1::ResolveInquiryRequest, v1::ResolveInquiryResponse>(
      kLinkageService, "ResolveInquiry", bind_front(&InquiryHandlers::ResolveInquiry, &inquiries));
  registry.Unary<v1::ResolvePersonsRequest, v1::ResolvePersonsResponse>(
      kLinkageService, "ResolvePersons", bind_front(&PersonHandlers::ResolvePersons, &persons));
  registry.Unary<v1::OpenSessionRequest, v1::OpenSessionResponse>(kLinkageService, "OpenSession",
                                                                  bind_front(&MatchHandlers::OpenSession, &matches));
  registry.Unary<v1::MatchRequest, v1::MatchResponse>(kLinkageService, "Match",
                                                      bind_front(&MatchHandlers::Match, &matches));
  registry.Unary<v1::ListReviewsRequest, v1::ListReviewsResponse>(kLinkageService, "ListReviews",
                                                                  bind_front(&ReviewHandlers::ListReviews, &reviews));
  registry.Unary<v1::DecideReviewRequest, v1::DecideReviewResponse>(
      kLinkageService, "DecideReview", bind_front(&ReviewHandlers::DecideReview, &reviews));
  registry.Unary<v1::ReadReviewAuditRequest, v1::ReadReviewAuditResponse>(
      kLinkageService, "ReadReviewAudit", bind_front(&ReviewHandlers::ReadReviewAudit, &reviews));
  registry.Unary<v1::ProtectIdentitiesRequest, v1::ProtectIdentitiesResponse>(
      kLinkageService, "ProtectIdentities", bind_front(&CustodyHandlers::ProtectIdentities, &custody));
  registry.Unary<v1::ProposeCustodyRequest, v1::ProposeCustodyResponse>(
      kLinkageService, "ProposeCustody", bind_front(&CustodyHandlers::ProposeCustody, &custody));
  registry.Unary<v1::ApproveCustodyRequest, v1::ApproveCustodyResponse>(
      kLinkageService, "ApproveCustody", bind_front(&CustodyHandlers::ApproveCustody, &custody));
  registry.Unary<v1::ListCustodyRequest, v1::ListCustodyResponse>(
      kLinkageService, "ListCustody", bind_front(&CustodyHandlers::ListCustody, &custody));
  registry.Unary<v1::ReadPseudonymMapRequest, v1::ReadPseudonymMapResponse>(
      kLinkageService, "ReadPseudonymMap", bind_front(&CustodyHandlers::ReadPseudonymMap, &custody));
  registry.Unary<v1::TracePseudonymsRequest, v1::TracePseudonymsResponse>(
      kLinkageService, "TracePseudonyms", bind_front(&TraceHandlers::TracePseudonyms, &traces));
}

}  // namespace safehaven::linkage
