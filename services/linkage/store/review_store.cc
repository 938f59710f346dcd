#include "services/linkage/store/review_store.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "libs/base/status.h"
#include "libs/storage/key_codec.h"
#include "safehaven/storage/v1/linkage.pb.h"
#include "services/linkage/store/identity_rows.h"

namespace safehaven::linkage {
namespace {

using storage::v1::LinkageReviewRecord;

std::string KeyOf(absl::string_view authority, absl::string_view id) {
  return KeyWriter().Text("review").Text(authority).Text(id).Take();
}

absl::StatusOr<Review> FromRecord(const std::string& id, const std::string& bytes) {
  LinkageReviewRecord record;
  const bool parsed = record.ParseFromString(bytes) && record.token_a().size() == kTokenBytes &&
                      record.token_b().size() == kTokenBytes;
  if (!parsed) return DataLoss("RECORD_CORRUPT", "a review's record does not parse");
  Review review = {.id = id, .a = TokenFromBytes(record.token_a()), .b = TokenFromBytes(record.token_b())};
  for (const storage::v1::LinkageVerdictRecord& verdict : record.verdicts()) {
    review.verdicts.push_back({.reviewer = verdict.reviewer(),
                               .verdict = static_cast<Verdict>(verdict.verdict()),
                               .time_unix_ms = verdict.time_unix_ms()});
  }
  return review;
}

std::string ToRecord(const Review& review) {
  LinkageReviewRecord record;
  record.set_token_a(TokenToBytes(review.a));
  record.set_token_b(TokenToBytes(review.b));
  for (const GivenVerdict& given : review.verdicts) {
    storage::v1::LinkageVerdictRecord* verdict = record.add_verdicts();
    verdict->set_reviewer(given.reviewer);
    verdict->set_verdict(static_cast<int32_t>(given.verdict));
    verdict->set_time_unix_ms(given.time_unix_ms);
  }
  return record.SerializeAsString();
}

}  // namespace

absl::StatusOr<std::vector<Review>> ReviewStore::All(absl::string_view authority, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot, store_.TakeSnapshot(deadline));
  std::vector<Review> reviews;
  absl::Status seen;
  const auto visit = [&](absl::string_view, const Entry& entry) {
    absl::StatusOr<Review> review = FromRecord("", entry.value);
    seen = review.status();
    if (!seen.ok()) return false;
    if (reviews.size() == kReviewsMax) {
      seen = Failure(absl::StatusCode::kResourceExhausted, "REVIEWS_TOO_MANY", "more reviews than are read at once");
      return false;
    }
    review->id = ReviewIdOf(authority, review->a, review->b);
    reviews.push_back(*std::move(review));
    return true;
  };
  SH_RETURN_IF_ERROR(
      ScanPrefix(store_, KeyWriter().Text("review").Text(authority).Take(), *snapshot, deadline, visit));
  SH_RETURN_IF_ERROR(seen);
  return reviews;
}

absl::StatusOr<Review> ReviewStore::Add(absl::string_view authority, const Review& review, const GivenVerdict& verdict,
                                        absl::Time deadline) {
  const std::string key = KeyOf(authority, review.id);
  const absl::StatusOr<Entry> entry = store_.Get(key, deadline);
  Review now = {.id = review.id, .a = review.a, .b = review.b};
  std::optional<Version> version;
  if (entry.ok()) {
    SH_ASSIGN_OR_RETURN(now, FromRecord(review.id, entry->value));
    version = entry->version;
  } else if (!absl::IsNotFound(entry.status())) {
    return entry.status();
  }
  const auto earlier = std::find_if(now.verdicts.begin(), now.verdicts.end(),
                                    [&](const GivenVerdict& given) { return given.reviewer == verdict.reviewer; });
  if (earlier != now.verdicts.end()) {
    if (earlier->verdict == verdict.verdict) return now;
    return Failure(absl::StatusCode::kAlreadyExists, "REVIEW_DECIDED", "that person has given a verdict already");
  }
  now.verdicts.push_back(verdict);
  const Batch batch = {.preconditions = {{.key = key, .version = version}},
                       .puts = {{.key = key, .value = ToRecord(now)}},
                       .deletes = {}};
  SH_RETURN_IF_ERROR(store_.Apply(batch, deadline));
  return now;
}

}  // namespace safehaven::linkage
