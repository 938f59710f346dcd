// A program of ours run as a child, to be killed at any moment: what it wrote to its
// standard output before that is what it acknowledged. Single-threaded.
#ifndef SAFEHAVEN_TESTS_SUPPORT_CHILD_PROCESS_H_
#define SAFEHAVEN_TESTS_SUPPORT_CHILD_PROCESS_H_

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/status.h"

extern char** environ;

namespace safehaven::testing_support {

class ChildProcess {
 public:
  struct Surroundings {
    std::string error_file;                // its standard error is appended there; empty: to ours
    std::vector<std::string> environment;  // "NAME=value", before those that it inherits
  };

  explicit ChildProcess(std::vector<std::string> arguments) : ChildProcess(std::move(arguments), Surroundings{}) {}

  ChildProcess(std::vector<std::string> arguments, Surroundings surroundings) {
    int ends[2];
    // Closed in every other child, so that each reads the end of its own pipe.
    SH_CHECK(pipe2(ends, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    SH_CHECK(posix_spawn_file_actions_init(&actions) == 0);
    SH_CHECK(posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) == 0);
    if (!surroundings.error_file.empty()) {
      SH_CHECK(posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, surroundings.error_file.c_str(),
                                                O_WRONLY | O_CREAT | O_APPEND, 0600) == 0);
    }
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::vector<char*> variables;
    for (std::string& variable : surroundings.environment) variables.push_back(variable.data());
    for (char** inherited = environ; *inherited != nullptr; ++inherited) variables.push_back(*inherited);
    variables.push_back(nullptr);
    SH_CHECK(posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), variables.data()) == 0);
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

  bool IsRunning() {
    if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ > 0;
  }

  // Waits until the child has ended by itself; its exit code, or -1 if a signal ended it
  // or it was gone before.
  int Wait() {
    if (pid_ <= 0) return -1;
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  // SIGTERM: the child may put things in order first. As Wait().
  int TerminateAndWait() {
    if (pid_ > 0) kill(pid_, SIGTERM);
    return Wait();
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
