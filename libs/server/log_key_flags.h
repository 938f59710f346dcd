// The flags of a service that keeps a log: its key, and the keys it had or will have
// (docs/runbook.md, "Rotate a log key"). Header only and for main.cc, as add_flags.h.
#ifndef SAFEHAVEN_LIBS_SERVER_LOG_KEY_FLAGS_H_
#define SAFEHAVEN_LIBS_SERVER_LOG_KEY_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "libs/follow/witness_watch.h"
#include "libs/server/log_key_files.h"

namespace safehaven {

// `app` and `files` live until the command line is parsed.
inline void AddLogKeyFlags(CLI::App& app, LogKeyFiles& files) {
  app.add_option("--log-key", files.key, "Ed25519 key that signs the log's checkpoints, PEM")->required();
  app.add_option("--next-log-key", files.next_key, "a second key that signs them too: the one to come, PEM");
  app.add_option("--earlier-log-public-key", files.earlier_public_keys,
                 "public key that signed the log before and does so no more, base64; may be repeated");
  app.add_option("--log-key-reason", files.reason, "why the log's keys change: PLANNED, COMPROMISED or LOST")
      ->capture_default_str()
      ->check(CLI::IsMember({"PLANNED", "COMPROMISED", "LOST"}));
}

// The same for a service that follows consent's log.
inline void AddConsentLogKeyFlag(CLI::App& app, std::vector<std::string>& public_keys) {
  app.add_option("--consent-log-public-key", public_keys,
                 "Ed25519 public key of consent's log, base64; repeated while one key takes over from another")
      ->required();
}

// Witnesses whose cosignatures the service takes for its own log.
inline void AddWitnessFlag(CLI::App& app, std::vector<std::string>& witnesses) {
  app.add_option("--witness", witnesses, "a witness of this log, name+hash+key; may be repeated");
}

// Witnesses that a service which follows consent's log asks for.
inline void AddConsentWitnessFlags(CLI::App& app, WitnessFlags& flags) {
  app.add_option("--consent-witness", flags.witnesses, "a witness of consent's log, name+hash+key; may be repeated");
  app.add_option("--consent-witnesses-min", flags.count_min, "how many of them must have signed lately, else none")
      ->capture_default_str();
  app.add_option("--consent-witness-age-seconds", flags.age_seconds, "what lately means")->capture_default_str();
}

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_LOG_KEY_FLAGS_H_
