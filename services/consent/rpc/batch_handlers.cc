#include "libs/base/status.h"
#include "services/consent/rpc/look_back.h"

namespace safehaven::consent {
namespace {

constexpr int kItemsMax = 256;

}  // namespace

absl::StatusOr<v1::BatchedAnswer> BatchHandlers::Answer(const Call& call, const v1::BatchedQuestion& item) {
  v1::BatchedAnswer answer;
  if (item.has_decide()) {
    // "Find one" only suggests: what could become a warrant says on what it relies.
    if (item.decide().question().approval().empty()) {
      return InvalidArgument("APPROVAL_MISSING", "a question that is decided names its approval");
    }
    SH_ASSIGN_OR_RETURN(*answer.mutable_decided(), decide_.Decide(call, item.decide()));
    return answer;
  }
  if (item.has_evaluate()) {
    SH_ASSIGN_OR_RETURN(*answer.mutable_evaluated(), decide_.Evaluate(call, item.evaluate()));
    return answer;
  }
  return InvalidArgument("FIELD_INVALID", "an item is decided or evaluated");
}

absl::Status BatchHandlers::DecideBatch(const Call& call, Reader<v1::DecideBatchRequest>& reader,
                                        Writer<v1::DecideBatchResponse>& writer) {
  v1::DecideBatchRequest request;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, reader.Read(request));
    if (!any) return absl::OkStatus();
    if (request.items_size() > kItemsMax) return InvalidArgument("BATCH_TOO_LARGE", "at most 256 questions a message");
    v1::DecideBatchResponse response;
    for (const v1::BatchedQuestion& item : request.items()) {
      if (call.IsCancelled()) return Failure(absl::StatusCode::kCancelled, "CALL_CANCELLED", "nobody waits any more");
      absl::StatusOr<v1::BatchedAnswer> answer = Answer(call, item);
      v1::BatchedAnswer* out = response.add_answers();
      if (answer.ok()) {
        *out = *std::move(answer);
      } else {
        out->set_error_reason(ReasonOf(answer.status()));
        out->set_error_message(std::string(answer.status().message()));
      }
    }
    SH_RETURN_IF_ERROR(writer.Write(response));
  }
}

}  // namespace safehaven::consent
