// A directory of a test's own, removed with everything in it at the end.
#ifndef SAFEHAVEN_TESTS_SUPPORT_TEMP_DIR_H_
#define SAFEHAVEN_TESTS_SUPPORT_TEMP_DIR_H_

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "libs/base/status.h"

namespace safehaven::testing_support {

class TempDir {
 public:
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "safehaven-test-XXXXXX").string();
    SH_CHECK(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_SUPPORT_TEMP_DIR_H_
