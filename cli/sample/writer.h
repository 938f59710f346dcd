// Files of text, written in large pieces; CSV fields quoted where needed
// (docs/formats.md, "Common rules"). Single-threaded.
#ifndef SAFEHAVEN_CLI_SAMPLE_WRITER_H_
#define SAFEHAVEN_CLI_SAMPLE_WRITER_H_

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven::sample {

class FileWriter {
 public:
  // Creates or replaces `path` and the folders above it. UNAVAILABLE with reason
  // FILE_WRITE_FAILED if that fails.
  static absl::StatusOr<FileWriter> Open(const std::string& path);

  // Appends text as it is.
  void Write(absl::string_view text);

  // Appends one field of a CSV row; the first of a row without a comma.
  void Field(absl::string_view text);
  // Ends the row.
  void EndRow();

  // Flushes and closes: the only place where a failed write shows. UNAVAILABLE with
  // reason FILE_WRITE_FAILED.
  absl::Status Close();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  FileWriter(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}
  void Flush();

  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
  std::string buffer_;
  bool row_begun_ = false;
  bool failed_ = false;
};

// Writes `text` as the whole of `path`.
absl::Status WriteFile(const std::string& path, absl::string_view text);

// `amount` pence as pounds with two decimals: "-12.05".
std::string PoundsText(int64_t pence);

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_WRITER_H_
