#include "cli/progress/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

namespace safehaven::cli {
namespace {

constexpr int kBarWidth = 30;
constexpr absl::Duration kRedraw = absl::Milliseconds(100);

}  // namespace

ProgressLine::ProgressLine(absl::string_view what)
    : what_(what), terminal_(isatty(STDERR_FILENO) == 1), start_(absl::Now()) {}

ProgressLine::~ProgressLine() {
  if (!done_ && drawn_) std::fputs("\n", stderr);
}

void ProgressLine::Show(absl::string_view step, int64_t done, int64_t total) {
  const absl::Time now = absl::Now();
  if (!terminal_ || now - start_ < absl::Seconds(1) || now - shown_ < kRedraw) return;
  shown_ = now;
  drawn_ = true;
  const int64_t filled = total <= 0 ? 0 : std::min<int64_t>(kBarWidth, done * kBarWidth / total);
  const std::string bar = absl::StrCat(std::string(static_cast<size_t>(filled), '#'),
                                       std::string(static_cast<size_t>(kBarWidth - filled), '.'));
  absl::FPrintF(stderr, "\r%-28s [%s] %-24s", what_, bar, std::string(step.substr(0, 24)));
  std::fflush(stderr);
}

void ProgressLine::Done() {
  done_ = true;
  absl::FPrintF(stderr, "%s%-28s %.1f s%s\n", drawn_ ? "\r" : "", what_, absl::ToDoubleSeconds(absl::Now() - start_),
                drawn_ ? std::string(kBarWidth + 24, ' ') : "");
}

}  // namespace safehaven::cli
