// The canonical text of a register entry, and its fields as lines.
//
// The canonical text is one line of JSON with fields in the order of the entry's
// description, optional fields with default values left out: the same entry always
// gives the same bytes. consent's log holds it, so its form is fixed; the strict
// reader of files reads it too (register_yaml.h). Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_ENTRY_TEXT_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_ENTRY_TEXT_H_

#include <map>
#include <string>

#include "services/consent/core/entry.h"

namespace safehaven::consent {

// {"kind": "approvals", "entry": {...}}
std::string SerialiseEntry(const Entry& entry);

// Path -> text of every field that is written: {"flows[0].source", "acute"}. For
// differences between two versions.
std::map<std::string, std::string> FlattenEntry(const Entry& entry);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_ENTRY_TEXT_H_
