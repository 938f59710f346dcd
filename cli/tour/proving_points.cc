// Points 7 to 9: objections, withdrawal, logs.

#include <filesystem>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "cli/operations/audit.h"
#include "cli/operations/decide.h"
#include "cli/operations/log_keys.h"
#include "cli/operations/objections.h"
#include "cli/operations/query.h"
#include "cli/operations/register.h"
#include "cli/tour/demo_questions.h"
#include "cli/tour/points.h"
#include "cli/tour/truth.h"
#include "libs/base/status.h"
#include "libs/merkle/commitment.h"
#include "libs/merkle/tree.h"
#include "libs/warrant/verify.h"
#include "libs/warrant/warrant.h"
#include "libs/warrant/wire.h"
#include "safehaven/costing/v1/costing_service.pb.h"

namespace safehaven::cli {
namespace {

// The gateway's own identity, as whoever has stolen it would use it.
constexpr char kStolenGateway[] = "gateway";

absl::StatusOr<absl::Status> AnswerAt(Session& session, const type::v1::ProvenLeaf& warrant, const Question& question) {
  SH_ASSIGN_OR_RETURN(Client * costing, session.Connect(kStolenGateway, "costing"));
  costing::v1::AnswerRequest request;
  *request.mutable_warrant()->mutable_proof() = warrant;
  *request.mutable_question() = QuestionToProto(question);
  return costing->CallUnary<costing::v1::AnswerResponse>("safehaven.costing.v1.CostingService", "Answer", request, {})
      .status();
}

// The register's files with the pioneer's approval withdrawn today.
absl::StatusOr<std::vector<consent::v1::RegisterFile>> Withdrawn(Tour& tour) {
  SH_ASSIGN_OR_RETURN(std::vector<consent::v1::RegisterFile> files,
                      ReadRegisterDirectory(tour.options.region + "/register"));
  const std::string today = CivilDay::InLondon(tour.session.clock().Now()).ToString();
  for (consent::v1::RegisterFile& file : files) {
    if (file.text().find(absl::StrCat("reference: ", kPioneer, "\n    title: Seahaven integration pioneer")) == std::string::npos) {
      continue;
    }
    constexpr char kDecided[] = "actor: secretary_of_state, document: final outcome letter}\n";
    *file.mutable_text() = absl::StrReplaceAll(
        file.text(), {{kDecided, absl::StrCat(kDecided, "      - {event: withdrawn, day: ", today,
                                              ", actor: secretary_of_state, document: letter of withdrawal}\n")}});
    return files;
  }
  return NotFound("FILE_UNREADABLE", "the region's register does not hold the pioneer's approval");
}

// A second history, signed with consent's real key: all leaves but the last as they are,
// then a warrant that consent never issued.
absl::StatusOr<type::v1::ProvenLeaf> ForgeWarrant(Tour& tour, const LogCopy& consent_log, const Warrant& like) {
  SH_ASSIGN_OR_RETURN(const std::string pem, tour.session.KeyFile("log/consent.key"));
  SH_ASSIGN_OR_RETURN(Ed25519PrivateKey key, Ed25519PrivateKey::FromPem(pem));
  SH_ASSIGN_OR_RETURN(const FollowRules rules, LogRules(tour.session, "consent"));
  SH_ASSIGN_OR_RETURN(const Checkpoint real, ReadCheckpoint(consent_log.checkpoint, rules));
  SH_ASSIGN_OR_RETURN(const NoteSigner signer, NoteSigner::Make(rules.origin, NoteKeyKind::kEd25519, std::move(key)));
  MerkleTree tree;
  for (size_t i = 0; i + 1 < consent_log.entries.size(); ++i) tree.Append(LeafHash(consent_log.entries[i].commitment()));
  Warrant warrant = like;
  warrant.id = std::string(32, 'f');
  warrant.issue_time = tour.session.clock().Now();
  warrant.expire_time = warrant.issue_time + absl::Seconds(10);
  ProvenLeaf leaf = {.kind = kWarrantLeafKind,
                     .index = tree.size(),
                     .salt = tour.session.randomness().Bytes(kSaltBytes),
                     .body = SerialiseWarrant(warrant)};
  tree.Append(LeafHash(AsBytes(Commitment({.kind = leaf.kind, .salt = leaf.salt, .body = leaf.body}))));
  // Larger than anything that costing has seen, so that it has to ask.
  for (int i = 0; i < 64; ++i) tree.Append(LeafHash(tour.session.randomness().Bytes(32)));
  SH_ASSIGN_OR_RETURN(leaf.inclusion, tree.InclusionProof(leaf.index, tree.size()));
  SH_ASSIGN_OR_RETURN(leaf.checkpoint, SignCheckpoint({.origin = rules.origin,
                                                       .size = tree.size(),
                                                       .root = tree.Root(),
                                                       .incarnation = real.incarnation},
                                                      signer));
  return ProvenLeafToProto(leaf);
}

}  // namespace

absl::Status PointObjections(Tour& tour) {
  tour.report.Begin(7, "Forty people object; the next answer has none of them");
  const Asking asking = {.person = "amira.analyst", .question = PioneerRecords()};
  SH_ASSIGN_OR_RETURN(const RecordsOfPeople truth, ReadForty(tour.options.region, RecordDatasets()));
  SH_ASSIGN_OR_RETURN(const gateway::v1::QueryResponse before, Query(tour.session, asking));
  SH_RETURN_IF_ERROR(Expect(before.has_table(), "the pioneer may ask for pseudonymised records"));
  SH_ASSIGN_OR_RETURN(const std::string csv, ReadFile(tour.options.region + "/objections/forty.csv", 1 << 20));
  SH_ASSIGN_OR_RETURN(const ObjectionFile forty, ParseObjections(csv, true));
  const absl::Time handed_in = tour.session.clock().Now();
  SH_ASSIGN_OR_RETURN(const Revision revision,
                      SendObjections(tour.session, absl::StrCat("programme:", kPioneer), "demo-forty", forty, "dana.engineer"));
  const absl::Time acknowledged = tour.session.clock().Now();
  SH_ASSIGN_OR_RETURN(const gateway::v1::QueryResponse after, Query(tour.session, asking));
  const absl::Time answered = tour.session.clock().Now();
  SH_RETURN_IF_ERROR(Expect(after.has_table(), "the next question is answered"));

  const std::map<std::string, uint64_t> seen_before = CountRecordKeys(before.table()), seen = CountRecordKeys(after.table());
  const uint64_t still_there = RowsOfThem(truth, after.table());
  uint64_t gone = 0;
  for (const auto& [key, counts] : truth.by_key) {
    if (counts.of_them == 0) continue;
    const auto now = seen.find(key), earlier = seen_before.find(key);
    const uint64_t count = now == seen.end() ? 0 : now->second;
    if (earlier != seen_before.end() && earlier->second > count) gone += earlier->second - count;
  }
  tour.report.Say(absl::StrCat(forty.objections.size(), " objections acknowledged at consent's log size ", revision.size, " in ",
                               absl::FormatDuration(acknowledged - handed_in), "; the next answer came ",
                               absl::FormatDuration(answered - acknowledged), " after that."));
  tour.report.Say(absl::StrCat("They had ", truth.records, " records, ", truth.social_without_number,
                               " of them social care without an NHS number. Rows before: ", before.table().rows_size(),
                               ", after: ", after.table().rows_size(), ". Rows of theirs in the answer: ", still_there, "."));
  tour.report.Fact("objections", static_cast<uint64_t>(forty.objections.size()));
  tour.report.Fact("records_of_the_forty", truth.records);
  tour.report.Fact("social_care_without_number", truth.social_without_number);
  tour.report.Fact("rows_before", static_cast<uint64_t>(before.table().rows_size()));
  tour.report.Fact("rows_after", static_cast<uint64_t>(after.table().rows_size()));
  tour.report.Fact("rows_gone", gone);
  tour.report.Fact("rows_of_the_forty_after", still_there);
  tour.report.Fact("records_told_apart", truth.told_apart);
  tour.report.Fact("acknowledge_seconds", absl::ToDoubleSeconds(acknowledged - handed_in));
  tour.report.Fact("effect_seconds", absl::ToDoubleSeconds(answered - acknowledged));
  SH_RETURN_IF_ERROR(Expect(still_there == 0, "no record of the forty is in the answer"));
  return Expect(gone > 0 && truth.told_apart > 0, "records of the forty were there before, and can be told apart");
}

absl::Status PointWithdrawal(Tour& tour) {
  tour.report.Begin(8, "The approval is withdrawn");
  const Question question = CostPerHeadByAge();
  SH_ASSIGN_OR_RETURN(const type::v1::Evidence evidence, tour.session.PersonEvidence("amira.analyst"));
  // A warrant that somebody with the gateway's identity kept for later.
  SH_ASSIGN_OR_RETURN(const consent::v1::DecideResponse kept, DecideOrFail(tour.session, kStolenGateway, question, evidence));
  SH_ASSIGN_OR_RETURN(const auto files, Withdrawn(tour));
  const absl::Time start = tour.session.clock().Now();
  SH_ASSIGN_OR_RETURN(const consent::v1::ApplyRegisterResponse applied,
                      ApplyRegister(tour.session, files, "gwen.guardian", ""));
  const absl::Duration took = tour.session.clock().Now() - start;
  tour.report.Say(absl::StrCat("Withdrawn by one person (it narrows access), acknowledged in ", absl::FormatDuration(took),
                               " when ", applied.confirmed_by_size(), " followers had confirmed it."));
  SH_ASSIGN_OR_RETURN(const absl::Status replayed, AnswerAt(tour.session, kept.warrant(), question));
  tour.report.Say(absl::StrCat("The kept warrant, replayed straight at costing with the gateway's real keys: ",
                               ReasonOf(replayed), "."));
  SH_ASSIGN_OR_RETURN(const gateway::v1::QueryResponse next, Query(tour.session, {.person = "amira.analyst", .question = question}));
  SH_RETURN_IF_ERROR(Expect(!next.has_table() && next.decision().effect() == "refused", "the next question is refused"));
  std::string reasons;
  for (const gateway::v1::Verdict& verdict : next.decision().verdicts()) {
    if (verdict.outcome() != "pass") absl::StrAppend(&reasons, reasons.empty() ? "" : ", ", verdict.gate(), ": ", verdict.reason());
  }
  tour.report.Say(absl::StrCat("The next question is refused: ", reasons, "."));
  tour.report.Fact("confirmed_followers", static_cast<uint64_t>(applied.confirmed_by_size()));
  tour.report.Fact("acknowledge_seconds", absl::ToDoubleSeconds(took));
  tour.report.Fact("replayed_warrant", ReasonOf(replayed));
  tour.report.Fact("next_question", reasons);
  return ExpectReason(replayed, "WARRANT_SUPERSEDED", "the replayed warrant");
}

absl::Status PointLogs(Tour& tour) {
  tour.report.Begin(9, "Both logs verify, and each against the other");
  SH_ASSIGN_OR_RETURN(const LogCopy costing, ReadLog(tour.session, "costing", "gwen.guardian"));
  SH_ASSIGN_OR_RETURN(const LogCopy consent, ReadLog(tour.session, "consent", "gwen.guardian"));
  for (const LogCopy* copy : {&consent, &costing}) {
    SH_ASSIGN_OR_RETURN(const LogAudit audit, VerifyLog(*copy));
    SH_RETURN_IF_ERROR(Expect(!audit.first_fault.has_value(), absl::StrCat("the log of ", copy->service, " verifies")));
    tour.report.Say(absl::StrCat("The log of ", copy->service, ": ", audit.size, " leaves, every one verified."));
    tour.report.Fact(absl::StrCat("leaves_", copy->service), audit.size);
  }
  const Reconciliation result = Reconcile(consent, costing, tour.session.clock().Now());
  tour.report.Say(absl::StrCat(result.warrant_count, " warrants: ", result.used_count, " used for a release, ",
                               result.unused_count + result.open_count, " not used, ", result.other_audience_count,
                               " for loads, runs and linkage; ", result.release_count, " releases, none without a warrant."));
  for (const std::string& fault : result.faults) tour.report.Say(fault);
  SH_RETURN_IF_ERROR(Expect(result.faults.empty() && result.used_count > 0, "the logs reconcile"));

  LogCopy damaged = consent;
  const size_t place = damaged.entries.size() / 2;
  (*damaged.entries[place].mutable_body())[0] ^= 1;
  SH_ASSIGN_OR_RETURN(const LogAudit audit, VerifyLog(damaged));
  SH_RETURN_IF_ERROR(Expect(audit.first_fault.has_value() && audit.first_fault->index == damaged.entries[place].index(),
                            "the flipped byte is found where it is"));
  tour.report.Say(absl::StrCat("One flipped byte in a copy: found, ", audit.first_fault->reason, " at leaf ",
                               audit.first_fault->index, "."));

  const Question question = CostPerHeadByAge();
  SH_ASSIGN_OR_RETURN(const type::v1::Evidence evidence, tour.session.PersonEvidence("amira.analyst"));
  Warrant like;
  for (const log::v1::LogEntry& entry : consent.entries) {
    if (entry.kind() != kWarrantLeafKind) continue;
    SH_ASSIGN_OR_RETURN(const Warrant warrant, ParseWarrant(entry.body()));
    if (warrant.question_digest == QuestionDigest(question)) like = warrant;
  }
  SH_ASSIGN_OR_RETURN(const type::v1::ProvenLeaf forged, ForgeWarrant(tour, consent, like));
  SH_ASSIGN_OR_RETURN(const absl::Status refused, AnswerAt(tour.session, forged, question));
  tour.report.Say(absl::StrCat("A forked log, signed with consent's real key: ", ReasonOf(refused), "."));
  tour.report.Fact("warrants", result.warrant_count);
  tour.report.Fact("releases", result.release_count);
  tour.report.Fact("contradictions", static_cast<uint64_t>(result.faults.size()));
  tour.report.Fact("flipped_byte", absl::StrCat(audit.first_fault->reason, "@", audit.first_fault->index));
  tour.report.Fact("forked_log", ReasonOf(refused));
  return ExpectReason(refused, "WARRANT_LOG_FORKED", "the forked log");
}

}  // namespace safehaven::cli
