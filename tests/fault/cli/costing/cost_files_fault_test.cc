// Goal: a run on files exists whole or not at all, whatever ends it: kill -9 at each
// of its system calls, a disk that is full, a limit on the size of files, an input that
// is only half there. Method: the run is a forked child; the kill is exact by ptrace.
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/costing/file_text.h"
#include "cli/costing/run_signer.h"
#include "tests/support/strangers_hospital.h"
#include "tests/support/temp_dir.h"

namespace safehaven::cli {
namespace {

namespace fs = std::filesystem;
using testing_support::StrangersFiles;
using testing_support::StrangersHospital;
using testing_support::TempDir;

constexpr int kSucceeded = 0, kUnwritable = 1, kOther = 2, kNotPossible = 77;
// System calls between two kills; 1 would be every one, in as many seconds more.
constexpr int kStride = 4;
constexpr int kCallsMax = 20'000;

class CostFilesFault : public ::testing::Test {
 protected:
  // What a child makes of one whole run into `name`.
  int RunInChild(const std::string& name) const {
    const absl::StatusOr<FileRun> run = hospital_.Run();
    if (!run.ok()) return kOther;
    const absl::Status written = hospital_.Write(*run, LinesFormat::kCsv, name);
    if (written.ok()) return kSucceeded;
    return ReasonOf(written) == "FILE_UNWRITABLE" ? kUnwritable : kOther;
  }

  static pid_t Fork(const std::function<int()>& work) {
    const pid_t child = fork();
    if (child == 0) _exit(work());
    return child;
  }
  static int ExitCodeOf(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  // There is no run of that name, or a whole one.
  bool IsThere(const std::string& name) const {
    if (!fs::exists(hospital_.Path(name))) return false;
    const absl::StatusOr<RunCheck> check = CheckRunFolder(hospital_.Path(name), "");
    EXPECT_TRUE(check.ok()) << check.status();
    if (check.ok()) {
      EXPECT_TRUE(check->changed.empty());
    }
    return true;
  }

  TempDir temp_;
  StrangersHospital hospital_{temp_.path()};
};

// Lets the child run for `calls` system calls, then kills it. True if it had ended.
bool KillAfter(pid_t child, int calls) {
  int status = 0;
  for (int i = 0; i < 2 * calls; ++i) {  // each call stops twice: before and after
    if (ptrace(PTRACE_SYSCALL, child, nullptr, nullptr) != 0) break;
    if (waitpid(child, &status, 0) != child || WIFEXITED(status) || WIFSIGNALED(status)) return true;
  }
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return false;
}

// A mount namespace of our own, as whom we are or as root of a user namespace.
bool HasOwnMounts() {
  const std::string map = absl::StrCat("0 ", getuid(), " 1");
  if (unshare(CLONE_NEWNS) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    std::ofstream("/proc/self/uid_map") << map;
  }
  return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

TEST_F(CostFilesFault, KillAtAnySystemCallLeavesARunOrNone) {
  int kills = 0, whole = 0;
  for (int calls = 1; calls < kCallsMax; calls += kStride) {
    const pid_t child = Fork([this] {
      if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) return kNotPossible;
      raise(SIGSTOP);
      return RunInChild("out");
    });
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSTOPPED(status)) GTEST_SKIP() << "this machine lets nobody trace a child of its own";
    const bool has_ended = KillAfter(child, calls);
    const bool is_there = IsThere("out");
    if (HasFailure()) FAIL() << "killed after " << calls << " system calls";
    if (has_ended) {
      EXPECT_TRUE(is_there);
      EXPECT_GT(kills, 30) << "a run writes a dozen files: there is much to interrupt";
      EXPECT_GT(whole, 0) << "the rename is not the last call";
      return;
    }
    ++kills;
    whole += is_there ? 1 : 0;
    // What was left behind is in nobody's way, though only the next run shows it.
    fs::remove_all(hospital_.Path("out"));
  }
  FAIL() << "the run never ended";
}

TEST_F(CostFilesFault, ALimitOnTheSizeOfFilesLeavesNoRun) {
  bool succeeded = false;
  for (rlim_t limit = 0; !succeeded && limit < 100'000; limit += limit < 2'000 ? 50 : 2'000) {
    const int code = ExitCodeOf(Fork([this, limit] {
      signal(SIGXFSZ, SIG_IGN);
      const rlimit bytes = {limit, limit};
      if (setrlimit(RLIMIT_FSIZE, &bytes) != 0) return kNotPossible;
      return RunInChild("out");
    }));
    succeeded = code == kSucceeded;
    EXPECT_TRUE(succeeded || code == kUnwritable) << "limit " << limit << ", exit " << code;
    EXPECT_EQ(IsThere("out"), succeeded) << "limit " << limit;
    EXPECT_FALSE(fs::exists(hospital_.Path("out.partial"))) << "limit " << limit;
  }
  EXPECT_TRUE(succeeded) << "with room enough it is there";
}

TEST_F(CostFilesFault, AFullDiskLeavesNoRun) {
  bool succeeded = false;
  for (int pages = 4; !succeeded && pages < 200; pages += 2) {
    // In a mount namespace of the child's own: nobody else sees the small disk.
    const int code = ExitCodeOf(Fork([this, pages] {
      const std::string disk = hospital_.Path("disk");
      fs::create_directories(disk);
      const std::string options = absl::StrCat("size=", pages * 4096);
      if (!HasOwnMounts() || mount("tmpfs", disk.c_str(), "tmpfs", 0, options.c_str()) != 0) return kNotPossible;
      const int made = RunInChild("disk/out");
      const bool is_there = fs::exists(hospital_.Path("disk/out"));
      if (is_there != (made == kSucceeded) || fs::exists(hospital_.Path("disk/out.partial"))) return kOther;
      if (is_there && !CheckRunFolder(hospital_.Path("disk/out"), "").value().changed.empty()) return kOther;
      return made;
    }));
    if (code == kNotPossible) GTEST_SKIP() << "this machine lets nobody mount a small disk of its own";
    succeeded = code == kSucceeded;
    EXPECT_TRUE(succeeded || code == kUnwritable) << pages << " pages, exit " << code;
  }
  EXPECT_TRUE(succeeded) << "with room enough it is there";
}

TEST_F(CostFilesFault, AnInputThatIsHalfThereIsNeverCosted) {
  // Each input is named with its hash; then no cut of it passes, not even within a number.
  std::string inputs = testing_support::kStrangersInputs;
  for (const char* name : {"gl.csv", "income.csv", "stays.csv", "tests.csv"}) {
    const std::string hash = FileText::Read(hospital_.Path(absl::StrCat("input/", name)))->Sha256Hex();
    inputs = absl::StrReplaceAll(inputs, {{absl::StrCat("{file: ", name), absl::StrCat("{file: ", name, ", sha256: \"", hash, "\"")}});
  }
  hospital_.Put("model/inputs.yaml", inputs);
  ASSERT_TRUE(hospital_.Run().ok()) << hospital_.Run().status();
  for (const auto& [name, text] : StrangersFiles()) {
    if (name.rfind("input/", 0) != 0) continue;
    for (size_t size = 0; size < text.size(); ++size) {
      hospital_.Put(name, text.substr(0, size));
      EXPECT_EQ(ReasonOf(hospital_.Run().status()), "INPUT_CHANGED") << name << " cut to " << size;
    }
    hospital_.Put(name, text);
  }
}

TEST_F(CostFilesFault, AModelThatIsHalfThereIsRefusedWithAPlace) {
  const std::string model = testing_support::kStrangersModel;
  for (size_t size = 0; size + 1 < model.size(); size += 1 + size % 5) {
    hospital_.Put("model/model.yaml", model.substr(0, size));
    const absl::Status status = hospital_.Run().status();
    // What is optional, at the end, may be cut off whole: then it is another model.
    if (status.ok()) {
      EXPECT_GT(size, model.find("income_map") - 2);
      continue;
    }
    EXPECT_FALSE(ReasonOf(status).empty()) << "cut to " << size << ": " << status;
  }
}

}  // namespace
}  // namespace safehaven::cli
