// The book of a trust's published runs on files: a folder of signed notes, one a
// publication, numbered from 1 and never changed. Publishing is an act of its own; what was
// published before stays in the book, and its run stays in its folder. Single-threaded.
#ifndef SAFEHAVEN_CLI_COSTING_RUN_BOOK_H_
#define SAFEHAVEN_CLI_COSTING_RUN_BOOK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/merkle/note.h"

namespace safehaven::cli {

struct Publication {
  uint64_t number = 0;
  std::string provider;
  std::string period;      // "2025-04-01 2026-03-31"
  std::string run;         // hex digits of the run
  std::string supersedes;  // of the run that was current before; empty if none was
  std::string time;        // RFC 3339, UTC
  std::string signer;
  bool is_current = false;  // of its provider and period
};

// Every publication, in order. Signatures are checked with `public_key` (a note verifier's
// text), or not at all if it is empty. DATA_LOSS with reason BOOK_CORRUPT if a number is
// missing, a note does not read or one supersedes another run than was current.
absl::StatusOr<std::vector<Publication>> ReadRunBook(const std::string& book, absl::string_view public_key);

// Checks the run of `folder` by `public_key` (CheckRunFolder; the key is the reader's own, not
// the folder's) and the book by `signer`'s, and enters the run, durably and whole or not at
// all. INVALID_ARGUMENT with reason FIELD_INVALID without a key. A run that is current already is ALREADY_EXISTS with reason RUN_PUBLISHED; an older
// one may be published again. ABORTED with reason BOOK_CHANGED if somebody was first;
// DATA_LOSS with RUN_CHANGED; UNAVAILABLE with FILE_UNWRITABLE.
absl::StatusOr<Publication> PublishRun(const std::string& folder, absl::string_view public_key, const std::string& book,
                                       const NoteSigner& signer, absl::Time now);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_RUN_BOOK_H_
