// A program of ours run as a child, to be killed at any moment: what it wrote to its
// standard output before that is what it acknowledged. Single-threaded.
#ifndef SAFEHAVEN_TESTS_SUPPORT_CHILD_PROCESS_H_
#define SAFEHAVEN_TESTS_SUPPORT_CHILD_PROCESS_H_

#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include "libs/base/status.h"

extern char** environ;

namespace safehaven::testing_support {

class ChildProcess {
 public:
  explicit ChildProcess(std::vector<std::string> arguments) {
    int ends[2];
    SH_CHECK(pipe(ends) == 0);
    posix_spawn_file_actions_t actions;
    SH_CHECK(posix_spawn_file_actions_init(&actions) == 0);
    SH_CHECK(posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) == 0);
    SH_CHECK(posix_spawn_file_actions_addclose(&actions, ends[0]) == 0);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    SH_CHECK(posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
    SH_CHECK(output_ != nullptr);
  }

  ~ChildProcess() {
    KillAndWait();
    fclose(output_);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The next line without its newline; nothing when the child has ended. A line that
  // was cut off is dropped: it was not said.
  std::optional<std::string> ReadLine() {
    std::string line;
    for (int c = fgetc(output_); c != EOF; c = fgetc(output_)) {
      if (c == '\n') return line;
      line.push_back(static_cast<char>(c));
    }
    return std::nullopt;
  }

  // SIGKILL, and waits until the child is gone.
  void KillAndWait() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_ = -1;
  FILE* output_ = nullptr;
};

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_SUPPORT_CHILD_PROCESS_H_
