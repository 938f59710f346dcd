#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/commands/commands.h"
#include "cli/operations/log_keys.h"
#include "cli/operations/witness.h"
#include "libs/base/status.h"
#include "libs/merkle/ed25519.h"

namespace safehaven::cli {
namespace {

constexpr size_t kKeyBytesMax = 16 * 1024;
constexpr int kSecondsMax = 24 * 60 * 60;

struct WitnessFlagsOfCommand {
  std::string log = "consent", name, key, state, reconciled_incarnation;
  int every_seconds = 0;
  bool show_key = false;
};

absl::StatusOr<NoteSigner> ReadWitnessSigner(const WitnessFlagsOfCommand& flags, const std::string& trust_domain) {
  SH_ASSIGN_OR_RETURN(const std::string pem, ReadFile(flags.key, kKeyBytesMax));
  SH_ASSIGN_OR_RETURN(Ed25519PrivateKey key, Ed25519PrivateKey::FromPem(pem));
  return NoteSigner::Make(absl::StrCat(trust_domain, "/witness/", flags.name), NoteKeyKind::kCosignature, std::move(key));
}

// May the next round be tried as if nothing had happened?
bool PassesBy(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

absl::Status RunWitness(const Globals& globals, const WitnessFlagsOfCommand& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(NoteSigner signer, ReadWitnessSigner(flags, session->context().trust_domain));
  if (flags.show_key) {
    std::cout << signer.verifier().ToText() << "\n";
    return absl::OkStatus();
  }
  SH_ASSIGN_OR_RETURN(FollowRules rules, LogRules(*session, flags.log));
  SH_ASSIGN_OR_RETURN(Client * log, session->Connect(absl::StrCat("witness/", flags.name), flags.log));
  LogWitness witness({.rules = std::move(rules),
                      .state_file = flags.state,
                      .reconciled_incarnation = flags.reconciled_incarnation},
                     std::move(signer), MakeWitnessCalls(*log), *globals.clock);
  while (true) {
    const absl::StatusOr<FollowedCheckpoint> kept = witness.Round();
    if (kept.ok()) {
      std::cerr << "signed " << flags.log << "'s log of " << kept->size << " leaves\n";
    } else if (flags.every_seconds == 0 || !PassesBy(kept.status())) {
      return kept.status();
    } else {
      std::cerr << Describe(kept.status()) << "\n";
    }
    if (flags.every_seconds == 0) return absl::OkStatus();
    absl::SleepFor(absl::Seconds(flags.every_seconds));
  }
}

}  // namespace

void AddWitnessCommand(CLI::App& app, Globals& globals) {
  auto flags = std::make_shared<WitnessFlagsOfCommand>();
  CLI::App* witness = app.add_subcommand(
      "witness", "sign that a log's newest checkpoint extends the last one that was signed here, or refuse");
  witness->footer("Example: safehaven witness --log consent --name audit --key witness.key --state consent.witness --every-seconds 60");
  witness->add_option("--log", flags->log, "consent or costing")->check(CLI::IsMember({"consent", "costing"}));
  witness->add_option("--name", flags->name, "this witness's, as in its certificate: witness/<name>")->required();
  witness->add_option("--key", flags->key, "Ed25519 key that signs, PEM")->required();
  witness->add_option("--state", flags->state, "file with what was signed last; kept, and nobody else's");
  witness->add_option("--every-seconds", flags->every_seconds, "go on for ever, once in so long; else once")
      ->check(CLI::Range(0, kSecondsMax));
  witness->add_option("--reconciled-incarnation", flags->reconciled_incarnation,
                      "after a restore of the log: the incarnation to sign from nothing");
  witness->add_flag("--show-key", flags->show_key, "print the public key as services are told it, and end");
  witness->callback([&globals, flags] {
    if (flags->state.empty() && !flags->show_key) throw CLI::RequiredError("--state");
    globals.run = [&globals, flags] { return RunWitness(globals, *flags); };
  });
}

}  // namespace safehaven::cli
