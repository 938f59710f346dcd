#include "services/consent/core/conformance.h"

#include <algorithm>
#include <array>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace safehaven::consent {
namespace {

// Words of a title that promise a purpose, by their beginnings.
struct TitleWord {
  absl::string_view beginning;
  MedicalPurpose purpose;
};
constexpr TitleWord kTitleWords[] = {
    {"research", MedicalPurpose::kMedicalResearch},       {"trial", MedicalPurpose::kMedicalResearch},
    {"cohort", MedicalPurpose::kMedicalResearch},         {"study", MedicalPurpose::kMedicalResearch},
    {"audit", MedicalPurpose::kManagementOfServices},     {"commission", MedicalPurpose::kManagementOfServices},
    {"invoice", MedicalPurpose::kManagementOfServices},   {"service evaluation", MedicalPurpose::kManagementOfServices},
    {"screening", MedicalPurpose::kPreventativeMedicine}, {"prevent", MedicalPurpose::kPreventativeMedicine},
    {"diagnos", MedicalPurpose::kMedicalDiagnosis},
};

// A body's name is told from its kind by its first words: "NHS Redbridge CCG".
constexpr size_t kNameLengthMin = 6;

bool HasWord(absl::string_view text, absl::string_view beginning) {
  for (size_t at = text.find(beginning); at != absl::string_view::npos; at = text.find(beginning, at + 1)) {
    if (at == 0 || !absl::ascii_isalpha(text[at - 1])) return true;
  }
  return false;
}

// Purposes as the words of an index row promise them: "medical research", ...
std::vector<MedicalPurpose> PurposesIn(absl::string_view text) {
  std::vector<MedicalPurpose> purposes;
  const std::string lower = absl::StrReplaceAll(absl::AsciiStrToLower(text), {{"_", " "}});
  constexpr std::array<absl::string_view, 5> kMarks = {"prevent", "diagnos", "research", "care and treatment", "manage"};
  for (size_t i = 0; i < kMarks.size(); ++i) {
    if (HasWord(lower, kMarks[i])) purposes.push_back(static_cast<MedicalPurpose>(i));
  }
  return purposes;
}

std::string NamesOf(const std::vector<MedicalPurpose>& purposes) {
  return absl::StrJoin(purposes, ", ", [](std::string* out, MedicalPurpose purpose) {
    absl::StrAppend(out, EnumText<MedicalPurpose>::Of(purpose));
  });
}

// What the title promises and `purposes` lack.
void CheckTitle(const std::string& subject, absl::string_view title, const std::vector<MedicalPurpose>& purposes,
                std::vector<Finding>& findings) {
  if (purposes.empty()) return;
  const std::string lower = absl::AsciiStrToLower(title);
  for (const TitleWord& word : kTitleWords) {
    if (!HasWord(lower, word.beginning) || std::find(purposes.begin(), purposes.end(), word.purpose) != purposes.end()) {
      continue;
    }
    findings.push_back({"TITLE_PURPOSE_CONFLICT", subject,
                        absl::StrCat("The title says '", word.beginning, "', the medical purposes are ",
                                     NamesOf(purposes), ". The letter decides.")});
    return;
  }
}

std::optional<CivilDay> ParseIndexDay(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  const absl::StatusOr<CivilDay> iso = CivilDay::Parse(text);
  if (iso.ok()) return *iso;
  constexpr std::array<absl::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                         "jul", "aug", "sep", "oct", "nov", "dec"};
  const std::vector<std::string> parts = absl::StrSplit(text, absl::ByAnyChar("/ -."), absl::SkipEmpty());
  int day = 0, month = 0, year = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &day) || !absl::SimpleAtoi(parts[2], &year)) return std::nullopt;
  if (!absl::SimpleAtoi(parts[1], &month)) {
    const std::string name = absl::AsciiStrToLower(parts[1]).substr(0, 3);
    month = static_cast<int>(std::find(kMonths.begin(), kMonths.end(), name) - kMonths.begin()) + 1;
  }
  const absl::StatusOr<CivilDay> parsed = CivilDay::FromYmd(year < 100 ? year + 2000 : year, month, day);
  return parsed.ok() ? std::optional(*parsed) : std::nullopt;
}

void CheckEntry(const RegisterSnapshot& snapshot, const Approval& approval, CivilDay day, std::vector<Finding>& findings) {
  const std::string& printed = approval.reference.printed();
  CheckTitle(printed, approval.title, approval.medical_purposes, findings);
  const auto life = LifecycleOn(approval, day);
  if (life.ok() && life->IsInForce() && approval.next_review.has_value() && *approval.next_review < day) {
    findings.push_back({"REVIEW_STALE", printed,
                        absl::StrCat("The review date, ", approval.next_review->ToString(),
                                     ", has passed and the entry is in force: ask whether the review is being processed.")});
  }
  for (const DissentPolicy& policy : approval.dissent) {
    const bool honours_all = policy.mode != ObjectionMode::kIgnore &&
                             std::find(policy.sets.begin(), policy.sets.end(), "national") != policy.sets.end();
    if (!honours_all && policy.exemption_evidence.empty() && NationalOptOutBears(approval.legal_basis)) {
      findings.push_back({"EXEMPTION_EVIDENCE_MISSING", printed,
                          absl::StrCat("Objections are not all honoured in records of ", policy.source,
                                       ", and no evidence of an exemption is registered.")});
    }
  }
  for (const auto& [key, body] : snapshot.All<Organisation>()) {
    const bool named = body->value.name.size() >= kNameLengthMin && absl::StrContains(approval.title, body->value.name);
    const auto is_it = [&](const Participant& one) { return one.organisation == body->value.code; };
    if (named && std::none_of(approval.controllers.begin(), approval.controllers.end(), is_it)) {
      findings.push_back({"TITLE_NAMES_ANOTHER_BODY", printed,
                          absl::StrCat("The title names ", body->value.name, ", which is no controller.")});
    }
  }
  if (approval.letter.empty() && IsSection251(approval.legal_basis)) {
    findings.push_back({"LETTER_MISSING", printed, "No decision letter is registered; the register is only an index."});
  }
}

// The decision may depart from the advice; both are recorded, and people should know.
void CheckDeparture(const Approval& approval, std::vector<Finding>& findings) {
  for (size_t i = 1; i < approval.history.size(); ++i) {
    const HistoryEvent& advice = approval.history[i - 1];
    const HistoryEvent& decision = approval.history[i];
    if (advice.event != ApprovalEvent::kAdvised || advice.outcome.empty()) continue;
    const std::string advised = absl::AsciiStrToLower(advice.outcome);
    const bool advised_yes = absl::StrContains(advised, "support") && !absl::StrContains(advised, "not support");
    const bool decided_yes =
        decision.event == ApprovalEvent::kDecidedSupported || decision.event == ApprovalEvent::kDecidedConditional;
    const bool decided_no =
        decision.event == ApprovalEvent::kDecidedNotSupported || decision.event == ApprovalEvent::kDecidedDeferred;
    if ((advised_yes && decided_no) || (!advised_yes && decided_yes)) {
      findings.push_back({"DECISION_DEPARTS_FROM_ADVICE", approval.reference.printed(),
                          absl::StrCat("Advised '", advice.outcome, "', decided '",
                                       EnumText<ApprovalEvent>::Of(decision.event), "'.")});
    }
  }
}

}  // namespace

std::vector<Finding> CheckConformance(const RegisterSnapshot& snapshot, CivilDay day) {
  std::vector<Finding> findings;
  for (const auto& [key, entry] : snapshot.All<Approval>()) {
    CheckEntry(snapshot, entry->value, day, findings);
    CheckDeparture(entry->value, findings);
  }
  return findings;
}

namespace {

// What a row says otherwise than the entry.
void CompareRow(const IndexRow& row, const Approval& approval, const std::string& subject, std::vector<Finding>& findings) {
  const auto differs = [&](absl::string_view what, absl::string_view index, absl::string_view letter) {
    findings.push_back({"INDEX_DIFFERS_FROM_LETTER", subject,
                        absl::StrCat(what, ": the index says '", index, "', the entry made from the letter '", letter,
                                     "'. The letter wins.")});
  };
  if (!row.title.empty() && absl::AsciiStrToLower(row.title) != absl::AsciiStrToLower(approval.title)) {
    differs("title", row.title, approval.title);
  }
  std::vector<MedicalPurpose> own = approval.medical_purposes;
  std::sort(own.begin(), own.end());
  const std::vector<MedicalPurpose> listed = PurposesIn(row.medical_purposes);
  if (!row.medical_purposes.empty() && listed != own) differs("medical purposes", row.medical_purposes, NamesOf(own));
  const std::optional<CivilDay> review = ParseIndexDay(row.next_review);
  if (review.has_value() && approval.next_review.has_value() && *review != *approval.next_review) {
    differs("next review", row.next_review, approval.next_review->ToString());
  }
}

bool SaysExempt(absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(text);
  return absl::StrContains(lower, "exempt") || absl::StrContains(lower, "not appl") || absl::StrContains(lower, "waive") ||
         absl::StrContains(lower, "disappl");
}

void CheckRow(const RegisterSnapshot& snapshot, const IndexRow& row, CivilDay day, std::vector<Finding>& findings) {
  const std::string place = absl::StrCat("line ", row.line);
  const absl::StatusOr<Reference> reference = Reference::Parse(row.reference);
  if (!reference.ok()) {
    findings.push_back({"REFERENCE_MALFORMED", place, "The reference is of no known form."});
    return;
  }
  const std::string subject = absl::StrCat(reference->printed(), " (", place, ")");
  CheckTitle(subject, row.title, PurposesIn(row.medical_purposes), findings);
  const std::optional<CivilDay> review = ParseIndexDay(row.next_review);
  if (!row.next_review.empty() && !review.has_value()) {
    findings.push_back({"REVIEW_DATE_MALFORMED", subject, "The next review is no day."});
  }
  const std::string status = absl::AsciiStrToLower(row.status);
  const bool closed = absl::StrContains(status, "clos") || absl::StrContains(status, "expire") ||
                      absl::StrContains(status, "withdraw") || absl::StrContains(status, "not ");
  if (review.has_value() && *review < day && !closed) {
    findings.push_back({"REVIEW_STALE", subject, absl::StrCat("The review date, ", review->ToString(), ", has passed.")});
  }
  if ((SaysExempt(row.opt_out_status) || SaysExempt(row.notes)) && row.exemption_evidence.empty()) {
    findings.push_back({"EXEMPTION_EVIDENCE_MISSING", subject,
                        "The opt-out is said not to apply, and no evidence is named; the discloser must see it."});
  }
  const Versioned<Approval>* approval = snapshot.FindApproval(*reference);
  if (approval == nullptr) {
    findings.push_back({"NOT_IN_REGISTER", subject, "The index lists it; no entry was made from a letter."});
    return;
  }
  CompareRow(row, approval->value, subject, findings);
}

struct Heading {
  absl::string_view field;
  absl::string_view beginning;  // of the heading, letters only, lower case
};
constexpr Heading kHeadings[] = {
    {"reference", "reference"},       {"reference", "cagref"},         {"reference", "applicationnumber"},
    {"reference", "ref"},             {"title", "title"},              {"title", "applicationtitle"},
    {"title", "studytitle"},          {"title", "fulltitle"},          {"medical_purposes", "medicalpurpose"},
    {"medical_purposes", "purpose"},  {"controllers", "controller"},   {"controllers", "datacontroller"},
    {"controllers", "applicant"},     {"next_review", "nextreview"},   {"next_review", "annualreview"},
    {"next_review", "reviewdate"},    {"status", "status"},            {"status", "outcome"},
    {"opt_out_status", "ndo"},        {"opt_out_status", "national"},  {"opt_out_status", "optout"},
    {"exemption_evidence", "evidence"}, {"exemption_evidence", "exemption"}, {"notes", "note"}, {"notes", "comment"},
};

}  // namespace

std::vector<Finding> CheckIndex(const RegisterSnapshot& snapshot, const std::vector<IndexRow>& rows, CivilDay day) {
  std::vector<Finding> findings;
  std::map<std::string, uint64_t> seen;
  for (const IndexRow& row : rows) {
    CheckRow(snapshot, row, day, findings);
    const absl::StatusOr<Reference> reference = Reference::Parse(row.reference);
    if (!reference.ok()) continue;
    const auto [first, inserted] = seen.emplace(reference->normalised(), row.line);
    if (inserted) continue;
    findings.push_back({"REFERENCE_TWICE", absl::StrCat(reference->printed(), " (line ", row.line, ")"),
                        absl::StrCat("The reference is in line ", first->second, " too.")});
  }
  return findings;
}

absl::string_view IndexFieldOf(absl::string_view heading) {
  std::string letters;
  for (const char c : heading) {
    if (absl::ascii_isalpha(c)) letters.push_back(absl::ascii_tolower(c));
  }
  for (const Heading& known : kHeadings) {
    if (absl::StartsWith(letters, known.beginning)) return known.field;
  }
  return "";
}

void SetIndexField(IndexRow& row, absl::string_view field, absl::string_view text) {
  const std::pair<absl::string_view, std::string IndexRow::*> kFields[] = {
      {"reference", &IndexRow::reference},
      {"title", &IndexRow::title},
      {"medical_purposes", &IndexRow::medical_purposes},
      {"controllers", &IndexRow::controllers},
      {"next_review", &IndexRow::next_review},
      {"status", &IndexRow::status},
      {"opt_out_status", &IndexRow::opt_out_status},
      {"exemption_evidence", &IndexRow::exemption_evidence},
      {"notes", &IndexRow::notes},
  };
  for (const auto& [name, member] : kFields) {
    if (name == field) row.*member = std::string(absl::StripAsciiWhitespace(text));
  }
}

}  // namespace safehaven::consent
