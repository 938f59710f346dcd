#include "cli/sample/writer.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/status.h"

namespace safehaven::sample {
namespace {

constexpr size_t kBufferBytes = 1 << 20;

absl::Status WriteFailed(const std::string& path) {
  return Unavailable("FILE_WRITE_FAILED", absl::StrCat("cannot write ", path));
}

}  // namespace

absl::StatusOr<FileWriter> FileWriter::Open(const std::string& path) {
  std::error_code failure;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, failure);
  std::FILE* file = failure ? nullptr : std::fopen(path.c_str(), "wb");
  if (file == nullptr) return WriteFailed(path);
  return FileWriter(path, file);
}

void FileWriter::Write(absl::string_view text) {
  absl::StrAppend(&buffer_, text);
  if (buffer_.size() >= kBufferBytes) Flush();
}

void FileWriter::Field(absl::string_view text) {
  if (row_begun_) buffer_.push_back(',');
  row_begun_ = true;
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) {
    absl::StrAppend(&buffer_, text);
    return;
  }
  buffer_.push_back('"');
  for (const char c : text) {
    if (c == '"') buffer_.push_back('"');
    buffer_.push_back(c);
  }
  buffer_.push_back('"');
}

void FileWriter::EndRow() {
  buffer_.push_back('\n');
  row_begun_ = false;
  if (buffer_.size() >= kBufferBytes) Flush();
}

absl::Status FileWriter::Close() {
  Flush();
  if (std::fclose(file_.release()) != 0) failed_ = true;
  return failed_ ? WriteFailed(path_) : absl::OkStatus();
}

void FileWriter::Flush() {
  if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size()) {
    failed_ = true;
  }
  buffer_.clear();
}

absl::Status WriteFile(const std::string& path, absl::string_view text) {
  SH_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Open(path));
  writer.Write(text);
  return writer.Close();
}

std::string PoundsText(int64_t pence) {
  const int64_t size = pence < 0 ? -pence : pence;
  return absl::StrFormat("%s%d.%02d", pence < 0 ? "-" : "", size / 100, size % 100);
}

}  // namespace safehaven::sample
