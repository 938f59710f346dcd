#include "cli/operations/witness.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/session/context.h"
#include "libs/base/status.h"
#include "libs/merkle/witness.h"
#include "libs/warrant/wire.h"
#include "safehaven/log/v1/log_service.pb.h"

namespace safehaven::cli {
namespace {

constexpr char kLogService[] = "safehaven.log.v1.LogService";
constexpr absl::string_view kFormat = "safehaven-witness/1";
constexpr size_t kStateBytesMax = 4096;

absl::Status Unwritable(const std::string& path) {
  return Unavailable("FILE_UNWRITABLE", absl::StrCat(path, ": cannot be written"));
}

absl::Status WriteAll(int file, absl::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written <= 0) return Unwritable(path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return ::fsync(file) == 0 ? absl::OkStatus() : Unwritable(path);
}

// When this returns OK, the file holds `bytes` whatever happens to the machine.
absl::Status ReplaceDurably(const std::string& path, absl::string_view bytes) {
  const std::string next = path + ".next";
  const int file = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return Unwritable(next);
  const absl::Status written = WriteAll(file, bytes, next);
  ::close(file);
  SH_RETURN_IF_ERROR(written);
  if (::rename(next.c_str(), path.c_str()) != 0) return Unwritable(path);
  const std::string folder = std::filesystem::absolute(path).parent_path();
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return Unwritable(folder);
  const bool synced = ::fsync(directory) == 0;
  ::close(directory);
  return synced ? absl::OkStatus() : Unwritable(folder);
}

absl::Status StateMalformed(absl::string_view why) {
  return DataLoss("WITNESS_STATE_MALFORMED", absl::StrCat("what this witness signed last is not known: ", why));
}

}  // namespace

WitnessCalls MakeWitnessCalls(Client& log) {
  WitnessCalls calls;
  calls.checkpoint = [&log]() -> absl::StatusOr<std::string> {
    SH_ASSIGN_OR_RETURN(const auto response, log.CallUnary<log::v1::GetCheckpointResponse>(
                                                 kLogService, "GetCheckpoint", log::v1::GetCheckpointRequest(), {}));
    return response.checkpoint();
  };
  calls.prove = [&log](uint64_t first, uint64_t second) -> absl::StatusOr<std::vector<Digest>> {
    log::v1::ProveConsistencyRequest request;
    request.set_first_size(first);
    request.set_second_size(second);
    SH_ASSIGN_OR_RETURN(const auto response, log.CallUnary<log::v1::ProveConsistencyResponse>(
                                                 kLogService, "ProveConsistency", request, {}));
    return DigestsFromBytes(response.proof());
  };
  calls.give = [&log](const std::string& note) {
    log::v1::AddCosignatureRequest request;
    request.set_checkpoint(note);
    return log.CallUnary<log::v1::AddCosignatureResponse>(kLogService, "AddCosignature", request, {}).status();
  };
  return calls;
}

std::string WitnessStateText(absl::string_view origin, const FollowedCheckpoint& kept) {
  return absl::StrCat(kFormat, "\n", origin, "\n", kept.incarnation, "\n", kept.size, "\n",
                      absl::BytesToHexString(AsBytes(kept.root)), "\n");
}

absl::StatusOr<FollowedCheckpoint> ParseWitnessState(absl::string_view text, absl::string_view origin) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.size() != 6 || lines[0] != kFormat) return StateMalformed("the file is no witness's");
  if (lines[1] != origin) return StateMalformed("the file is of another log");
  FollowedCheckpoint kept;
  kept.incarnation = std::string(lines[2]);
  const absl::StatusOr<Digest> root = DigestFromBytes(absl::HexStringToBytes(lines[4]));
  if (!absl::SimpleAtoi(lines[3], &kept.size) || !root.ok()) return StateMalformed("no size or no root");
  kept.root = *root;
  if (!IsIncarnation(kept.incarnation) || WitnessStateText(origin, kept) != text) return StateMalformed("altered");
  return kept;
}

LogWitness::LogWitness(Options options, NoteSigner signer, WitnessCalls calls, const Clock& clock)
    : options_(std::move(options)), signer_(std::move(signer)), calls_(std::move(calls)), clock_(clock) {}

absl::StatusOr<std::optional<FollowedCheckpoint>> LogWitness::Last() const {
  if (!std::filesystem::exists(options_.state_file)) return std::optional<FollowedCheckpoint>();
  SH_ASSIGN_OR_RETURN(const std::string text, ReadFile(options_.state_file, kStateBytesMax));
  SH_ASSIGN_OR_RETURN(FollowedCheckpoint last, ParseWitnessState(text, options_.rules.origin));
  const std::string& reconciled = options_.reconciled_incarnation;
  if (!reconciled.empty() && last.incarnation != reconciled) return std::optional<FollowedCheckpoint>();
  return std::optional<FollowedCheckpoint>(std::move(last));
}

absl::StatusOr<FollowedCheckpoint> LogWitness::Round() {
  const std::string lock_file = options_.state_file + ".lock";
  const int lock = ::open(lock_file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return Unwritable(lock_file);
  const auto unlock = absl::MakeCleanup([lock] { ::close(lock); });
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) return Unavailable("WITNESS_BUSY", "another process signs for this file");

  SH_ASSIGN_OR_RETURN(const std::optional<FollowedCheckpoint> last, Last());
  SH_ASSIGN_OR_RETURN(const std::string note, calls_.checkpoint());
  SH_ASSIGN_OR_RETURN(const Checkpoint newest, ReadCheckpoint(note, options_.rules));
  const std::string& reconciled = options_.reconciled_incarnation;
  if (!last.has_value() && !reconciled.empty() && newest.incarnation != reconciled) {
    return FailedPrecondition("INCARNATION_CHANGED", "the log's incarnation is not the one that was reconciled");
  }
  std::vector<Digest> proof;
  const bool grown = last.has_value() && last->incarnation == newest.incarnation && last->size < newest.size;
  if (grown && last->size > 0) {
    SH_ASSIGN_OR_RETURN(proof, calls_.prove(last->size, newest.size));
  }
  SH_ASSIGN_OR_RETURN(const Witnessed witnessed, Witness(note, proof, options_.rules, last, signer_, clock_.Now()));
  if (last != witnessed.kept) {
    SH_RETURN_IF_ERROR(ReplaceDurably(options_.state_file, WitnessStateText(options_.rules.origin, witnessed.kept)));
  }
  SH_RETURN_IF_ERROR(calls_.give(witnessed.note));
  return witnessed.kept;
}

}  // namespace safehaven::cli
