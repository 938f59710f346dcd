// One line of progress on standard error: a bar that is redrawn where standard error is
// a terminal, else one plain line when the work is done. Nothing for work that takes
// less than a second on a terminal. Single-threaded.
#ifndef SAFEHAVEN_CLI_PROGRESS_PROGRESS_H_
#define SAFEHAVEN_CLI_PROGRESS_PROGRESS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace safehaven::cli {

class ProgressLine {
 public:
  explicit ProgressLine(absl::string_view what);
  // Ends the line if Done() did not.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // `done` of `total`; `step` says what is done just now.
  void Show(absl::string_view step, int64_t done, int64_t total);
  void Done();

 private:
  const std::string what_;
  const bool terminal_;
  const absl::Time start_;
  absl::Time shown_;
  bool drawn_ = false;
  bool done_ = false;
};

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_PROGRESS_PROGRESS_H_
