#include "cli/operations/audit.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "cli/operations/log_keys.h"
#include "libs/base/status.h"
#include "libs/warrant/verify.h"
#include "libs/warrant/warrant.h"
#include "safehaven/costing/v1/answer.pb.h"
#include "safehaven/costing/v1/runs.pb.h"

namespace safehaven::cli {
namespace {

constexpr char kLogService[] = "safehaven.log.v1.LogService";
constexpr uint64_t kLeavesMax = 100'000'000;
// costing's reason for a release that it found open at its start.
constexpr char kCutOff[] = "RELEASE_CUT_OFF";

struct LoggedWarrant {
  Warrant warrant;
  uint64_t index = 0;
  bool used = false;
};

// Warrants of consent's log by id. Erased ones cannot be named any more.
std::map<std::string, LoggedWarrant> WarrantsOf(const LogCopy& consent, std::vector<std::string>& faults) {
  std::map<std::string, LoggedWarrant> warrants;
  for (const log::v1::LogEntry& entry : consent.entries) {
    if (entry.kind() != kWarrantLeafKind || entry.body().empty()) continue;
    absl::StatusOr<Warrant> warrant = ParseWarrant(entry.body());
    if (!warrant.ok()) {
      faults.push_back(absl::StrCat("consent leaf ", entry.index(), ": not a warrant"));
      continue;
    }
    const std::string id = warrant->id;
    if (!warrants.emplace(id, LoggedWarrant{.warrant = *std::move(warrant), .index = entry.index()}).second) {
      faults.push_back(absl::StrCat("consent leaf ", entry.index(), ": the warrant's id was issued before"));
    }
  }
  return warrants;
}

// Leaves of warrants whose content was erased when its time was over.
std::set<uint64_t> ErasedWarrants(const LogCopy& consent) {
  std::set<uint64_t> erased;
  for (const log::v1::LogEntry& entry : consent.entries) {
    if (entry.kind() == kWarrantLeafKind && entry.body().empty() && entry.salt().empty()) erased.insert(entry.index());
  }
  return erased;
}

void CheckOpening(const log::v1::LogEntry& entry, std::map<std::string, LoggedWarrant>& warrants,
                  const std::set<uint64_t>& erased, std::map<uint64_t, absl::Time>& openings, Reconciliation& result) {
  costing::v1::ReleaseOpening opening;
  const std::string place = absl::StrCat("costing leaf ", entry.index(), ": ");
  if (!opening.ParseFromString(entry.body())) {
    result.faults.push_back(absl::StrCat(place, "not an opening entry"));
    return;
  }
  openings.emplace(entry.index(), absl::FromUnixMillis(opening.open_unix_ms()));
  ++result.release_count;
  if (erased.contains(opening.warrant_index())) {
    ++result.used_count;
    return;  // its warrant was, and is past its time
  }
  const auto found = warrants.find(opening.warrant());
  if (found == warrants.end() || found->second.index != opening.warrant_index()) {
    result.faults.push_back(absl::StrCat(place, "a release without a warrant of consent's log"));
    return;
  }
  if (found->second.used) result.faults.push_back(absl::StrCat(place, "a second use of one warrant"));
  if (found->second.warrant.question_digest != opening.question_digest()) {
    result.faults.push_back(absl::StrCat(place, "a release of another question than was warranted"));
  }
  found->second.used = true;
  ++result.used_count;
}

void CheckClosing(const log::v1::LogEntry& entry, std::map<uint64_t, absl::Time>& openings, Reconciliation& result) {
  costing::v1::ReleaseClosing closing;
  if (!closing.ParseFromString(entry.body()) || openings.erase(closing.opening_index()) == 0) {
    result.faults.push_back(absl::StrCat("costing leaf ", entry.index(), ": closes no open release"));
    return;
  }
  if (closing.error_reason().empty()) {
    ++result.answered_count;
  } else {
    ++(closing.error_reason() == kCutOff ? result.cut_off_count : result.failed_count);
  }
}

// One warrant may stand behind several explanations of one run while it lives.
void CheckReading(const log::v1::LogEntry& entry, const std::map<std::string, LoggedWarrant>& warrants,
                  const std::set<uint64_t>& erased, Reconciliation& result) {
  costing::v1::CostRunReading reading;
  const std::string place = absl::StrCat("costing leaf ", entry.index(), ": ");
  if (!reading.ParseFromString(entry.body())) {
    result.faults.push_back(absl::StrCat(place, "not an entry about what was told of a costing run"));
    return;
  }
  ++result.reading_count;
  if (erased.contains(reading.warrant_index())) return;
  const auto found = warrants.find(reading.warrant());
  if (found == warrants.end() || found->second.index != reading.warrant_index() ||
      found->second.warrant.operation != Operation::kCost) {
    result.faults.push_back(absl::StrCat(place, "a costing run was explained without a warrant of consent's log for it"));
  }
}

absl::StatusOr<std::string> NewestNote(Session& session, const std::string& service) {
  SH_ASSIGN_OR_RETURN(Client * client, session.Connect(kToolProgram, service));
  SH_ASSIGN_OR_RETURN(const log::v1::GetCheckpointResponse response,
                      client->CallUnary<log::v1::GetCheckpointResponse>(kLogService, "GetCheckpoint",
                                                                        log::v1::GetCheckpointRequest(), {}));
  return response.checkpoint();
}

// What a note says, whoever signed it.
absl::StatusOr<Checkpoint> UnjudgedCheckpoint(absl::string_view note) {
  const size_t gap = note.rfind("\n\n");
  return ParseCheckpoint(gap == absl::string_view::npos ? note : note.substr(0, gap + 1));
}

std::vector<LogKeyLeaf> KeyLeaves(const LogCopy& copy) {
  std::vector<LogKeyLeaf> leaves;
  for (const log::v1::LogEntry& entry : copy.entries) {
    if (entry.kind() == kLogKeyKind) leaves.push_back({.index = entry.index(), .body = entry.body()});
  }
  return leaves;
}

}  // namespace

absl::StatusOr<Checkpoint> ReadNewest(Session& session, const std::string& service) {
  SH_ASSIGN_OR_RETURN(const std::string note, NewestNote(session, service));
  SH_ASSIGN_OR_RETURN(const FollowRules rules, LogRules(session, service));
  return ReadCheckpoint(note, rules);
}

absl::StatusOr<LogCopy> ReadLog(Session& session, const std::string& service, const std::string& person) {
  SH_ASSIGN_OR_RETURN(Client * client, session.Connect(kToolProgram, service));
  LogCopy copy = {.service = service};
  SH_ASSIGN_OR_RETURN(copy.checkpoint, NewestNote(session, service));
  SH_ASSIGN_OR_RETURN(const FollowRules rules, LogRules(session, service));
  SH_ASSIGN_OR_RETURN(const Checkpoint signed_checkpoint, UnjudgedCheckpoint(copy.checkpoint));
  if (signed_checkpoint.size > kLeavesMax) return InvalidArgument("LOG_TOO_LARGE", "more leaves than can be audited at once");
  while (copy.entries.size() < signed_checkpoint.size) {
    log::v1::ReadLogRequest request;
    SH_ASSIGN_OR_RETURN(*request.mutable_evidence(), session.PersonEvidence(person));
    request.set_begin(copy.entries.size());
    request.set_count(static_cast<uint32_t>(std::min<uint64_t>(1024, signed_checkpoint.size - copy.entries.size())));
    SH_ASSIGN_OR_RETURN(const log::v1::ReadLogResponse response,
                        client->CallUnary<log::v1::ReadLogResponse>(kLogService, "ReadLog", request, {}));
    if (response.entries().empty()) return DataLoss("LEAF_MISSING", "the log gives fewer leaves than it signed");
    copy.entries.insert(copy.entries.end(), response.entries().begin(), response.entries().end());
  }
  copy.entries.resize(signed_checkpoint.size);
  copy.keys = AuditLogKeys(KeyLeaves(copy), copy.checkpoint, rules.origin, rules.log_keys);
  if (signed_checkpoint.origin != rules.origin && !copy.keys.first_fault.has_value()) {
    copy.keys.first_fault = LogFault{.index = signed_checkpoint.size, .reason = "CHECKPOINT_ORIGIN"};
  }
  return copy;
}

absl::StatusOr<LogAudit> VerifyLog(const LogCopy& copy) {
  SH_ASSIGN_OR_RETURN(const Checkpoint checkpoint, UnjudgedCheckpoint(copy.checkpoint));
  LogAuditor auditor;
  if (copy.keys.first_fault.has_value()) auditor.Report(copy.keys.first_fault->index, copy.keys.first_fault->reason);
  for (const log::v1::LogEntry& entry : copy.entries) {
    const absl::StatusOr<Digest> commitment = DigestFromBytes(entry.commitment());
    if (!commitment.ok() || entry.kind() > 255) {
      auditor.Report(entry.index(), "RECORD_MALFORMED");
      continue;
    }
    if (entry.salt().empty() && entry.body().empty()) {
      auditor.AddErased(entry.index(), *commitment);
      continue;
    }
    auditor.Add(entry.index(), *commitment,
                LeafContent{.kind = static_cast<uint8_t>(entry.kind()), .salt = entry.salt(), .body = entry.body()});
  }
  return auditor.Finish(checkpoint);
}

std::string KeyHistory(const LogKeyAudit& keys) {
  const auto hashes = [](absl::string_view sign, const std::vector<NoteVerifier>& of) {
    return absl::StrJoin(of, "", [sign](std::string* out, const NoteVerifier& key) {
      absl::StrAppendFormat(out, "%s%08x", sign, key.key_hash());
    });
  };
  if (keys.changes.empty()) return hashes("", keys.in_force);
  const LogKeyChange& first = keys.changes.front();
  std::string text = absl::StrCat(hashes("", first.kept), hashes("", first.removed));
  for (const LogKeyChange& change : keys.changes) {
    absl::StrAppend(&text, "; leaf ", change.index, " ", absl::FormatTime("%Y-%m-%d", change.time, absl::UTCTimeZone()),
                    " ", Name(change.reason), hashes(" +", change.added), hashes(" -", change.removed));
  }
  return text;
}

Reconciliation Reconcile(const LogCopy& consent, const LogCopy& costing, absl::Time now) {
  Reconciliation result;
  for (const LogCopy* log : {&consent, &costing}) {
    if (!log->keys.first_fault.has_value()) continue;
    result.faults.push_back(absl::StrCat(log->service, "'s log: ", log->keys.first_fault->reason, " at leaf ",
                                         log->keys.first_fault->index));
  }
  std::map<std::string, LoggedWarrant> warrants = WarrantsOf(consent, result.faults);
  const std::set<uint64_t> erased = ErasedWarrants(consent);
  result.erased_count = erased.size();
  std::map<uint64_t, absl::Time> openings;  // not closed yet
  for (const log::v1::LogEntry& entry : costing.entries) {
    if (entry.body().empty()) continue;
    if (entry.kind() == kReleaseOpeningLeafKind) CheckOpening(entry, warrants, erased, openings, result);
    if (entry.kind() == kReleaseClosingLeafKind) CheckClosing(entry, openings, result);
    if (entry.kind() == kCostRunReadingLeafKind) CheckReading(entry, warrants, erased, result);
  }
  for (const auto& [index, open_time] : openings) {
    if (now - open_time <= kReleaseTimeMax) {
      ++result.under_way_count;
    } else {
      result.faults.push_back(absl::StrCat("costing leaf ", index, ": a release that was opened and never closed"));
    }
  }
  result.warrant_count = warrants.size();
  for (const auto& [id, logged] : warrants) {
    const bool answers = logged.warrant.operation == Operation::kAggregate ||
                         logged.warrant.operation == Operation::kRecords;
    if (logged.used) continue;
    if (logged.warrant.audience != "costing" || !answers) {
      ++result.other_audience_count;
    } else if (logged.warrant.expire_time <= now) {
      ++result.unused_count;
    } else {
      ++result.open_count;
    }
  }
  return result;
}

}  // namespace safehaven::cli
