// Reads the canonical text of a question back: what logs keep of it. Apart from
// question.h, because nothing on the way of a live question ever reads that text. Pure;
// thread-safe.
#ifndef SAFEHAVEN_LIBS_WARRANT_CANONICAL_QUESTION_H_
#define SAFEHAVEN_LIBS_WARRANT_CANONICAL_QUESTION_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/warrant/question.h"

namespace safehaven {

// The question whose CanonicalQuestion() is `text`, byte for byte. INVALID_ARGUMENT with
// reason QUESTION_TEXT_MALFORMED for any other text.
absl::StatusOr<Question> ParseCanonicalQuestion(absl::string_view text);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_WARRANT_CANONICAL_QUESTION_H_
