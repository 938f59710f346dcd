// Does the register agree with itself and with the public index?
//
// The letter is the authority and the public register an index (legal basis 1.6), so an
// index row that says something else than the entry made from the letter is a finding
// about the row. Findings are for people to look at: none of them changes a decision.
// Which words of a title go with which purpose is a list of ours (conformance.cc), not
// law. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_CONFORMANCE_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_CONFORMANCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/consent/core/snapshot.h"

namespace safehaven::consent {

// A row of a register spreadsheet, as text; an empty text says nothing.
struct IndexRow {
  uint64_t line = 0;
  std::string reference;
  std::string title;
  std::string medical_purposes;
  std::string controllers;
  std::string next_review;  // a day as spreadsheets write it: 2016-03-17, 17/03/2016 or 17 March 2016
  std::string status;
  std::string opt_out_status;  // "applies", "exempt", ...
  std::string exemption_evidence;
  std::string notes;
};

struct Finding {
  std::string kind;     // UPPER_SNAKE
  std::string subject;  // reference as printed, or "line 7"
  std::string text;     // plain English
  friend bool operator==(const Finding&, const Finding&) = default;
};

// Findings in the entries themselves on `day`: title against purposes, stale reviews,
// exemptions without evidence, names in the title that are not the controllers, no
// letter, decisions that depart from the advice. In order of reference.
std::vector<Finding> CheckConformance(const RegisterSnapshot& snapshot, CivilDay day);

// Findings in index rows: by themselves, and against the entries that they name. In order
// of line.
std::vector<Finding> CheckIndex(const RegisterSnapshot& snapshot, const std::vector<IndexRow>& rows, CivilDay day);

// The field of an IndexRow that a column of this heading fills: "reference", "title", ...;
// empty if none does. Spelling and case do not matter.
absl::string_view IndexFieldOf(absl::string_view heading);

// Sets the field that IndexFieldOf() named.
void SetIndexField(IndexRow& row, absl::string_view field, absl::string_view text);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_CONFORMANCE_H_
