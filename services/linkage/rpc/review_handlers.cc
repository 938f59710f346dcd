// Clerical review: a queue for each person, without what others said; verdicts that are
// kept for good; and for audit what was said of pairs that are settled, and by oneself.
#include <algorithm>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/server/log_line.h"
#include "services/linkage/core/review.h"
#include "services/linkage/rpc/handlers.h"
#include "services/linkage/rpc/roles.h"
#include "services/linkage/rpc/seal.h"

namespace safehaven::linkage {
namespace {

constexpr int kPageSizeDefault = 20;
constexpr int kPageSizeMax = 100;
constexpr size_t kQueueMax = 10'000;
constexpr size_t kAuditMax = 10'000;
constexpr size_t kReviewerDigits = 16;

// A pair in somebody's queue.
struct Waiting {
  ReviewCandidate candidate;
  std::string id;
  bool disagreed = false;
};

// What `reviewer` may still look at, in order.
std::vector<Waiting> QueueOf(const LinkSession& session, const SessionView& view, const std::vector<Review>& reviews) {
  absl::flat_hash_map<std::string, const Review*> known;
  for (const Review& review : reviews) known[review.id] = &review;
  std::vector<Waiting> queue;
  const StoredCrosswalk& crosswalk = *view.current.crosswalk;
  for (const ReviewCandidate& candidate : QueueReviews(crosswalk.places, crosswalk.evidence, *view.hidden, kQueueMax)) {
    Waiting waiting = {.candidate = candidate, .id = ReviewIdOf(session.authority, candidate.a, candidate.b)};
    if (const auto found = known.find(waiting.id); found != known.end()) {
      const std::vector<GivenVerdict>& verdicts = found->second->verdicts;
      const Settlement settlement = Settle(verdicts);
      const bool own = std::any_of(verdicts.begin(), verdicts.end(), [&](const GivenVerdict& verdict) {
        return verdict.reviewer == session.caller;
      });
      if (own || settlement.state == ReviewState::kSettled) continue;
      waiting.disagreed = settlement.state == ReviewState::kDisagreed;
    }
    queue.push_back(std::move(waiting));
  }
  return queue;
}

absl::StatusOr<v1::ReviewItem> ItemOf(const LinkSession& session, const SessionView& view, const Waiting& waiting) {
  v1::ReviewItem item;
  item.set_review(waiting.id);
  item.set_weight(waiting.candidate.weight);
  item.set_gain(waiting.candidate.gain);
  item.set_disagreed(waiting.disagreed);
  const bool cleared = !session.environment_key.empty();
  SH_ASSIGN_OR_RETURN(const Waterfall waterfall,
                      view.people->Explain(waiting.candidate.a, waiting.candidate.b,
                                           cleared ? ShowValues::kYes : ShowValues::kNo));
  for (const WaterfallStep& step : waterfall.steps) {
    v1::ReviewStep* added = item.add_steps();
    added->set_field(step.field);
    added->set_level(step.level);
    added->set_weight(step.weight + step.rarity);
  }
  if (cleared) {
    SH_ASSIGN_OR_RETURN(*item.mutable_sealed_evidence(), SealText(ToText(waterfall), session.environment_key));
  }
  return item;
}

// The person of a record now; kNoPerson if it has none.
PersonNumber PersonNow(const StoredCrosswalk& crosswalk, const RecordToken& token) {
  const auto at = std::lower_bound(crosswalk.places.begin(), crosswalk.places.end(), token,
                                   [](const RecordPlace& place, const RecordToken& t) { return place.token < t; });
  return at == crosswalk.places.end() || at->token != token ? kNoPerson : at->person;
}

// Reviews of people whom nobody protects. The others are as if nobody had ever said anything.
absl::StatusOr<std::vector<Review>> ReadReviews(LinkageWorld& world, const LinkSession& session,
                                                const StoredCrosswalk& crosswalk,
                                                const std::vector<PersonNumber>& shielded, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(std::vector<Review> reviews, world.reviews.All(session.authority, deadline));
  if (shielded.empty()) return reviews;
  const auto is_shielded = [&](const RecordToken& token) {
    return std::binary_search(shielded.begin(), shielded.end(), PersonNow(crosswalk, token));
  };
  std::erase_if(reviews, [&](const Review& review) { return is_shielded(review.a) || is_shielded(review.b); });
  return reviews;
}

v1::ReviewVerdict VerdictToProto(Verdict verdict) { return static_cast<v1::ReviewVerdict>(verdict); }

}  // namespace

absl::StatusOr<v1::ListReviewsResponse> ReviewHandlers::ListReviews(const Call& call,
                                                                    const v1::ListReviewsRequest& request) {
  SH_ASSIGN_OR_RETURN(const std::shared_ptr<const LinkSession> session, world_.sessions.Find(call, request.session()));
  if (request.page_size() < 0) return InvalidArgument("FIELD_INVALID", "page_size: not below 0");
  SH_ASSIGN_OR_RETURN(const SessionView view, ViewOf(world_, *session));
  SH_ASSIGN_OR_RETURN(const std::vector<Review> reviews,
                      ReadReviews(world_, *session, *view.current.crosswalk, *view.shielded, call.deadline()));
  const std::vector<Waiting> queue = QueueOf(*session, view, reviews);
  const int page = request.page_size() == 0 ? kPageSizeDefault : std::min(request.page_size(), kPageSizeMax);
  v1::ListReviewsResponse response;
  response.set_waiting_count(queue.size());
  for (size_t i = 0; i < queue.size() && i < static_cast<size_t>(page); ++i) {
    SH_ASSIGN_OR_RETURN(*response.add_items(), ItemOf(*session, view, queue[i]));
  }
  return response;
}

absl::StatusOr<v1::DecideReviewResponse> ReviewHandlers::DecideReview(const Call& call,
                                                                      const v1::DecideReviewRequest& request) {
  SH_ASSIGN_OR_RETURN(const std::shared_ptr<const LinkSession> session, world_.sessions.Find(call, request.session()));
  // A program's key would give one person a second name, and a second voice.
  if (session->role == kProgramRole) {
    return PermissionDenied("REVIEWER_NOT_A_PERSON", "two people review a pair: ask as a person");
  }
  const bool known = request.verdict() == v1::REVIEW_VERDICT_SAME || request.verdict() == v1::REVIEW_VERDICT_DIFFERENT ||
                     request.verdict() == v1::REVIEW_VERDICT_CANNOT_TELL;
  if (!known) return InvalidArgument("FIELD_INVALID", "verdict: same, different or cannot tell");
  SH_ASSIGN_OR_RETURN(const SessionView view, ViewOf(world_, *session));
  const GivenVerdict verdict = {.reviewer = session->caller,
                                .verdict = static_cast<Verdict>(request.verdict()),
                                .time_unix_ms = absl::ToUnixMillis(world_.clock.Now())};
  SH_ASSIGN_OR_RETURN(const std::vector<Review> reviews,
                      ReadReviews(world_, *session, *view.current.crosswalk, *view.shielded, call.deadline()));
  Review review;
  for (const Waiting& waiting : QueueOf(*session, view, reviews)) {
    if (waiting.id == request.review()) review = {.id = waiting.id, .a = waiting.candidate.a, .b = waiting.candidate.b};
  }
  // A retry, or a verdict about what is no longer in the queue.
  for (const Review& earlier : reviews) {
    const bool own = earlier.id == request.review() &&
                     std::any_of(earlier.verdicts.begin(), earlier.verdicts.end(),
                                 [&](const GivenVerdict& given) { return given.reviewer == session->caller; });
    if (own) review = {.id = earlier.id, .a = earlier.a, .b = earlier.b};
  }
  if (review.id.empty()) return NotFound("REVIEW_UNKNOWN", "there is no such pair to review");
  SH_RETURN_IF_ERROR(world_.reviews.Add(session->authority, review, verdict, call.deadline()));
  LogLine(Severity::kInfo, "review_verdict", {{"review", review.id}, {"authority", session->authority}});
  return v1::DecideReviewResponse();
}

absl::StatusOr<v1::ReadReviewAuditResponse> ReviewHandlers::ReadReviewAudit(const Call& call,
                                                                            const v1::ReadReviewAuditRequest& request) {
  SH_ASSIGN_OR_RETURN(const std::shared_ptr<const LinkSession> session, world_.sessions.Find(call, request.session()));
  SH_ASSIGN_OR_RETURN(const CurrentPublication current, world_.publications.Find(session->authority));
  const auto shielded = world_.protections.ShieldedIn(current.crosswalk);
  SH_ASSIGN_OR_RETURN(const std::vector<Review> reviews,
                      ReadReviews(world_, *session, *current.crosswalk, *shielded, call.deadline()));
  std::vector<v1::ReviewAuditEntry> entries;
  for (const Review& review : reviews) {
    const Settlement settlement = Settle(review.verdicts);
    for (const GivenVerdict& given : review.verdicts) {
      // Who may still decide must not learn what others said.
      if (settlement.state != ReviewState::kSettled && given.reviewer != session->caller) continue;
      v1::ReviewAuditEntry& entry = entries.emplace_back();
      entry.set_review(review.id);
      entry.set_reviewer(absl::BytesToHexString(given.reviewer).substr(0, kReviewerDigits));
      entry.set_verdict(VerdictToProto(given.verdict));
      entry.set_time_unix_ms(given.time_unix_ms);
      entry.set_outcome(VerdictToProto(settlement.outcome));
    }
  }
  std::stable_sort(entries.begin(), entries.end(), [](const v1::ReviewAuditEntry& x, const v1::ReviewAuditEntry& y) {
    return x.time_unix_ms() < y.time_unix_ms();
  });
  v1::ReadReviewAuditResponse response;
  response.set_complete(entries.size() <= kAuditMax);
  const size_t begin = entries.size() > kAuditMax ? entries.size() - kAuditMax : 0;
  for (size_t i = begin; i < entries.size(); ++i) *response.add_entries() = std::move(entries[i]);
  return response;
}

}  // namespace safehaven::linkage
