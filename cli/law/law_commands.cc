#include "cli/law/law_commands.h"

#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/law/answer.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

constexpr size_t kTextBytesMax = 64u << 20;

}  // namespace

void AddLawCommands(CLI::App& app, LawContext& context) {
  AddDecideCommands(app, context);
  AddRegisterLawCommands(app, context);
  AddLookBackCommands(app, context);
  AddOptOutCommands(app, context);
  AddPatientCommand(app, context);
}

void OnCommand(CLI::App& subcommand, LawContext& context, std::function<absl::StatusOr<Printed>()> command) {
  OnCommand(subcommand, context, std::move(command), [] { return true; });
}

void OnCommand(CLI::App& subcommand, LawContext& context, std::function<absl::StatusOr<Printed>()> command,
               std::function<bool()> is_ours) {
  subcommand.callback([&context, command = std::move(command), is_ours = std::move(is_ours)] {
    if (!is_ours()) return;
    *context.run = [&context, command]() -> absl::Status {
      const absl::StatusOr<Printed> printed = command();
      if (!printed.ok()) {
        if (*context.output == "json") *context.out << FailureJson(printed.status());
        return printed.status();
      }
      *context.out << printed->text;
      *context.exit_code = printed->exit_code;
      return absl::OkStatus();
    };
  });
}

CLI::App& Group(CLI::App& app, const std::string& name, const std::string& description) {
  const auto existing = app.get_subcommands([&name](const CLI::App* one) { return one->get_name() == name; });
  if (!existing.empty()) return *existing.front();
  CLI::App* group = app.add_subcommand(name, description);
  group->require_subcommand(1);
  return *group;
}

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return NotFound("FILE_UNREADABLE", absl::StrCat(path, " cannot be read"));
  std::string text;
  char block[1 << 16];
  while (file.read(block, sizeof(block)) || file.gcount() > 0) {
    text.append(block, static_cast<size_t>(file.gcount()));
    if (text.size() > kTextBytesMax) return InvalidArgument("FILE_TOO_LARGE", absl::StrCat(path, " is larger than 64 MiB"));
  }
  if (file.bad()) return NotFound("FILE_UNREADABLE", absl::StrCat(path, " cannot be read"));
  return text;
}

}  // namespace safehaven::cli
