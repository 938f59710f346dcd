// safehaven impact, drift: past releases judged again on files.
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "cli/law/law_commands.h"
#include "cli/law/world.h"
#include "cli/output/table.h"
#include "libs/base/status.h"
#include "services/consent/core/impact.h"

namespace safehaven::cli {
namespace {

using consent::EnumText;

constexpr int kExitFound = 4;

struct LookBackFlags {
  std::string directory, known_at, approval, from;
};

absl::StatusOr<LawWorld> LoadFor(const LookBackFlags& flags) {
  std::optional<Moment> known;
  if (!flags.known_at.empty()) {
    SH_ASSIGN_OR_RETURN(known, ParseMoment("known-at", flags.known_at));
  }
  return LoadWorld(flags.directory, known);
}

absl::StatusOr<Printed> Print(const LawContext& context, const TextTable& table) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, ParseOutputFormat(*context.output));
  return Printed{Format(table, format), table.rows.empty() ? 0 : kExitFound};
}

std::vector<std::string> RowOf(const consent::Release& release) {
  return {release.id, release.day.ToString(), release.organisation, release.approval.printed()};
}

absl::StatusOr<Printed> RunImpact(const LawContext& context, const LookBackFlags& flags) {
  SH_ASSIGN_OR_RETURN(const LawWorld world, LoadFor(flags));
  TextTable table = {.columns = {"release", "day", "recipient", "approval", "objection", "source", "count", "why"}};
  if (flags.approval.empty()) {
    for (const consent::AffectedRelease& one : ImpactOfObjections(world.snapshot, world.people, world.releases)) {
      std::vector<std::string> row = RowOf(*one.release);
      row.insert(row.end(), {std::string(EnumText<consent::ObjectionKind>::Of(one.kind)), one.source,
                             absl::StrCat(one.objection_count), one.why});
      table.rows.push_back(std::move(row));
    }
    return Print(context, table);
  }
  SH_ASSIGN_OR_RETURN(const consent::Reference reference, consent::Reference::Parse(flags.approval));
  SH_ASSIGN_OR_RETURN(const Moment from, ParseMoment("from", flags.from));
  if (world.snapshot.FindApproval(reference) == nullptr) {
    return NotFound("APPROVAL_UNKNOWN", absl::StrCat("'", flags.approval, "' is not on the register"));
  }
  for (const consent::Release* one : ImpactOfApproval(world.snapshot, world.releases, reference, from.day)) {
    std::vector<std::string> row = RowOf(*one);
    row.insert(row.end(), {"", "", "", "RESTS_ON_THE_APPROVAL"});
    table.rows.push_back(std::move(row));
  }
  return Print(context, table);
}

absl::StatusOr<Printed> RunDrift(const LawContext& context, const LookBackFlags& flags) {
  SH_ASSIGN_OR_RETURN(const LawWorld world, LoadFor(flags));
  TextTable table = {.columns = {"release", "day", "recipient", "approval", "gate", "verdict", "reason", "remedy"}};
  for (const consent::Drift& one : DriftOf(world.snapshot, world.releases)) {
    std::vector<std::string> row = RowOf(*one.release);
    row.insert(row.end(), {std::string(EnumText<consent::Gate>::Of(one.verdict.gate)),
                           std::string(EnumText<consent::Verdict>::Of(one.verdict.verdict)), std::string(one.verdict.reason.text()),
                           one.verdict.remedy});
    table.rows.push_back(std::move(row));
  }
  for (const consent::VolumeDrift& one : VolumeDriftOf(world.snapshot, world.releases)) {
    std::vector<std::string> row = RowOf(*one.release);
    row.insert(row.end(), {"volume", "FAIL", one.reason,
                           absl::StrCat(one.seen, " of ", one.dataset, ", ", one.approved, " were foreseen.")});
    table.rows.push_back(std::move(row));
  }
  for (const consent::Overlap& one : OverlapsOf(world.snapshot, world.releases)) {
    std::vector<std::string> row = RowOf(*one.later);
    row.insert(row.end(), {"dissent", "FAIL", "OVERLAP_WITH_AND_WITHOUT_OBJECTIONS",
                           absl::StrCat(one.dataset, " overlaps that of release ", one.earlier->id,
                                        ", in which objections were honoured differently.")});
    table.rows.push_back(std::move(row));
  }
  return Print(context, table);
}

}  // namespace

void AddLookBackCommands(CLI::App& app, LawContext& context) {
  auto flags = std::make_shared<LookBackFlags>();
  CLI::App* impact = app.add_subcommand("impact", "which past releases a late objection or an invalid approval touches");
  impact->add_option("--register", flags->directory, "folder of register, people and release files")->required();
  impact->add_option("--known-at", flags->known_at, "with only what the files had recorded by then");
  CLI::Option* from = impact->add_option("--from", flags->from, "with --approval: invalid from this day");
  impact->add_option("--approval", flags->approval, "releases that rest on this approval")->needs(from);
  impact->footer("Exit codes: 0 nothing found, 4 releases are listed, 3 a file is not right.");
  OnCommand(*impact, context, [&context, flags] { return RunImpact(context, *flags); });

  CLI::App* drift = app.add_subcommand("drift", "past releases against what was approved on their days");
  drift->add_option("--register", flags->directory, "folder of register and release files")->required();
  drift->add_option("--known-at", flags->known_at, "with only what the files had recorded by then");
  drift->footer("Exit codes: 0 nothing found, 4 releases are listed, 3 a file is not right.");
  OnCommand(*drift, context, [&context, flags] { return RunDrift(context, *flags); });
}

}  // namespace safehaven::cli
