#include "services/consent/core/snapshot.h"

#include <algorithm>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "services/consent/core/compiled_register.h"

namespace safehaven::consent {
namespace {

// Issuer and subject as one key; neither holds a line end (strict_yaml.cc).
std::string PersonKey(absl::string_view issuer, absl::string_view subject) {
  return absl::StrCat(issuer, "\n", subject);
}

template <typename T>
std::span<const Versioned<T>* const> FindAll(
    const absl::flat_hash_map<std::string, std::vector<const Versioned<T>*>>& index, absl::string_view key) {
  const auto found = index.find(key);
  if (found == index.end()) return {};
  return found->second;
}

template <typename T>
const Versioned<T>* FindOne(const absl::flat_hash_map<std::string, std::vector<const Versioned<T>*>>& index,
                            absl::string_view key) {
  const auto all = FindAll<T>(index, key);
  return all.empty() ? nullptr : all.front();
}

}  // namespace

RegisterSnapshot::RegisterSnapshot() : compiled_(CompiledRegister::Empty()) {}

RegisterSnapshot RegisterSnapshot::Of(std::span<const RegisterEvent> events) { return RegisterSnapshot().With(events); }

RegisterSnapshot RegisterSnapshot::With(std::span<const RegisterEvent> events) const {
  RegisterSnapshot next;
  next.tables_ = tables_;
  next.size_ = size_;
  for (const RegisterEvent& event : events) next.Apply(event);
  next.BuildIndexes();
  return next;
}

void RegisterSnapshot::Apply(const RegisterEvent& event) {
  size_ = std::max(size_, event.index + 1);
  if (!event.entry.has_value()) {
    std::apply([&event](auto&... table) { (table.by_key.erase(event.key), ...); }, tables_);
    return;
  }
  std::visit(
      [this, &event](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        std::get<Table<T>>(tables_).by_key[event.key] =
            std::make_shared<const Versioned<T>>(Versioned<T>{{event.key, event.index}, value});
      },
      *event.entry);
}

void RegisterSnapshot::BuildIndexes() {
  for (const auto& [key, entry] : All<Organisation>()) organisations_[entry->value.code].push_back(entry.get());
  for (const auto& [key, entry] : All<Member>()) {
    members_[PersonKey(entry->value.issuer, entry->value.subject)].push_back(entry.get());
  }
  for (const auto& [key, entry] : All<Program>()) programs_[entry->value.spiffe_id].push_back(entry.get());
  for (const auto& [key, entry] : All<Environment>()) environments_[entry->value.id].push_back(entry.get());
  for (const auto& [key, entry] : All<Issuer>()) issuers_[entry->value.url].push_back(entry.get());
  for (const auto& [key, entry] : All<Agreement>()) agreements_[entry->value.reference].push_back(entry.get());
  for (const auto& [key, entry] : All<Dataset>()) datasets_[entry->value.id].push_back(entry.get());
  for (const auto& [key, entry] : All<Flow>()) {
    flows_by_id_[entry->value.id].push_back(entry.get());
    flows_by_dataset_[entry->value.dataset].push_back(entry.get());
  }
  for (const auto& [key, entry] : All<Approval>()) {
    for (const std::string& part : entry->value.reference.keys()) approvals_[part].push_back(entry.get());
  }
  for (const auto& [key, entry] : All<DisclosureDomain>()) {
    for (const std::string& organisation : entry->value.organisations) domains_[organisation].push_back(entry.get());
  }
  compiled_ = std::make_shared<const CompiledRegister>(*this);
}

const Versioned<Organisation>* RegisterSnapshot::FindOrganisation(absl::string_view code) const {
  return FindOne<Organisation>(organisations_, code);
}
const Versioned<Program>* RegisterSnapshot::FindProgram(absl::string_view spiffe_id) const {
  return FindOne<Program>(programs_, spiffe_id);
}
const Versioned<Environment>* RegisterSnapshot::FindEnvironment(absl::string_view id) const {
  return FindOne<Environment>(environments_, id);
}
const Versioned<Issuer>* RegisterSnapshot::FindIssuer(absl::string_view url) const {
  return FindOne<Issuer>(issuers_, url);
}
const Versioned<Agreement>* RegisterSnapshot::FindAgreement(absl::string_view reference) const {
  return FindOne<Agreement>(agreements_, reference);
}
const Versioned<Flow>* RegisterSnapshot::FindFlow(absl::string_view id) const {
  return FindOne<Flow>(flows_by_id_, id);
}
const Versioned<Dataset>* RegisterSnapshot::FindDeclaredDataset(absl::string_view id) const {
  return FindOne<Dataset>(datasets_, id);
}

const Versioned<Approval>* RegisterSnapshot::FindApproval(const Reference& reference) const {
  if (reference.empty()) return nullptr;
  // Two entries with one reference are refused on the way in; should they meet here
  // all the same, neither may be relied on.
  const auto found = FindAll<Approval>(approvals_, reference.keys().front());
  if (found.size() != 1 || !found.front()->value.reference.IsNamedBy(reference)) return nullptr;
  return found.front();
}

const Versioned<Approval>* RegisterSnapshot::FindApproval(absl::string_view printed) const {
  if (const CompiledApproval* known = compiled_->FindByText(printed)) return known->entry;
  const absl::StatusOr<Reference> reference = Reference::Parse(printed);
  return reference.ok() ? FindApproval(*reference) : nullptr;
}

std::span<const Versioned<Approval>* const> RegisterSnapshot::ApprovalsOf(absl::string_view reference_key) const {
  return FindAll<Approval>(approvals_, reference_key);
}
std::span<const Versioned<Member>* const> RegisterSnapshot::MembersOf(absl::string_view issuer,
                                                                      absl::string_view subject) const {
  return FindAll<Member>(members_, PersonKey(issuer, subject));
}
std::span<const Versioned<Flow>* const> RegisterSnapshot::FlowsOf(absl::string_view dataset) const {
  return FindAll<Flow>(flows_by_dataset_, dataset);
}
std::span<const Versioned<DisclosureDomain>* const> RegisterSnapshot::DomainsOf(absl::string_view organisation) const {
  return FindAll<DisclosureDomain>(domains_, organisation);
}

std::map<std::string, Entry> RegisterSnapshot::Entries() const {
  std::map<std::string, Entry> entries;
  const auto add = [&entries](const auto& table) {
    for (const auto& [key, entry] : table.by_key) entries.emplace(key, Entry(entry->value));
  };
  std::apply([&add](const auto&... table) { (add(table), ...); }, tables_);
  return entries;
}

std::optional<Entry> RegisterSnapshot::Find(absl::string_view key) const {
  std::optional<Entry> entry;
  const auto look = [&entry, &key](const auto& table) {
    const auto found = table.by_key.find(std::string(key));
    if (found != table.by_key.end()) entry = Entry(found->second->value);
  };
  std::apply([&look](const auto&... table) { (look(table), ...); }, tables_);
  return entry;
}

RegisterSnapshot SnapshotAsKnown(std::span<const RegisterEvent> events, uint64_t size) {
  std::vector<RegisterEvent> known;
  std::copy_if(events.begin(), events.end(), std::back_inserter(known),
               [size](const RegisterEvent& event) { return event.index < size; });
  return RegisterSnapshot::Of(known);
}

RegisterSnapshot SnapshotAsKnownAt(std::span<const RegisterEvent> events, absl::Time time) {
  std::vector<RegisterEvent> known;
  std::copy_if(events.begin(), events.end(), std::back_inserter(known),
               [time](const RegisterEvent& event) { return event.recorded_time <= time; });
  return RegisterSnapshot::Of(known);
}

}  // namespace safehaven::consent
